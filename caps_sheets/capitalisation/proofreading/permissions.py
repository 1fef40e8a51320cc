"""Who proof-reads: a current coordinator, or the holder of a link. Both answer for one CLSM about one text."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db.models import QuerySet

from caps_sheets.capitalisation.models.proofreading_round import (
    ProofreadingComment,
    ProofreadingLink,
    ProofreadingReply,
)
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

    def read_again(self) -> Reader:
        """The same person, with the reply and the round reloaded from the database."""
        replies = ProofreadingReply.objects.select_related("clsm", "decided_by", "round__sheet", "round__task_state")
        return replace(self, reply=replies.get(pk=self.reply.pk))

    def allowed(self) -> set[str]:
        """The keys of the quotations that the CLSM permits, whoever ticked them."""
        return set(self.reply.verbatims.values_list("key", flat=True))

    def comments(self) -> dict[str, ProofreadingComment]:
        """The comments of this person, by part of the sheet."""
        return {comment.section: comment for comment in self.reply.comments.filter(**self.signature)}

    def comments_of_others(self) -> QuerySet[ProofreadingComment]:
        """The comments of the other readers of the same CLSM."""
        mine = [comment.pk for comment in self.comments().values()]
        return self.reply.comments.exclude(pk__in=mine).exclude(text="").select_related("author", "link")
