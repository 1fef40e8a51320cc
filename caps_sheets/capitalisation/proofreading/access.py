"""Who proof-reads: a current coordinator, or the holder of a link. Both answer for one CLSM about one text.

A token holds the identifiers of its link. A dead link gives its reason.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.core import signing
from django.db.models import QuerySet
from django.utils import timezone

from caps_sheets.capitalisation.models.proofreading_round import (
    ProofreadingComment,
    ProofreadingLink,
    ProofreadingReply,
    Reply,
    RoundOutcome,
)
from portal.users.models import User

SALT = "caps_sheets.proofreading"


class DeadLinkError(Exception):
    """The link was genuine and no longer works. ``reason``: a French sentence for its holder."""

    def __init__(self, link: ProofreadingLink, reason: str) -> None:
        self.link = link
        self.reason = reason
        super().__init__(reason)


def token_of(link: ProofreadingLink) -> str:
    return signing.Signer(salt=SALT).sign_object(link.pk)


def read_token(token: str, now: datetime | None = None) -> ProofreadingLink | None:
    """The link of ``token``, None if its signature is not ours. Raises ``DeadLinkError``."""
    try:
        pk = signing.Signer(salt=SALT).unsign_object(token)
    except signing.BadSignature:
        return None
    links = ProofreadingLink.objects.select_related("reply__clsm", "reply__round__task_state", "reply__round__sheet")
    link = links.select_related("reply__round__revision").filter(pk=pk).first()
    if link is None:
        return None
    if reason := _why_dead(link, now or timezone.now()):
        raise DeadLinkError(link, reason)
    return link


def _why_dead(link: ProofreadingLink, now: datetime) -> str:
    opened = link.reply.round
    if link.revoked_at:
        return "Ce lien a été retiré par le Centre national."
    if opened.outcome == RoundOutcome.SUPERSEDED:
        return "Ce lien mène à une version qui n’est plus d’actualité : la fiche a changé depuis."
    if link.reply.decision != Reply.WAITING:
        return "La réponse du CLSM a déjà été donnée : merci de votre lecture."
    if not opened.is_open:
        return "Cette relecture est terminée : aucune réponse n’est plus attendue."
    if now >= link.expires_at:
        return "Ce lien a expiré : il était valable vingt et un jours. Demandez-en un autre au Centre national."
    return ""


@dataclass(frozen=True)
class Reader:
    """Exactly one of ``user`` and ``link``."""

    reply: ProofreadingReply
    user: User | None = None
    link: ProofreadingLink | None = None

    @property
    def signature(self) -> dict[str, User | ProofreadingLink | None]:
        """The author of a comment."""
        return {"author": self.user, "link": self.link}

    def read_again(self) -> Reader:
        """The same person, with the reply and the round reloaded from the database."""
        replies = ProofreadingReply.objects.select_related("clsm", "decided_by", "round__sheet", "round__task_state")
        return replace(self, reply=replies.get(pk=self.reply.pk))

    def allowed(self) -> set[str]:
        """The keys of the quotations that the CLSM permits, whoever ticked them."""
        return set(self.reply.verbatims.values_list("key", flat=True))

    def comments(self) -> dict[str, ProofreadingComment]:
        """The comments of this person, by part of the sheet."""
        return {one.section: one for one in self.reply.comments.filter(**self.signature)}

    def comments_of_others(self) -> QuerySet[ProofreadingComment]:
        """The comments of the other readers of the same CLSM."""
        mine = [one.pk for one in self.comments().values()]
        return self.reply.comments.exclude(pk__in=mine).exclude(text="").select_related("author", "link")
