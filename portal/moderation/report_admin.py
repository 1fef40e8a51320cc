"""The list of errors told by visitors, in the back office."""

from typing import cast

from wagtail import hooks
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import EditView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.log_actions import LogActionRegistry
from wagtail.permissions import ModelPermissionPolicy

from portal.moderation.error_reports import TREATED, note_treatment
from portal.moderation.models import ErrorReport
from portal.users.models import User


class ReportPolicy(ModelPermissionPolicy):
    """Visitors write reports, nobody of the team does; a page takes its reports with it."""

    def user_has_permission(self, user: User, action: str) -> bool:
        return action not in {"add", "delete"} and super().user_has_permission(user, action)


class ReportEditView(EditView):
    def save_instance(self) -> ErrorReport:
        self.has_content_changes = self.form.has_changed()
        report = cast(ErrorReport, self.form.save(commit=False))
        note_treatment(report, by=self.request.user)
        return report


class ErrorReportViewSet(ModelViewSet):
    model = ErrorReport
    name = "error_reports"
    url_prefix = "erreurs-signalees"
    icon = "warning"
    menu_label = "Erreurs signalées"
    menu_order = 320
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = False
    edit_view_class = ReportEditView
    list_display = [
        "page",
        Column("get_state_display", label="état"),
        DateColumn("received_at", label="reçu le"),
    ]
    list_filter = ["state"]
    search_fields = ["message", "page__title"]
    edit_handler = ObjectList(
        [
            FieldPanel("page", read_only=True),
            FieldPanel("received_at", read_only=True),
            FieldPanel("message", read_only=True),
            FieldPanel("email", read_only=True),
            FieldPanel("state"),
            FieldPanel("note"),
        ]
    )

    @property
    def permission_policy(self) -> ReportPolicy:
        return ReportPolicy(self.model)


@hooks.register("register_admin_viewset")
def register_error_reports() -> ErrorReportViewSet:
    return ErrorReportViewSet()


@hooks.register("register_log_actions")
def report_actions(actions: LogActionRegistry) -> None:
    actions.register_action(TREATED, "Erreur traitée", "L’erreur signalée est traitée")
