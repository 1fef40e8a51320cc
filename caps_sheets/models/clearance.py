"""Who must have agreed to the text of a sheet before it is public. Apps above register their checks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from portal.base import texts

if TYPE_CHECKING:
    from wagtail.models import Revision

    from caps_sheets.models.sheet import CapsSheetPage

Check = Callable[["CapsSheetPage", "Revision"], list[str]]

#: Formerly a field of sheets, now a checklist: older revisions still hold it, and it never was part of the text.
FORMER_FIELDS = {"is_safe_messaging_checked"}

_checks: list[Check] = []


def register(check: Check) -> Check:
    """Call ``check`` before each publication; it returns French sentences, empty if nothing is missing."""
    if check not in _checks:
        _checks.append(check)
    return check


def errors(sheet: CapsSheetPage, revision: Revision) -> list[str]:
    """Everything that prevents the text of ``revision`` from being public, beside the publication rules."""
    return [message for check in _checks for message in check(sheet, revision)]


def text_key(revision: Revision) -> str:
    """The key that ties an agreement to a text: equal for two revisions with the same text."""
    return texts.text_key({name: value for name, value in revision.content.items() if name not in FORMER_FIELDS})
