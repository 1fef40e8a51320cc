"""Who proof-reads: a current coordinator, or the holder of a link. Both answer for one CLSM about one text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from django.db.models import Exists, OuterRef, Q
from django.http import Http404

from caps_sheets.capitalisation.models.proofreading_round import (
    ProofreadingComment,
    ProofreadingLink,
    ProofreadingReply,
    VerbatimRefusal,
    refusals_of,
)
from network.models import ClsmPage
from portal.users.models import User


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

    @property
    def may_answer(self) -> bool:
        """Whether this person gives the answer of the CLSM; a colleague of a coordinator reads and comments."""
        return self.link is None or self.link.may_answer

    def read_again(self) -> Reader:
        """The same person, with the reply and the round reloaded from the database."""
        replies = ProofreadingReply.objects.select_related("clsm", "decided_by", "round__sheet", "round__task_state")
        return replace(self, reply=replies.get(pk=self.reply.pk))

    @cached_property
    def last_reading(self) -> ProofreadingReply | None:
        """What this very person answered, or began to, for the same CLSM about an earlier text of the sheet.

        The holders of links are told apart by their address. None if the earlier text was purged.
        """
        earlier = ProofreadingReply.objects.filter(
            clsm=self.reply.clsm_id,
            round__sheet=self.reply.round.sheet_id,
            round__lt=self.reply.round_id,
            round__revision__isnull=False,
        )
        return earlier.filter(self._read_it()).select_related("round__revision").order_by("-round_id").first()

    def _read_it(self) -> Q:
        comments = ProofreadingComment.objects.filter(reply=OuterRef("pk")).exclude(text="")
        if self.link is None:
            return Q(decided_by=self.user) | Q(Exists(comments.filter(author=self.user)))
        links = ProofreadingLink.objects.filter(reply=OuterRef("pk"), may_answer=True)
        theirs = Exists(links.filter(address=self.link.address)) & ~Exists(links.exclude(address=self.link.address))
        return Q(Exists(comments.filter(link__address=self.link.address))) | Q(~Q(decided_as="") & theirs)

    def allowed(self) -> set[str]:
        """The keys of the quotations that the CLSM permits, whoever ticked them."""
        return set(self.reply.verbatims.values_list("key", flat=True))

    def refused(self) -> dict[str, VerbatimRefusal]:
        """The quotations that the CLSM refuses, by key, whoever did, about this text of the sheet or an earlier one."""
        refusals = refusals_of(self.reply).select_related("author", "link")
        return {refusal.key: refusal for refusal in refusals}

    def comments(self) -> dict[str, ProofreadingComment]:
        """The comments of this person, by part of the sheet."""
        return {comment.section: comment for comment in self.reply.comments.filter(**self.signature)}

    def comments_and_others(self) -> tuple[dict[str, ProofreadingComment], list[ProofreadingComment]]:
        """``comments``, and what the other readers of the same CLSM wrote."""
        mine, others = {}, []
        for comment in self.reply.comments.select_related("author", "link"):
            if {"author": comment.author, "link": comment.link} == self.signature:
                mine[comment.section] = comment
            elif comment.text:
                others.append(comment)
        return mine, others


def reply_asked_of(clsm: ClsmPage, round_pk: int) -> ProofreadingReply:
    """The answer that a round waits for, or had, from this CLSM. Raises ``Http404``."""
    replies = ProofreadingReply.objects.select_related("clsm", "round__sheet", "round__revision", "round__task_state")
    reply = replies.filter(round=round_pk, clsm=clsm.pk).first()
    if reply is None:
        raise Http404("Cette relecture n’est pas demandée à ce CLSM.")
    return reply
