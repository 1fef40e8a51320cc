"""What the other rooms show on the page of a case file: each registers its panel in its own ``ready()``."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from caps_sheets.capitalisation.models import CaseFile
from portal.users.models import User


@dataclass(frozen=True)
class CasePanel:
    """``read`` gives what ``template`` shows as ``content``, beside ``case_file``; None to show nothing."""

    key: str
    heading: str
    order: int
    template: str
    read: Callable[[CaseFile, User], dict[str, Any] | None]


_panels: dict[str, CasePanel] = {}


def register(panel: CasePanel) -> None:
    _panels[panel.key] = panel


def panels_for(case_file: CaseFile, user: User) -> list[tuple[CasePanel, dict[str, Any]]]:
    """The panels that have something to say to ``user``, with what they show, in their order."""
    found = ((panel, panel.read(case_file, user)) for panel in sorted(_panels.values(), key=lambda each: each.order))
    return [(panel, context) for panel, context in found if context is not None]
