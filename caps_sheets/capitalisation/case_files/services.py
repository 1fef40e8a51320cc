"""Decisions on case files: opening from a census answer, moves from stage to stage, and their effects.

A refusal lists everything that prevents the decision. A decision applies to the file as it was on screen:
``CaseFile.revision`` increases at each change, so that a second click, or a decision after somebody else's, is
refused.

The state of the census answer follows the stage. The owner of the case file becomes the owner of its sheet, because
Wagtail lets the owner of a page edit it. Approval of the sheet in its workflow moves the file too.
"""

import logging
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Page, PageSubscription, Task

from caps_sheets.capitalisation.case_files.log_actions import CASE_OPENED, MOVED, SHEET_ENTRUSTED
from caps_sheets.capitalisation.case_files.notifications import tell_new_owner, tell_owner_of_move
from caps_sheets.capitalisation.case_files.permissions import OPEN
from caps_sheets.capitalisation.case_files.transitions import (
    CASES,
    IN_WORKFLOW,
    LABELS,
    OPENED,
    CaseTransition,
)
from caps_sheets.capitalisation.census.services import follow_case
from caps_sheets.capitalisation.models import (
    CaseFile,
    CaseStatus,
    CensusAnswer,
    CensusState,
    ProofreadingTask,
    Stage,
    StageMove,
    Wish,
)
from caps_sheets.models.tasks import GridReviewTask
from portal.base.errors import RefusedError, already_decided
from portal.base.locks import locked
from portal.users.models import User


def census_state(case_file: CaseFile) -> CensusState:
    """The state that the answer should have; once capitalised it stays so, even while its sheet is revised."""
    if case_file.answer.state == CensusState.CAPITALISED or case_file.stage >= Stage.PODCAST:
        return CensusState.CAPITALISED
    if case_file.status == CaseStatus.SET_ASIDE:
        return CensusState.RECORDED
    return CensusState.SHORTLISTED if case_file.stage <= Stage.FRAMING else CensusState.CAPITALISING


@transaction.atomic
def keep_census_in_step(case_file: CaseFile, *, by: User | None, message: str = "") -> None:
    """``message`` is for the CLSM. Raises ``RefusedError``, with nothing changed, if the census does not allow the new
    state.
    """
    case_file.answer = locked(case_file.answer, "clsm")
    wanted = census_state(case_file)
    if case_file.answer.state != wanted:
        follow_case(case_file.answer, wanted, by=by, message=message)


def action_of(task: Task) -> str:
    """The action that the start of ``task`` stands for. Every step after the grid is part of the publication."""
    specific = task.specific
    if isinstance(specific, ProofreadingTask):
        return "relecture-clsm"
    return "relecture-editoriale" if isinstance(specific, GridReviewTask) else "a-publier"


def missed_action(case_file: CaseFile) -> str | None:
    """The missed event of a sheet whose file was before the writing or inactive; None if there is nothing to catch
    up with.
    """
    if case_file.sheet is None or case_file.stage not in (Stage.WRITING, *IN_WORKFLOW):
        return None
    waiting = case_file.sheet.current_workflow_task_state
    return action_of(waiting.task) if waiting else "retour"


logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Offer:
    """A decision that a user may take at this stage; ``blockers`` gives why it would be refused now."""

    action: str
    label: str
    blockers: list[str]
    needs_reason: bool
    writes_to_clsm: bool
    target: Stage


def offered(case_file: CaseFile, user: User) -> list[Offer]:
    """The decisions available to ``user`` on ``case_file``, in the order of the table."""
    return [
        Offer(
            decision.name,
            decision.label,
            decision.missing(case_file),
            decision.needs_reason,
            decision.writes_to_clsm,
            decision.paths[_stage(case_file)],
        )
        for decision in CASES.offered(case_file, user)
    ]


@transaction.atomic
def move(
    case_file: CaseFile, action: str, *, by: User, reason: str = "", message: str = "", due_on: date | None = None
) -> CaseFile:
    """Take a decision and return the current file; raise ``RefusedError`` with all its reasons, with nothing changed.

    ``reason`` stays inside the Centre; ``message`` is sent to the CLSM, if the decision notifies it. ``due_on``: the
    due date of the next stage; a change of stage drops the former date.
    """
    fresh = CASES.lock(case_file)
    decision = CASES.check(fresh, action, by=by, reason=reason)
    moved = _apply(decision, fresh, by=by, reason=reason.strip(), due_on=due_on)
    keep_census_in_step(moved, by=by, message=message.strip() if decision.writes_to_clsm else "")
    tell_owner_of_move(moved, LABELS[action], by=by, reason=reason.strip())
    missed = missed_action(moved)
    return CaseFile.objects.get(pk=moved.pk) if missed and follow(moved, missed, by=by) else moved


@transaction.atomic
def follow(case_file: CaseFile, action: str, *, by: User | None, reason: str = "") -> bool:
    """Record a workflow event of the sheet. False if the stage of the file does not follow it."""
    fresh = locked(case_file)
    transition = CASES.find(fresh, action)
    if transition is None:
        return False
    moved = _apply(transition, fresh, by=by, reason=reason, due_on=None)
    try:
        keep_census_in_step(moved, by=by)
    except RefusedError as refusal:
        # The decision on the sheet stands, whatever was done to the answer meanwhile.
        logger.warning("Recensement laissé en l’état pour le dossier %s : %s", moved.pk, refusal)
    return True


def claim(case_file: CaseFile, **changes: object) -> CaseFile:
    """Write ``changes`` if nobody wrote in between: SQLite has no row lock, the condition on the revision replaces
    it.
    """
    seen = CaseFile.objects.filter(pk=case_file.pk, revision=case_file.revision)
    if not seen.update(revision=F("revision") + 1, **changes):
        raise CASES.overtaken(case_file)
    return CaseFile.objects.get(pk=case_file.pk)


def _apply(rule: CaseTransition, case_file: CaseFile, *, by: User | None, reason: str, due_on: date | None) -> CaseFile:
    before, after = _stage(case_file), rule.paths[_stage(case_file)]
    now = timezone.now()
    changes: dict[str, object] = {"stage": after, "status": rule.status_after}
    if after != before:
        changes |= {"stage_since": now, "due_on": due_on}
    elif due_on:
        changes["due_on"] = due_on
    moved = claim(case_file, **changes)
    StageMove.objects.create(
        case_file=moved, action=rule.name, before=before, after=after, by=by, at=now, reason=reason
    )
    log(instance=moved, action=MOVED, user=by, data={"decision": LABELS[rule.name], "reason": reason})
    return moved


def _stage(case_file: CaseFile) -> Stage:
    return Stage(case_file.stage)


#: The states of the census in which an action may be selected.
OPENABLE = (CensusState.RECORDED, CensusState.SHORTLISTED)

ALREADY_OPEN = "Un dossier est déjà ouvert pour cette action."


def opening_refusals(answer: CensusAnswer) -> list[str]:
    """Why no case file may be opened from ``answer`` today; empty if one may."""
    refusals = []
    if CaseFile.objects.filter(answer=answer).exists():
        refusals.append(ALREADY_OPEN)
    elif answer.state not in OPENABLE:
        refusals.append(f"L’action est « {answer.get_state_display()} » : elle doit d’abord être recensée.")
    if answer.wish not in (Wish.YES, Wish.TO_DISCUSS):
        refusals.append("Le CLSM n’a pas souhaité que cette action soit capitalisée.")
    return refusals


@transaction.atomic
def open_case(answer: CensusAnswer, *, by: User, owner: User | None = None) -> CaseFile:
    """Open the file at its first stage; raise ``RefusedError`` with every reason."""
    if not by.has_perm(OPEN):
        raise RefusedError("Ouvrir un dossier revient au Centre.")
    fresh = locked(answer)
    if opened := StageMove.objects.filter(case_file__answer=fresh, action=OPENED).select_related("by").first():
        raise already_decided("un dossier est ouvert pour cette action", by=opened.by, at=opened.at)
    if refusals := opening_refusals(fresh):
        raise RefusedError(*refusals)
    case_file = CaseFile.objects.create(answer=fresh, owner=owner)
    StageMove.objects.create(
        case_file=case_file, action=OPENED, before=Stage.SPOTTING, after=Stage.SPOTTING, by=by, at=case_file.created_at
    )
    log(instance=case_file, action=CASE_OPENED, user=by)
    keep_census_in_step(case_file, by=by)
    if owner:
        tell_new_owner(case_file, by=by)
    return case_file


def hand_over_sheet(case_file: CaseFile, *, former: User | None, by: User) -> None:
    """Give the sheet to the owner of the file, in place of its former owner.

    If the file has no owner any more, the sheet is taken from ``former`` only: any other owner was the Centre's choice.
    """
    sheet = case_file.sheet
    if sheet is None:
        return
    if former is not None:
        # Comments notify the subscribers of the page: the former owner may no longer read it.
        PageSubscription.objects.filter(page=sheet.pk, user=former).delete()
    is_kept = case_file.owner_id is None and sheet.owner_id != (former.pk if former else None)
    if is_kept or sheet.owner_id == case_file.owner_id:
        return
    # Not a revision: the owner is no part of the text, and a text under review stays unchanged.
    Page.objects.filter(pk=sheet.pk).update(owner=case_file.owner)
    data = {"owner": str(case_file.owner or "personne")}
    log(instance=sheet, action=SHEET_ENTRUSTED, user=by, data=data)
