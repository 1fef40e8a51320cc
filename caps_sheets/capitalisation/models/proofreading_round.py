"""Proof-reading by the CLSM: one round per submitted text, one reply per CLSM, comments by section."""

from __future__ import annotations

from datetime import date, timedelta
from typing import cast

from django.db import models, transaction
from django.db.models import QuerySet
from django.dispatch import Signal
from django.utils import timezone
from wagtail.models import Revision, TaskState

from caps_sheets.models import CapsSheetPage
from caps_sheets.models.clearance import text_key
from caps_sheets.models.review import AboutText
from network.models import ClsmPage, CoordinatorAssignment
from network.models.queries import people_in_post
from portal.base.signed_links import SignedLink
from portal.moderation.takedowns.queries import takedown_of
from portal.users.models import User

#: A round opens: ``opened`` is the round, with its replies saved. Sent inside the transaction.
round_opened = Signal()


HELD = (
    "Cette fiche est retirée provisoirement par le Centre national : sa relecture est suspendue. Vos commentaires déjà "
    "enregistrés sont gardés ; le Centre vous écrira si la relecture reprend."
)


class RoundOutcome(models.TextChoices):
    OPEN = "", "en attente"
    AGREED = "bon-a-publier", "bon à publier"
    RETURNED = "retour", "retour du CLSM"
    OVERRIDDEN = "passer-outre", "le Centre a passé outre"
    SUPERSEDED = "remplacee", "remplacée par une version plus récente"


class Reply(models.TextChoices):
    WAITING = "", "en attente"
    AGREED = "bon-a-publier", "bon à publier"
    AGREED_EXCEPT = "sauf-citations", "bon à publier, sauf les citations refusées"
    RETURNED = "retour", "retour"


class ProofreadingRound(AboutText):
    """A request to the CLSMs of a sheet to read one text. It ends with its outcome or a change of the text."""

    sheet = models.ForeignKey(
        CapsSheetPage, verbose_name="fiche", on_delete=models.CASCADE, related_name="proofreading_rounds"
    )
    task_state = models.ForeignKey(
        TaskState, verbose_name="étape", null=True, on_delete=models.SET_NULL, related_name="proofreading_rounds"
    )
    opened_at = models.DateTimeField("ouverte le", default=timezone.now)
    closed_at = models.DateTimeField("close le", null=True, blank=True)
    outcome = models.CharField("issue", max_length=14, choices=RoundOutcome.choices, blank=True)

    class Meta:
        verbose_name = "relecture par le CLSM"
        verbose_name_plural = "relectures par le CLSM"
        ordering = ["-opened_at", "-pk"]
        indexes = [models.Index(fields=["sheet", "text_key"], name="rounds_by_text")]

    def __str__(self) -> str:
        return f"Relecture de « {self.sheet} »"

    @property
    def step(self) -> TaskState:
        """The workflow step of the sheet, for an open round."""
        return cast(TaskState, self.task_state)

    def text(self) -> CapsSheetPage:
        """The submitted text of the sheet, for an open round."""
        return cast(Revision, self.revision).as_object()

    @property
    def is_open(self) -> bool:
        """Whether an answer still counts: the sheet waits at this very step, with this very text."""
        return (
            self.outcome == RoundOutcome.OPEN
            and self.revision_id is not None
            and self.task_state is not None
            and self.task_state.status == TaskState.STATUS_IN_PROGRESS
        )


def held(asked: ProofreadingRound) -> str:
    """Why the text is read by nobody outside the Centre: its sheet is taken down. Empty while it is not."""
    return HELD if takedown_of(asked.sheet) else ""


class ProofreadingReply(models.Model):
    """The answer of one CLSM. Every CLSM of the sheet has to agree."""

    round = models.ForeignKey(
        ProofreadingRound, verbose_name="relecture", on_delete=models.CASCADE, related_name="replies"
    )
    clsm = models.ForeignKey(
        ClsmPage, verbose_name="CLSM", on_delete=models.CASCADE, related_name="proofreading_replies"
    )
    decision = models.CharField("réponse", max_length=14, choices=Reply.choices, blank=True)
    decided_at = models.DateTimeField("répondu le", null=True, blank=True)
    decided_by = models.ForeignKey(
        User, verbose_name="répondu par", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_as = models.CharField(
        "fonction de la personne sans compte", max_length=120, blank=True, help_text="Une fonction, pas un nom."
    )
    reminders_sent = models.PositiveSmallIntegerField("rappels envoyés", default=0)

    class Meta:
        verbose_name = "réponse d’un CLSM"
        verbose_name_plural = "réponses des CLSM"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["round", "clsm"], name="one_reply_per_clsm_and_round")]

    def __str__(self) -> str:
        return f"{self.clsm} : {self.get_decision_display()}"


class ProofreadingLink(SignedLink):
    """Access to one reply and nothing else.

    The Centre sends a link that answers for the CLSM. A coordinator passes one on to a colleague, who reads, comments
    and refuses quotations (``may_answer`` is false): it ends with the post of who passed it on.
    """

    salt = "caps_sheets.proofreading"
    lifetime = timedelta(days=21)

    reply = models.ForeignKey(ProofreadingReply, verbose_name="réponse", on_delete=models.CASCADE, related_name="links")
    may_answer = models.BooleanField("répond pour le CLSM", default=True)
    role = models.CharField(
        "fonction de la personne", max_length=120, blank=True, help_text="Une fonction, pas un nom."
    )

    class Meta(SignedLink.Meta):
        verbose_name = "lien de relecture"
        verbose_name_plural = "liens de relecture"

    def __str__(self) -> str:
        return f"Lien de relecture envoyé à {self.address}"

    @property
    def revoked_reason(self) -> str:  # type: ignore[override]
        return SignedLink.revoked_reason if self.may_answer else "Ce lien a été retiré."

    def over_reason(self) -> str:
        opened = self.reply.round
        if not self.may_answer and not self._is_vouched_for():
            return "La personne qui vous a passé cette lecture n’est plus en poste : demandez un lien au CLSM."
        if opened.outcome == RoundOutcome.SUPERSEDED:
            return "Ce lien mène à une version qui n’est plus d’actualité : la fiche a changé depuis."
        if self.reply.decision != Reply.WAITING:
            return "La réponse du CLSM a déjà été donnée : merci de votre lecture."
        if not opened.is_open:
            return "Cette relecture est terminée : aucune réponse n’est plus attendue."
        return held(opened)

    @property
    def is_dead(self) -> bool:
        return bool(self.dead_reason(timezone.now()))

    def _is_vouched_for(self) -> bool:
        return self.created_by_id in people_in_post(self.reply.clsm_id).values_list("pk", flat=True)


class ProofreadingComment(models.Model):
    """A comment of one person on one section. ``version`` increases at each save: two tabs never overwrite silently."""

    reply = models.ForeignKey(
        ProofreadingReply, verbose_name="réponse", on_delete=models.CASCADE, related_name="comments"
    )
    section = models.CharField("partie de la fiche", max_length=40)
    text = models.TextField("commentaire", blank=True)
    version = models.PositiveIntegerField("version", default=1)
    author = models.ForeignKey(
        User, verbose_name="écrit par", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    link = models.ForeignKey(
        ProofreadingLink, verbose_name="lien", null=True, blank=True, on_delete=models.CASCADE, related_name="comments"
    )
    updated_at = models.DateTimeField("modifié le", auto_now=True)

    class Meta:
        verbose_name = "commentaire de relecture"
        verbose_name_plural = "commentaires de relecture"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["reply", "section", "author"],
                condition=models.Q(link=None),
                name="one_comment_per_person_and_section",
            ),
            models.UniqueConstraint(
                fields=["reply", "section", "link"],
                condition=models.Q(author=None),
                name="one_comment_per_link_and_section",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class VerbatimAgreement(models.Model):
    """A quotation of the sheet, permitted by the CLSM word for word."""

    reply = models.ForeignKey(
        ProofreadingReply, verbose_name="réponse", on_delete=models.CASCADE, related_name="verbatims"
    )
    key = models.CharField("empreinte de la citation", max_length=64)
    quote = models.TextField("citation")
    role = models.CharField("fonction", max_length=120, blank=True)
    agreed_at = models.DateTimeField("accord donné le", default=timezone.now)

    class Meta:
        verbose_name = "accord sur un verbatim"
        verbose_name_plural = "accords sur les verbatims"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["reply", "key"], name="one_agreement_per_verbatim")]

    def __str__(self) -> str:
        return self.quote[:80]


class VerbatimRefusal(models.Model):
    """A quotation that the CLSM refuses: the sheet is not public with these words. They are not kept here."""

    reply = models.ForeignKey(
        ProofreadingReply, verbose_name="réponse", on_delete=models.CASCADE, related_name="refused_verbatims"
    )
    key = models.CharField("empreinte de la citation", max_length=64)
    section = models.CharField("partie de la fiche", max_length=40)
    reason = models.TextField("motif", blank=True)
    refused_at = models.DateTimeField("refusée le", default=timezone.now)
    author = models.ForeignKey(
        User, verbose_name="refusée par", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    link = models.ForeignKey(
        ProofreadingLink, verbose_name="lien", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = "refus d’une citation"
        verbose_name_plural = "refus de citations"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["reply", "key"], name="one_refusal_per_verbatim")]

    def __str__(self) -> str:
        return f"{self.reply.clsm} : {self.section}"


def clsm_ids(revision: Revision) -> list[int]:
    """The CLSMs in the text of ``revision``, in the order of the form."""
    items = sorted(revision.content.get("clsm_items", []), key=lambda item: item.get("sort_order") or 0)
    return list(dict.fromkeys(item["clsm"] for item in items if item.get("clsm")))


@transaction.atomic
def open_round(task_state: TaskState) -> ProofreadingRound:
    """Ask the CLSMs of the text to read it. Requests about an earlier text end."""
    revision = task_state.revision
    sheet = CapsSheetPage.objects.get(pk=revision.object_id)
    close_rounds(sheet, RoundOutcome.SUPERSEDED)
    opened = ProofreadingRound.objects.create(
        sheet=sheet, revision=revision, text_key=text_key(revision), task_state=task_state
    )
    for clsm in ClsmPage.objects.filter(pk__in=clsm_ids(revision)):
        ProofreadingReply.objects.create(round=opened, clsm=clsm)
    round_opened.send(sender=ProofreadingRound, opened=opened)
    return opened


def close(opened: ProofreadingRound, outcome: RoundOutcome) -> None:
    opened.outcome = outcome
    opened.closed_at = timezone.now()
    opened.save(update_fields=["outcome", "closed_at"])


def close_rounds(sheet: CapsSheetPage, outcome: RoundOutcome) -> None:
    """End all open rounds of ``sheet``."""
    for opened in ProofreadingRound.objects.filter(sheet=sheet.pk, outcome=RoundOutcome.OPEN):
        close(opened, outcome)


def has_agreement(sheet_pk: int, revision: Revision, key: str) -> bool:
    """Whether every CLSM in the text of ``revision``, whose key is ``key``, agreed to it."""
    named = set(clsm_ids(revision))
    agreed = ProofreadingReply.objects.filter(round__sheet=sheet_pk, round__text_key=key, decision=Reply.AGREED)
    return bool(named) and named <= set(agreed.values_list("clsm", flat=True))


def refusals_of(reply: ProofreadingReply) -> QuerySet[VerbatimRefusal]:
    """Those of the CLSM of ``reply``: a refusal holds for the later texts of the sheet, until it is taken back."""
    return VerbatimRefusal.objects.filter(reply__round__sheet=reply.round.sheet_id, reply__clsm=reply.clsm_id)


def open_rounds() -> QuerySet[ProofreadingRound]:
    """Those that still wait for an answer."""
    return ProofreadingRound.objects.filter(
        outcome=RoundOutcome.OPEN, revision__isnull=False, task_state__status=TaskState.STATUS_IN_PROGRESS
    )


def rounds_of(user: User, today: date | None = None) -> QuerySet[ProofreadingRound]:
    """The open rounds that wait for a CLSM which ``user`` coordinates on that day."""
    mine = CoordinatorAssignment.objects.current(today).filter(user=user.pk)
    waiting = ProofreadingReply.objects.filter(clsm__in=mine.values("clsm"), decision=Reply.WAITING)
    return open_rounds().filter(pk__in=waiting.values("round"))
