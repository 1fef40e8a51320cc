"""What the lifecycle of a sheet registers: notice events, and a section of a CLSM's space.

The texts of the notices are in ``templates/email/notices/``.
"""

from typing import Any

from caps_sheets.models import Reuse
from network import space_sections
from network.models import ClsmPage
from portal.moderation.notices import register
from portal.users.models import User


def register_section() -> None:
    template = "components/caps_sheets/reuses_of_clsm.html"
    space_sections.register(
        space_sections.Section("adaptations", "Actions adaptées d’ailleurs", 40, template, read_reuses)
    )


def read_reuses(clsm: ClsmPage, user: User) -> dict[str, Any] | None:
    reuses = list(Reuse.objects.filter(clsm=clsm.pk).select_related("sheet"))
    return {"reuses": reuses} if reuses else None


def register_events() -> None:
    register("sheet_to_check", "Une fiche n’est pas confirmée depuis 24 mois", "son autrice ou auteur et la modération")
    register("reuse_proposed", "Un CLSM dit avoir adapté une action", "la modération de la région")
    register("reuse_decided", "Le Centre a répondu à une adaptation proposée", "la personne qui l’a proposée")
