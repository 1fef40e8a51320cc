"""Reminders of a proof-reading, after seven and fourteen days. Source: issue of the proof-reading by the CLSM."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from caps_sheets.capitalisation.models.proofreading_round import ProofreadingReply, Reply
from caps_sheets.capitalisation.proofreading.notices import remind
from caps_sheets.capitalisation.proofreading.rounds import open_rounds

#: Days after the request.
AFTER = (7, 14)


def remind_all(today: date | None = None) -> int:
    """Send what is due on that day, once; return the number of CLSMs reminded."""
    today = today or timezone.localdate()
    waiting = ProofreadingReply.objects.filter(round__in=open_rounds(), decision=Reply.WAITING)
    return sum(_remind(reply, today) for reply in waiting.select_related("clsm", "round__sheet"))


@transaction.atomic
def _remind(reply: ProofreadingReply, today: date) -> bool:
    days = (today - timezone.localdate(reply.round.opened_at)).days
    due = sum(days >= limit for limit in AFTER)
    waiting = ProofreadingReply.objects.filter(pk=reply.pk, decision=Reply.WAITING, reminders_sent__lt=due)
    if not waiting.update(reminders_sent=due):  # too early, or no longer: another run, an answer
        return False
    remind(reply, days, is_last=due == len(AFTER))
    return True
