"""The network in the back office."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.widgets import Button
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import Page, PageLogEntry
from wagtail.snippets.models import register_snippet

from network.clsm_import.importer import ClsmImporter
from network.coordination import assignments
from network.coordination import hooks as coordination_hooks  # noqa: F401
from network.lifecycle import hooks as lifecycle_hooks  # noqa: F401
from network.lifecycle.services import lifecycle_events
from network.models import ClsmPage
from network.viewsets import NetworkViewSetGroup, OrganisationViewSet
from portal.base.readings import FileReader
from portal.users.models import User

register_snippet(OrganisationViewSet)


@hooks.register("register_admin_viewset")
def register_network_viewsets() -> NetworkViewSetGroup:
    return NetworkViewSetGroup()


@hooks.register("file_readers")
def clsm_reader() -> FileReader:
    return ClsmImporter().file_reader()


@hooks.register("register_page_listing_more_buttons")
def listing_record_button(page: Page, user: User, next_url: str | None = None) -> Iterator[Button]:
    yield from _record_buttons(page, user)


@hooks.register("register_page_header_buttons")
def header_record_button(page: Page, user: User, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    yield from _record_buttons(page, user)


def _record_buttons(page: Page, user: User) -> Iterator[Button]:
    if page.specific_class is ClsmPage and user.has_perm("network.change_clsmrecord"):
        url = reverse("network_records:edit", args=[page.pk])
        yield Button("Dossier interne", url, icon_name="lock", priority=45)


@hooks.register("after_edit_page")
def say_warnings(request: HttpRequest, page: Page) -> None:
    """Show the warnings once the text is submitted or published."""
    if isinstance(page, ClsmPage) and {"action-submit", "action-publish"} & request.POST.keys():
        for warnings in page.publication_warnings().values():
            for warning in warnings:
                messages.warning(request, warning)


@hooks.register("register_log_actions")
def register_coordination_actions(actions: LogActionRegistry) -> None:
    class CoordinationFormatter(LogFormatter):
        def format_message(self, log_entry: PageLogEntry) -> str:
            data = log_entry.data
            person = User.objects.filter(pk=data.get("coordinator")).first() or "compte supprimé"
            until = f" jusqu’au {data['end']}" if data.get("end") else ""
            return f"{self.label} : {person}, depuis le {data.get('start')}{until}"

    for action, label in (
        (assignments.ASSIGNED, "Affectation de coordination"),
        (assignments.CHANGED, "Affectation de coordination modifiée"),
        (assignments.ENDED, "Fin d’affectation de coordination"),
    ):
        formatter = type("Formatter", (CoordinationFormatter,), {"label": label})
        actions.register_action(action)(formatter)


hooks.register("notice_events", lifecycle_events)
