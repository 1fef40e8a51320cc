"""What the takedowns register: screens, buttons beside each content, what holds a page, log entries, notices."""

from collections.abc import Iterator

from django.contrib.auth.models import Permission
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Page

from portal.base.work_lists import WorkList, WorkRow, described
from portal.moderation.models import Takedown
from portal.moderation.takedowns import services
from portal.moderation.takedowns.addresses import AddressSource
from portal.moderation.takedowns.admin_views import TakedownViewSet, address_of
from portal.moderation.takedowns.notifications import takedown_events
from portal.moderation.takedowns.queries import RIGHT, active, reasons_to_hold
from portal.moderation.takedowns.sources import FileSource, PageSource
from portal.users.models import User

hooks.register("page_holds", reasons_to_hold)
hooks.register("notice_events", takedown_events)


@hooks.register("takedown_sources")
def pages_and_files() -> list[AddressSource]:
    return [PageSource(), FileSource()]


@hooks.register("register_admin_viewset")
def register_takedowns() -> TakedownViewSet:
    return TakedownViewSet()


@hooks.register("register_page_header_buttons")
def header_button(page: Page, user: User, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    yield from _button(page, user)


@hooks.register("register_page_listing_more_buttons")
def listing_button(page: Page, user: User, next_url: str | None = None) -> Iterator[Button]:
    yield from _button(page, user)


def _button(page: Page, user: User) -> Iterator[Button]:
    """For a page of the site; the frame of the site has no button."""
    if page.depth > 2 and user.has_perm(RIGHT):
        yield Button("Retirer en urgence", address_of(page), icon_name="no-view", priority=95)


class TakedownPanel(Component):
    """On the dashboard of those who take down: where to do it."""

    name, order = "takedowns", 95
    template_name = "wagtailadmin/home/takedowns.html"


@hooks.register("construct_homepage_panels")
def takedown_panel(request: HttpRequest, panels: list) -> None:
    if request.user.has_perm(RIGHT):
        panels.append(TakedownPanel())


def lifts_to_confirm(user: User) -> QuerySet[Takedown] | None:
    """What somebody else asks to put back: two people decide it."""
    if not user.has_perm(RIGHT):
        return None
    asked = active().exclude(lift_asked_at=None).exclude(lift_asked_by=user)
    return described(asked, title=F("title"), at="lift_asked_at", first=["lift_asked_at", "pk"])


def _takedown_url(row: WorkRow) -> str:
    return reverse("takedowns:detail", args=[row.pk])


@hooks.register("work_lists")
def takedown_lists() -> list[WorkList]:
    return [WorkList("remises-en-ligne", "Remises en ligne à confirmer", 5, lifts_to_confirm, _takedown_url)]


@hooks.register("register_permissions")
def takedown_right() -> QuerySet[Permission]:
    """Lets the form of groups grant it."""
    return Permission.objects.filter(content_type__app_label="portal_moderation", codename="add_takedown")


@hooks.register("register_log_actions")
def takedown_actions(actions: LogActionRegistry) -> None:
    for action, label in (
        (services.TAKEN_DOWN, "Retiré en urgence"),
        (services.LIFT_ASKED, "Remise en ligne demandée"),
        (services.LIFT_DECLINED, "Remise en ligne laissée de côté"),
        (services.PUT_BACK, "Remis en ligne par deux personnes"),
    ):
        actions.register_action(action, label, label)
