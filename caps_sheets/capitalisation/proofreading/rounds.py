"""Rounds of proof-reading: opened with a submission, over when the CLSMs answered or the text changed."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.models import Revision, TaskState

from caps_sheets.capitalisation.models.proofreading_round import (
    ProofreadingReply,
    ProofreadingRound,
    Reply,
    RoundOutcome,
)
from caps_sheets.capitalisation.proofreading.notices import tell_of_request
from caps_sheets.models import CapsSheetPage, PublicationOverride
from caps_sheets.models.clearance import text_key
from caps_sheets.models.review import waives_agreement
from network.models import ClsmPage, CoordinatorAssignment
from portal.users.models import User


def clsm_ids(revision: Revision) -> list[int]:
    """The CLSMs that the text of ``revision`` names, in the order of the form."""
    items = sorted(revision.content.get("clsm_items", []), key=lambda item: item.get("sort_order") or 0)
    return list(dict.fromkeys(item["clsm"] for item in items if item.get("clsm")))


@transaction.atomic
def open_round(task_state: TaskState) -> ProofreadingRound:
    """Ask the CLSMs of the text to read it. What was asked about an earlier text is over."""
    revision = task_state.revision
    sheet = CapsSheetPage.objects.get(pk=revision.object_id)
    close_rounds(sheet, RoundOutcome.SUPERSEDED)
    opened = ProofreadingRound.objects.create(
        sheet=sheet, revision=revision, text_key=text_key(revision), task_state=task_state
    )
    for clsm in ClsmPage.objects.filter(pk__in=clsm_ids(revision)):
        ProofreadingReply.objects.create(round=opened, clsm=clsm)
    tell_of_request(opened)
    return opened


def follow_text(revision: Revision) -> None:
    """A text changed by force during its proof-reading is read again: the round of the former text is over."""
    waiting = ProofreadingRound.objects.filter(
        sheet=revision.object_id, outcome=RoundOutcome.OPEN, task_state__status=TaskState.STATUS_IN_PROGRESS
    ).select_related("task_state")
    for old in waiting:
        if old.text_key == text_key(revision):
            continue
        task_state = old.step
        task_state.revision = revision
        task_state.save(update_fields=["revision"])
        open_round(task_state)


def close(opened: ProofreadingRound, outcome: RoundOutcome) -> None:
    opened.outcome = outcome
    opened.closed_at = timezone.now()
    opened.save(update_fields=["outcome", "closed_at"])


def close_rounds(sheet: CapsSheetPage, outcome: RoundOutcome) -> None:
    """Whatever is still asked about ``sheet`` is over."""
    for one in ProofreadingRound.objects.filter(sheet=sheet.pk, outcome=RoundOutcome.OPEN):
        close(one, outcome)


def go_on_without(decision: PublicationOverride) -> None:
    """The Centre did without the CLSMs: what waited for them about this text goes on."""
    waiting = open_rounds().filter(sheet=decision.sheet_id, text_key=decision.text_key).first()
    if waiting:
        close(waiting, RoundOutcome.OVERRIDDEN)
        waiting.step.specific.approve(user=decision.by, comment=decision.reason)


def has_agreement(sheet_pk: int, revision: Revision) -> bool:
    """Whether every CLSM that the text names agreed to it."""
    named = set(clsm_ids(revision))
    agreed = ProofreadingReply.objects.filter(
        round__sheet=sheet_pk, round__text_key=text_key(revision), decision=Reply.AGREED
    )
    return bool(named) and named <= set(agreed.values_list("clsm", flat=True))


def agreement_errors(sheet: CapsSheetPage, revision: Revision) -> list[str]:
    """Check of publication: see ``caps_sheets.models.clearance``."""
    if has_agreement(sheet.pk, revision) or waives_agreement(sheet.pk, text_key(revision)):
        return []
    return ["Le CLSM n’a pas donné son bon à publier pour ce texte, et le Centre n’a pas passé outre."]


def latest_round(sheet: CapsSheetPage) -> ProofreadingRound | None:
    return (
        ProofreadingRound.objects.filter(sheet=sheet.pk)
        .select_related("task_state", "revision")
        .prefetch_related("replies__clsm", "replies__decided_by", "replies__comments__author")
        .first()
    )


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


def coordinators(clsm: ClsmPage, today: date | None = None) -> QuerySet[User]:
    """Who answers for ``clsm`` on that day."""
    posts = CoordinatorAssignment.objects.current(today).filter(clsm=clsm.pk)
    return User.objects.filter(pk__in=posts.values("user"), is_active=True)
