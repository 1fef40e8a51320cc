"""« Actions que nous avons adaptées », in the space of a CLSM: what it proposed, and what the Centre answered."""

from typing import Any

from caps_sheets.models import Reuse
from network.models import ClsmPage
from network.space_sections import Section, register
from portal.users.models import User


def register_section() -> None:
    template = "components/caps_sheets/reuses_of_clsm.html"
    register(Section("adaptations", "Actions adaptées d’ailleurs", 40, template, read_reuses))


def read_reuses(clsm: ClsmPage, user: User) -> dict[str, Any] | None:
    reuses = list(Reuse.objects.filter(clsm=clsm.pk).select_related("sheet"))
    return {"reuses": reuses} if reuses else None
