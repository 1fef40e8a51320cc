"""The moves of a case file: what is offered to whom, and the one way to change stage.

A decision is refused with everything that stands in its way at once. It is taken on the file as the person saw it:
``CaseFile.revision`` goes up at each change, so that a second click, or a decision of somebody else in between, is
refused.
"""

import logging
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from caps_sheets.capitalisation.models import CaseFile, Stage, StageMove
from caps_sheets.capitalisation.pipeline.census_steps import keep_census_in_step
from caps_sheets.capitalisation.pipeline.logs import MOVED
from caps_sheets.capitalisation.pipeline.moves import (
    DECISION_BY_ACTION,
    DECISIONS,
    FOLLOWED_BY_ACTION,
    LABELS,
    Actor,
    Move,
)
from caps_sheets.capitalisation.pipeline.notices import tell_owner_of_move
from caps_sheets.capitalisation.pipeline.rights import is_centre, is_owner, may_see
from caps_sheets.capitalisation.pipeline.sheet_steps import missed_action
from portal.base.errors import Refused, signature
from portal.base.locks import locked
from portal.users.models import User

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Offer:
    """A decision that a person may take at this stage; ``blockers`` says why it would be refused now."""

    action: str
    label: str
    blockers: list[str]
    needs_reason: bool
    writes_to_clsm: bool
    target: Stage


def offered(case_file: CaseFile, user: User) -> list[Offer]:
    """The decisions open to ``user`` on ``case_file``, in the order of the table."""
    return [
        Offer(
            entry.action,
            entry.label,
            blockers(entry, case_file),
            entry.needs_reason,
            entry.writes_to_clsm,
            entry.paths[_stage(case_file)],
        )
        for entry in DECISIONS
        if is_open(entry, case_file) and may_decide(entry, case_file, user)
    ]


def is_open(entry: Move, case_file: CaseFile) -> bool:
    """Whether the decision exists at this stage and in this situation."""
    return case_file.stage in entry.paths and case_file.status in entry.statuses


def may_decide(entry: Move, case_file: CaseFile, user: User) -> bool:
    if not may_see(user, case_file):
        return False
    return (Actor.CENTRE in entry.actors and is_centre(user)) or (
        Actor.OWNER in entry.actors and is_owner(user, case_file)
    )


def blockers(entry: Move, case_file: CaseFile) -> list[str]:
    """Everything the file lacks for this decision."""
    return [sentence for condition in entry.conditions for sentence in condition.check(case_file)]


@transaction.atomic
def move(
    case_file: CaseFile, action: str, *, by: User, reason: str = "", message: str = "", due_on: date | None = None
) -> CaseFile:
    """Take a decision and return the file as it is now; raise ``Refused`` with all its reasons, nothing changed.

    ``reason`` stays inside the Centre; ``message`` is what the CLSM reads, where the decision writes to it.
    ``due_on``: the date by which the next stage should be done; the former date does not survive a change of stage.
    """
    fresh = lock(case_file)
    entry = DECISION_BY_ACTION.get(action)
    if entry is None or not is_open(entry, fresh):
        raise Refused("Cette décision n’existe pas à cette étape du dossier.")
    if not may_decide(entry, fresh, by):
        raise Refused("Cette décision revient à quelqu’un d’autre.")
    needed = blockers(entry, fresh)
    if entry.needs_reason and not reason.strip():
        needed.append("Dites le motif de cette décision.")
    if needed:
        raise Refused(*needed)
    moved = _apply(entry, fresh, by=by, reason=reason.strip(), due_on=due_on)
    keep_census_in_step(moved, by=by, message=message.strip() if entry.writes_to_clsm else "")
    tell_owner_of_move(moved, LABELS[action], by=by, reason=reason.strip())
    missed = missed_action(moved)
    return CaseFile.objects.get(pk=moved.pk) if missed and follow(moved, missed, by=by) else moved


@transaction.atomic
def follow(case_file: CaseFile, action: str, *, by: User | None, reason: str = "") -> bool:
    """Write what the workflow of the sheet has just done. False when the file is not at a stage that follows it."""
    fresh = locked(case_file)
    entry = FOLLOWED_BY_ACTION[action]
    if not is_open(entry, fresh):
        return False
    moved = _apply(entry, fresh, by=by, reason=reason, due_on=None)
    try:
        keep_census_in_step(moved, by=by)
    except Refused as refusal:
        # The decision on the sheet stands, whatever somebody has done to the answer meanwhile.
        logger.warning("Recensement laissé en l’état pour le dossier %s : %s", moved.pk, refusal)
    return True


def lock(case_file: CaseFile) -> CaseFile:
    """The row as it is now, held until the end of the transaction; ``Refused`` if it is not what was seen."""
    fresh = locked(case_file)
    if fresh.revision != case_file.revision:
        raise changed_meanwhile(fresh)
    return fresh


def changed_meanwhile(case_file: CaseFile) -> Refused:
    """Somebody else decided or wrote since the file was opened: who, when, and where it stands now."""
    last = ModelLogEntry.objects.for_instance(case_file).select_related("user").order_by("-timestamp").first()
    when = signature(last.user, last.timestamp) if last else ""
    return Refused(
        f"Le dossier a changé depuis que vous l’avez ouvert{when and f' ({when.strip()})'} : il est à l’étape "
        f"« {case_file.get_stage_display()} », {case_file.get_status_display()}. Relisez-le avant de décider."
    )


def claim(case_file: CaseFile, **changes: object) -> CaseFile:
    """Write ``changes`` if nobody wrote in between: SQLite has no row lock, the condition on the revision has."""
    seen = CaseFile.objects.filter(pk=case_file.pk, revision=case_file.revision)
    if not seen.update(revision=F("revision") + 1, **changes):
        raise changed_meanwhile(case_file)
    return CaseFile.objects.get(pk=case_file.pk)


def _apply(entry: Move, case_file: CaseFile, *, by: User | None, reason: str, due_on: date | None) -> CaseFile:
    before, after = _stage(case_file), entry.paths[_stage(case_file)]
    now = timezone.now()
    changes: dict[str, object] = {"stage": after, "status": entry.status_after}
    if after != before:
        changes |= {"stage_since": now, "due_on": due_on}
    elif due_on:
        changes["due_on"] = due_on
    moved = claim(case_file, **changes)
    StageMove.objects.create(
        case_file=moved, action=entry.action, before=before, after=after, by=by, at=now, reason=reason
    )
    log(instance=moved, action=MOVED, user=by, data={"decision": LABELS[entry.action], "reason": reason})
    return moved


def _stage(case_file: CaseFile) -> Stage:
    return Stage(case_file.stage)
