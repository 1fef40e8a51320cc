"""What the lifecycle of a sheet registers: notice events, and a section of a CLSM's space.

The texts of the notices are in ``templates/email/notices/``.
"""

from typing import Any

from wagtail import hooks

from caps_sheets.models import Reuse
from network.models import ClsmPage
from network.space_sections import Section
from portal.moderation.notices import Event
from portal.users.models import User


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
        Event("reuse_proposed", "Un CLSM dit avoir adapté une action", "la modération de la région"),
        Event("reuse_decided", "Le Centre a répondu à une adaptation proposée", "la personne qui l’a proposée"),
    ]
