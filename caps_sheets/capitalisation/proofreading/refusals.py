"""A quotation refused by itself: the CLSM may agree to the rest, and the sheet is never public with these words.

A refusal counts at once, before the answer is sent, and for the later texts of the sheet. It can be taken back while an
answer is awaited.
"""

from __future__ import annotations

from django.db import transaction
from django.template.defaultfilters import truncatechars

from caps_sheets.capitalisation.models.proofreading_round import VerbatimRefusal, refusals_of
from caps_sheets.capitalisation.proofreading.content import quotations, verbatims
from caps_sheets.capitalisation.proofreading.permissions import Reader
from caps_sheets.capitalisation.proofreading.services import log_answer, still_open
from caps_sheets.models import CapsSheetPage
from caps_sheets.models.parts import HEADINGS
from portal.base.errors import RefusedError
from portal.moderation.stream_errors import LocatedMessage

REFUSED = "caps_capitalisation.verbatim_refused"
TAKEN_BACK = "caps_capitalisation.verbatim_refusal_taken_back"
#: Maximum length of a quotation in a message.
SHOWN = 80


@transaction.atomic
def refuse(reader: Reader, key: str, reason: str = "") -> None:
    """Refuse one quotation of the text; refusing it twice changes nothing. Raises ``RefusedError``."""
    quoted = {verbatim.key: verbatim for verbatim in verbatims(still_open(reader.reply).text())}
    if key not in quoted:
        raise RefusedError("Cette citation n’est pas dans le texte à relire : rien n’est refusé.")
    if key in reader.refused():
        return
    reader.reply.verbatims.filter(key=key).delete()
    section = quoted[key].section
    VerbatimRefusal.objects.create(
        reply=reader.reply, key=key, section=section, reason=reason.strip(), **reader.signature
    )
    log_answer(reader, REFUSED, section=HEADINGS[section])


@transaction.atomic
def take_back(reader: Reader, key: str) -> bool:
    """The quotation waits for an agreement again. A colleague takes back their own only; False if there is none.

    Raises ``RefusedError``.
    """
    still_open(reader.reply)
    refusals = refusals_of(reader.reply).filter(key=key)
    if not reader.may_answer:
        refusals = refusals.filter(link=reader.link)
    refusal = refusals.first()
    if refusal is None:
        return False
    refusal.delete()
    log_answer(reader, TAKEN_BACK, section=HEADINGS[refusal.section])
    return True


def refusal_errors(sheet: CapsSheetPage) -> dict[str, list[str]]:
    """Rule of publication: see ``caps_sheets.models.sheet_rules``. One message per block that a CLSM refuses."""
    refusals: dict[str, list[VerbatimRefusal]] = {}
    for refusal in VerbatimRefusal.objects.filter(reply__round__sheet=sheet.pk).select_related("reply__clsm"):
        refusals.setdefault(refusal.key, []).append(refusal)
    messages: list[str] = [
        LocatedMessage(_message(refusal, verbatim.quote), path)
        for verbatim, path in (quotations(sheet) if refusals else ())
        for refusal in refusals.get(verbatim.key, [])
    ]
    return {"body": messages} if messages else {}


def _message(refusal: VerbatimRefusal, quote: str) -> str:
    reason = f" Motif : {refusal.reason.rstrip('.')}." if refusal.reason else ""
    return (
        f"{HEADINGS[refusal.section]} : « {refusal.reply.clsm.title} » refuse la citation "
        f"« {truncatechars(quote, SHOWN)} ».{reason} Remplacez-la ou retirez-la."
    )
