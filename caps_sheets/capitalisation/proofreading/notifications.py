"""Notices of proof-reading: to the CLSM that has to read, to the Centre if nobody can, then to the authors."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from caps_sheets.capitalisation.models.proofreading_round import ProofreadingLink, ProofreadingReply, ProofreadingRound
from network.models.queries import moderators_for, people_in_post
from portal.base.signed_links import token_of
from portal.moderation.notices import Event
from portal.moderation.notifications import tell, write_to
from portal.users.models import User

REQUESTED = "proofreading_requested"
PASSED = "proofreading_passed"
NOBODY = "proofreading_without_coordinator"
LINK = "proofreading_link"
REMINDER = "proofreading_reminder"
LATE = "proofreading_late"
AGREED = "proofreading_agreed"
EVENTS = {
    REQUESTED: ("Fiche à relire par le CLSM", "la coordination du CLSM"),
    REMINDER: (
        "Rappel d’une relecture",
        "la coordination du CLSM, ou l’adresse qui a reçu le lien",
    ),
    LINK: ("Lien de relecture", "la personne sans compte à qui le Centre l’envoie"),
    PASSED: ("Lecture d’une fiche passée à un·e collègue", "la personne sans compte à qui la coordination l’envoie"),
    NOBODY: ("Relecture sans coordination en poste", "la Modération de la région du CLSM"),
    LATE: ("Relecture en retard", "la Modération de la région du CLSM"),
    AGREED: ("Bon à publier du CLSM", "les personnes qui ont écrit ou soumis la fiche"),
}


def proofreading_events() -> list[Event]:
    return [Event(name, label, audience) for name, (label, audience) in EVENTS.items()]


def tell_of_request(opened: ProofreadingRound) -> None:
    """Each CLSM is asked; the Centre is notified of those where nobody is in post."""
    for reply in opened.replies.select_related("clsm"):
        if people := list(people_in_post(reply.clsm_id)):
            tell(REQUESTED, people, link=space_link(reply), **facts(reply))
        else:
            tell(NOBODY, moderators_for(reply.clsm), link=centre_link(opened), **facts(reply))


def remind(reply: ProofreadingReply, days: int, *, is_last: bool) -> None:
    """One reminder to those who can answer for the CLSM; the last one notifies the Centre too."""
    said: dict[str, Any] = facts(reply) | {"days": days}
    tell(REMINDER, people_in_post(reply.clsm_id), link=space_link(reply), **said)
    for link in reply.links.filter(revoked_at=None, may_answer=True):
        if not link.has_expired:
            write_to(link.address, REMINDER, link=public_link(link), **said)
    if is_last:
        tell(LATE, moderators_for(reply.clsm), link=centre_link(reply.round), **said)


def send(link: ProofreadingLink) -> None:
    write_to(link.address, LINK, link=public_link(link), expires_at=link.expires_at, **facts(link.reply))


def send_passed(link: ProofreadingLink) -> None:
    write_to(link.address, PASSED, link=public_link(link), expires_at=link.expires_at, **facts(link.reply))


def tell_of_agreement(reply: ProofreadingReply, people: Iterable[User | None]) -> None:
    tell(AGREED, people, page=reply.round.sheet, **facts(reply))


def facts(reply: ProofreadingReply) -> dict[str, str]:
    sheet = reply.round.sheet
    return {"sheet": sheet.draft_title or sheet.title, "clsm": reply.clsm.title}


def space_link(reply: ProofreadingReply) -> str:
    return reverse("proofreading", args=[reply.clsm_id, reply.round_id])


def public_link(link: ProofreadingLink) -> str:
    return reverse("proofreading_by_link", args=[token_of(link)])


def centre_link(opened: ProofreadingRound) -> str:
    return reverse("proofreading_rounds:detail", args=[opened.pk])
