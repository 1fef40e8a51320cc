"""Taking over a sheet that was agreed and checked before it came to the portal, in one call."""

from __future__ import annotations

from caps_sheets.models import CapsSheetPage, OverrideKind, SafeWording
from caps_sheets.review.overrides import override
from caps_sheets.review.safe_messaging import tick
from portal.users.models import User


def take_over(sheet: CapsSheetPage, *, by: User | None) -> None:
    """Clear the latest text of ``sheet`` for publication, and write in its history that the Centre took it over.

    Raises ``Refused`` for the sheet of a case file: such a sheet goes through its own proof-reading.
    """
    override(sheet, OverrideKind.TAKEOVER, by=by, reason=OverrideKind.TAKEOVER.label)
    if sheet.get_latest_revision_as_object().shows_help:
        tick(sheet, SafeWording.values, by=by)
