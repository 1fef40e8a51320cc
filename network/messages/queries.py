"""Reads about messages: what waits for an answer, in the space of a CLSM and in the menu of the Centre."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet, Window
from django.urls import reverse

from network.messages.models import Desk, Message, MessageState
from network.messages.permissions import messages_of_centre
from network.models import ClsmPage
from network.space_sections import Todo, Waiting
from network.space_sections import counted as counted_by_clsm
from portal.base.plurals import counted
from portal.users.models import User

SHOWN = 3
#: The key of the section.
SECTION = "courrier"


def waiting_for_centre(user: User) -> QuerySet[Message]:
    """The messages that ``user`` may answer in the name of the Centre."""
    return messages_of_centre(user).filter(desk=Desk.CENTRE, state=MessageState.WAITING)


def waiting_for(clsms: Sequence[ClsmPage]) -> QuerySet[Message]:
    return Message.objects.filter(clsm__in=clsms, desk=Desk.CLSM, state=MessageState.WAITING)


def count_waiting(clsms: Sequence[ClsmPage], user: User) -> Waiting:
    return counted_by_clsm(waiting_for(clsms), "clsm", SECTION)


def read_waiting(clsm: ClsmPage, user: User) -> dict[str, Any]:
    """The section of « Mon CLSM », in one query: each row says how many there are."""
    numbered = (
        waiting_for([clsm])
        .defer("text")
        .annotate(count=Window(Count("pk")), unread=Window(Count("pk", filter=Q(read_at=None))))
    )
    rows = list(numbered[:SHOWN])
    if not rows:
        return {"todos": [], "waiting": []}
    numbers = {"count": rows[0].count, "unread": rows[0].unread}
    url = reverse("clsm_messages", args=[clsm.pk]) + "?voir=a-repondre"
    if numbers["count"] == 1:
        url = reverse("clsm_message", args=[clsm.pk, rows[0].pk])
    verb = "attendent" if numbers["count"] > 1 else "attend"
    todo = Todo(f"{counted(numbers['count'], 'message')} {verb} votre réponse.", "Lire et répondre", url)
    return {"todos": [todo], "waiting": rows, **numbers}
