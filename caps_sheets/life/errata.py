"""Errata: short dated corrections, shown on the public sheet at once. Only Administration and Modération write them."""

from django.db import transaction
from wagtail.log_actions import log

from caps_sheets.models import CapsSheetPage, Erratum
from portal.base.locks import locked
from portal.users.models import User

ADDED, REMOVED = "caps_sheets.erratum_added", "caps_sheets.erratum_removed"


@transaction.atomic
def add_erratum(sheet: CapsSheetPage, *, text: str, section: str = "", by: User) -> Erratum:
    erratum = Erratum.objects.create(sheet=sheet, text=text, section=section, added_by=by)
    log(instance=sheet, action=ADDED, user=by, data={"text": text, "section": section})
    return erratum


@transaction.atomic
def remove_erratum(erratum: Erratum, *, by: User) -> None:
    """Once the text itself is corrected and published. The log keeps the erratum."""
    erratum = locked(erratum, "sheet")
    log(instance=erratum.sheet, action=REMOVED, user=by, data={"text": erratum.text, "section": erratum.section})
    erratum.delete()
