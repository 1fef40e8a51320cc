"""Error reports of the public and what stands in place of a retired page; the reports in the back office."""

from typing import cast

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import EditView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.models import Page
from wagtail.permissions import ModelPermissionPolicy

from portal.base.emails import EmailFormField
from portal.base.honeypot import HoneypotForm
from portal.base.querysets import visible
from portal.base.rate import network_of, too_many
from portal.moderation.error_reports import receive, save_report
from portal.moderation.models import ErrorReport, Retirement
from portal.users.models import User

REPORTS_AN_HOUR = 5


class ReportForm(HoneypotForm):
    message = forms.CharField(
        label="Ce qui ne va pas",
        max_length=2000,
        min_length=10,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Citez la phrase ou la section. N’écrivez pas d’information personnelle sur quelqu’un.",
        error_messages={"required": "Dites ce qui ne va pas.", "min_length": "Dites-en un peu plus."},
    )
    email = EmailFormField(
        label="Votre adresse e-mail, pour une réponse",
        required=False,
        help_text="Le Centre seul la lit. Elle est effacée au bout de six mois.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def report_error(request: HttpRequest, page_pk: int) -> HttpResponse:
    page = get_object_or_404(visible(Page.objects.filter(depth__gt=1)), pk=page_pk)
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if too_many("error-report", network_of(request), REPORTS_AN_HOUR):
            form.add_error(None, "Trop d’envois depuis votre connexion. Réessayez dans une heure.")
        else:
            receive(page, form.cleaned_data["message"], form.cleaned_data["email"])
            return redirect("report_received", page.pk)
    return render(request, "pages/base/report_error.html", {"reported": page, "form": form})


@require_safe
@never_cache
def report_received(request: HttpRequest, page_pk: int) -> HttpResponse:
    page = get_object_or_404(visible(Page.objects.filter(depth__gt=1)), pk=page_pk)
    return render(request, "pages/base/report_received.html", {"reported": page})


class ReportPolicy(ModelPermissionPolicy):
    """Visitors create reports, the team does not. The reports of a deleted page are deleted with it."""

    def user_has_permission(self, user: User, action: str) -> bool:
        return action not in {"add", "delete"} and super().user_has_permission(user, action)


class ReportEditView(EditView):
    def save_instance(self) -> ErrorReport:
        self.has_content_changes = self.form.has_changed()
        report = cast(ErrorReport, self.form.save(commit=False))
        save_report(report, by=self.request.user)
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


@require_safe
def retired_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The response (410) for a removed page, with its replacements and the reason."""
    retirement = get_object_or_404(Retirement.objects.select_related("page"), page=pk)
    if visible(Page.objects.filter(pk=pk)).exists():
        return redirect(retirement.page.url)
    if retirement.page.get_view_restrictions():
        raise Http404  # its title may be restricted
    context = {
        "retirement": retirement,
        "replacements": visible(Page.objects.filter(retirements_replaced=retirement)),
    }
    return render(request, "pages/base/retired.html", context, status=410)
