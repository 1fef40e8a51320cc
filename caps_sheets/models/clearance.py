"""Who must have agreed to the text of a sheet before it is public.

Apps above add checks by the hook ``sheet_clearance_checks``: a function of the sheet, of the revision and of the key of
its text (``text_key``) that returns French sentences, none when it has no objection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wagtail import hooks

from portal.base import texts

if TYPE_CHECKING:
    from wagtail.models import Revision

    from caps_sheets.models.sheet import CapsSheetPage

#: Formerly a field of sheets, now a checklist: older revisions still hold it, and it never was part of the text.
FORMER_FIELDS = {"is_safe_messaging_checked"}


def errors(sheet: CapsSheetPage, revision: Revision) -> list[str]:
    """Everything that keeps the text of ``revision`` from being public, beside the rules of publication."""
    key = text_key(revision)
    return [message for check in hooks.get_hooks("sheet_clearance_checks") for message in check(sheet, revision, key)]


def text_key(revision: Revision) -> str:
    """The key that ties an agreement to a text: equal for two revisions with the same text."""
    return texts.text_key({name: value for name, value in revision.content.items() if name not in FORMER_FIELDS})
