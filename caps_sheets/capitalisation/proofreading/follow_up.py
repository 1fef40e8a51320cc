"""What the author of a sheet reads in the editor: the latest rounds, each comment under its part of the sheet."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from caps_sheets.capitalisation.models.proofreading_round import ProofreadingRound
from caps_sheets.capitalisation.proofreading.page import with_headings
from caps_sheets.panels import FollowUp
from portal.users.models import User

SHOWN = 3


def read_rounds(sheet: Any, user: User) -> dict[str, Any] | None:
    """The latest rounds first; None when the sheet was never proof-read."""
    rounds = (
        ProofreadingRound.objects.filter(sheet=sheet.pk)
        .select_related("task_state")
        .prefetch_related("replies__clsm", "replies__decided_by", "replies__comments__author")[:SHOWN]
    )
    rows = [_row(one) for one in rounds]
    return {"rounds": rows} if rows else None


def _row(one: ProofreadingRound) -> dict[str, Any]:
    replies = [
        {"reply": reply, "comments": with_headings([comment for comment in reply.comments.all() if comment.text])}
        for reply in one.replies.all()
    ]
    return {"round": one, "replies": replies, "url": reverse("proofreading_round", args=[one.pk])}


PART = FollowUp("wagtailadmin/proofreading/follow_up.html", read_rounds)
