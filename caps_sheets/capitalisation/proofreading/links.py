"""Proof-reading links for people without an account, and reminders after seven and fourteen days.

The Centre sends a link to an e-mail address, and may revoke it at any time. Source of the reminders: the
specification of the proof-reading by the CLSM.
"""

from __future__ import annotations

from datetime import date
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from caps_sheets.capitalisation.models.proofreading_round import (
    ProofreadingLink,
    ProofreadingReply,
    ProofreadingRound,
    Reply,
    held,
    open_rounds,
)
from caps_sheets.capitalisation.proofreading.notifications import remind, send, send_passed
from portal.base.emails import read_email
from portal.base.errors import RefusedError
from portal.base.locks import locked
from portal.moderation.notifications import tell_once
from portal.users.models import User

RIGHT = "caps_capitalisation.add_proofreadinglink"

SENT = "caps_capitalisation.proofreading_link_sent"

REVOKED = "caps_capitalisation.proofreading_link_revoked"


@transaction.atomic
def send_link(reply: ProofreadingReply, address: str, *, by: User) -> ProofreadingLink:
    """Write to ``address``. Nobody else sees the link, not even the sender. Raises ``RefusedError``."""
    try:
        address = read_email(address).address
    except ValidationError as refusal:
        raise RefusedError(*refusal.messages) from None
    asked = locked(reply.round)
    reply = locked(reply, "clsm")
    if not asked.is_open or reply.decision != Reply.WAITING:
        raise RefusedError("Cette relecture est terminée : aucun lien ne peut plus être envoyé.")
    _check_not_held(asked)
    link = ProofreadingLink.objects.create(reply=reply, address=address, created_by=by)
    send(link)
    _log(link, SENT, by)
    return link


@transaction.atomic
def revoke(link: ProofreadingLink, *, by: User | None) -> None:
    """The link stops working. Revoking it twice changes nothing. ``by`` is None for a command."""
    if link.revoke():
        _log(link, REVOKED, by)


#: Links that the coordinators of a CLSM pass on for one text: nobody makes a mailing of it.
MOST_PASSED = 10

PASSED = "caps_capitalisation.proofreading_passed"


@transaction.atomic
def pass_on(reply: ProofreadingReply, address: str, role: str, *, by: User) -> ProofreadingLink:
    """Let a colleague without account read for the CLSM of ``reply``; ``by`` coordinates it and keeps the answer.

    Raises ``RefusedError``.
    """
    asked = locked(reply.round)
    reply = locked(reply, "clsm")
    if not asked.is_open or reply.decision != Reply.WAITING:
        raise RefusedError("Cette relecture est terminée : elle ne se passe plus à personne.")
    _check_not_held(asked)
    passed = list(reply.links.filter(may_answer=False))
    if len(passed) >= MOST_PASSED:
        raise RefusedError(f"Cette lecture a déjà été passée {MOST_PASSED} fois : demandez un lien au Centre.")
    if any(link.address == address and not link.dead_reason(timezone.now()) for link in passed):
        raise RefusedError("Cette adresse a déjà un lien en cours : retirez-le avant d’en envoyer un autre.")
    link = ProofreadingLink.objects.create(
        reply=reply, address=address, role=role.strip(), may_answer=False, created_by=by
    )
    send_passed(link)
    _log(link, PASSED, by)
    return link


def _check_not_held(asked: ProofreadingRound) -> None:
    if held(asked):
        raise RefusedError("Cette fiche est retirée pour le moment : sa relecture est suspendue, aucun lien ne part.")


def _log(link: ProofreadingLink, action: str, by: User | None) -> None:
    opened = link.reply.round
    data = {"clsm": link.reply.clsm.title} | ({"address": link.address} if link.may_answer else {"as": link.role})
    log(instance=opened.sheet, action=action, user=by, revision=opened.revision, data=data)


#: Days after the request.
AFTER = (7, 14)


def remind_all(today: date | None = None) -> int:
    """Send what is due on that day, once; return the number of CLSMs reminded."""
    today = today or timezone.localdate()
    waiting = ProofreadingReply.objects.filter(round__in=open_rounds(), decision=Reply.WAITING)
    return sum(_remind(reply, today) for reply in waiting.select_related("clsm", "round__sheet"))


def _remind(reply: ProofreadingReply, today: date) -> bool:
    """Nothing if it is too early, if the sheet is taken down, if another run told them, or if they have answered."""
    if held(reply.round):
        return False
    days = (today - timezone.localdate(reply.round.opened_at)).days
    due = sum(days >= limit for limit in AFTER)
    untold = ProofreadingReply.objects.filter(pk=reply.pk, decision=Reply.WAITING, reminders_sent__lt=due)
    return tell_once(untold, partial(remind, reply, days, is_last=due == len(AFTER)), reminders_sent=due)
