"""What the lifecycle of a sheet registers: URLs, buttons, log entries, notice events, and a section of a CLSM's space.

The texts of the notices are in ``templates/email/notices/``.
"""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Page

from caps_sheets.lifecycle import services
from caps_sheets.lifecycle.admin_views import SCREEN, LifeView
from caps_sheets.lifecycle.notifications import PUBLISHED
from caps_sheets.lifecycle.takedowns import CapsSheetSource, coordinators_of_sheet
from caps_sheets.models import CapsSheetPage, Reuse
from network.models import ClsmPage
from network.space_sections import Section
from portal.moderation.notices import Event
from portal.moderation.takedowns.addresses import AddressSource
from portal.users.models import User

hooks.register("takedown_people", coordinators_of_sheet)


@hooks.register("takedown_sources")
def sheet_source() -> list[AddressSource]:
    return [CapsSheetSource()]


@hooks.register("clsm_space_sections")
def reuses_section() -> Section:
    template = "components/caps_sheets/reuses_of_clsm.html"
    return Section("adaptations", "Actions adaptées d’ailleurs", 40, template, read_reuses)


def read_reuses(clsm: ClsmPage, user: User) -> dict[str, Any] | None:
    reuses = list(Reuse.objects.filter(clsm=clsm.pk).select_related("sheet"))
    return {"reuses": reuses} if reuses else None


@hooks.register("notice_events")
def lifecycle_events() -> list[Event]:
    return [
        Event(
            "sheet_to_check", "Une fiche n’est pas confirmée depuis 24 mois", "son autrice ou auteur et la modération"
        ),
        Event(PUBLISHED, "Une fiche est en ligne", "les personnes qui coordonnent ses CLSM"),
        Event("reuse_proposed", "Un CLSM dit avoir adapté une action", "la modération de la région"),
        Event("reuse_decided", "Le Centre a répondu à une adaptation proposée", "la personne qui l’a proposée"),
    ]


@hooks.register("register_admin_urls")
def life_url() -> list[URLPattern]:
    return [path("fiches/<int:pk>/vie/", LifeView.as_view(), name="sheet_life")]


@hooks.register("register_page_header_buttons")
def header_life_button(page: Page, user: User, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    yield from _life_button(page, user)


@hooks.register("register_page_listing_more_buttons")
def listing_life_button(page: Page, user: User, next_url: str | None = None) -> Iterator[Button]:
    yield from _life_button(page, user)


def _life_button(page: Page, user: User) -> Iterator[Button]:
    if page.specific_class is CapsSheetPage and page.first_published_at and user.has_perm(SCREEN):
        yield Button("Vie de la fiche", reverse("sheet_life", args=[page.pk]), icon_name="history", priority=45)


@hooks.register("register_log_actions")
def life_actions(actions: LogActionRegistry) -> None:
    for action, label in (
        (services.CONFIRMED, "Confirmée : toujours d’actualité"),
        (services.ADDED, "Erratum ajouté"),
        (services.REMOVED, "Erratum retiré"),
        (services.PROPOSED, "Adaptation proposée par un CLSM"),
        (services.DECIDED, "Adaptation publiée ou refusée"),
    ):
        actions.register_action(action, label, label)
