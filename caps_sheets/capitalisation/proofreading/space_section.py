"""« Fiches à relire » in the space of a CLSM."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from caps_sheets.capitalisation.models.proofreading_round import ProofreadingReply, Reply
from caps_sheets.capitalisation.proofreading.rounds import open_rounds
from network.models import ClsmPage
from network.space_sections import Section, Todo
from portal.users.models import User

ANSWERED = 5
MOST_TODOS = 3


def read_proofreading(clsm: ClsmPage, user: User) -> dict[str, Any] | None:
    """What waits for the CLSM, the oldest first, and its latest answers; None when it never had anything to read."""
    replies = ProofreadingReply.objects.filter(clsm=clsm.pk).select_related("round__sheet")
    waiting = list(replies.filter(round__in=open_rounds(), decision=Reply.WAITING).order_by("round__opened_at"))
    answered = list(replies.exclude(decision=Reply.WAITING).order_by("-decided_at")[:ANSWERED])
    if not waiting and not answered:
        return None
    return {"waiting": waiting, "answered": answered, "todos": [todo(reply) for reply in waiting[:MOST_TODOS]]}


def todo(reply: ProofreadingReply) -> Todo:
    url = reverse("proofreading", args=[reply.clsm_id, reply.round_id])
    return Todo(f"« {reply.round.sheet.draft_title} » attend votre lecture avant publication.", "Relire", url)


SECTION = Section("relectures", "Fiches à relire", 40, "components/proofreading/space_section.html", read_proofreading)
