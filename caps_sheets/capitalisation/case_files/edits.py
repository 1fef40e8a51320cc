"""Edits of a case file that keep its stage: owner, dates, notes, framing grid."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from wagtail.log_actions import log

from caps_sheets.capitalisation.case_files.log_actions import CHANGED, ENTRUSTED, FRAMED
from caps_sheets.capitalisation.case_files.notifications import tell_new_owner
from caps_sheets.capitalisation.case_files.permissions import CHANGE as OWNER_RIGHT
from caps_sheets.capitalisation.case_files.permissions import is_centre, may_change
from caps_sheets.capitalisation.case_files.services import claim, hand_over_sheet
from caps_sheets.capitalisation.case_files.transitions import CASES
from caps_sheets.capitalisation.models import CaseFile, FramingAnswer, FramingCriterion
from portal.base.errors import RefusedError
from portal.users.models import User
from portal.users.queries import holders

#: The fields that the owner of a file may change; the Centre chooses the owner.
DETAILS = ("due_on", "carrier_agreed_on", "contacts", "schedule", "plan_validated_on", "notes")
NOT_YOURS = "Ce dossier est suivi par quelqu’un d’autre."


@dataclass(frozen=True)
class CriterionInput:
    """The answer to one criterion: ``is_met`` if it is blocking, ``score`` (0 to 3) if it is not."""

    criterion: FramingCriterion
    is_met: bool | None = None
    score: int | None = None
    comment: str = ""


@transaction.atomic
def save_details(case_file: CaseFile, values: Mapping[str, Any], *, by: User) -> CaseFile:
    """Write the fields of ``DETAILS`` in ``values``, if the file is still the one on screen; nothing if nothing
    changes.
    """
    fresh = _changeable(case_file, by)
    changes = {name: values[name] for name in DETAILS if name in values and values[name] != getattr(fresh, name)}
    if not changes:
        return fresh
    changed = claim(fresh, **changes)
    log(instance=changed, action=CHANGED, user=by, data={"fields": sorted(changes)})
    return changed


@transaction.atomic
def entrust(case_file: CaseFile, owner: User | None, *, by: User) -> CaseFile:
    """Give the file to ``owner``, or to nobody, and its sheet with it; the former owner loses both at once."""
    fresh = CASES.lock(case_file)
    if not is_centre(by):
        raise RefusedError("Confier un dossier revient au Centre.")
    if owner is not None and not holders(OWNER_RIGHT).filter(pk=owner.pk).exists():
        raise RefusedError(f"{owner} n’a pas de rôle qui permette de suivre un dossier.")
    if fresh.owner_id == (owner.pk if owner else None):
        return fresh
    changed = claim(fresh, owner=owner)
    log(instance=changed, action=ENTRUSTED, user=by, data={"owner": str(owner or "personne")})
    hand_over_sheet(changed, former=fresh.owner, by=by)
    tell_new_owner(changed, by=by)
    return changed


@transaction.atomic
def save_framing(case_file: CaseFile, answers: list[CriterionInput], *, by: User) -> CaseFile:
    """Write the whole grid."""
    fresh = _changeable(case_file, by)
    for answer in answers:
        values: dict[str, Any] = {"comment": answer.comment}
        values |= {"is_met": answer.is_met} if answer.criterion.is_blocking else {"score": answer.score}
        FramingAnswer.objects.update_or_create(case_file=fresh, criterion=answer.criterion, defaults=values)
    changed = claim(fresh)
    log(instance=changed, action=FRAMED, user=by)
    return changed


def _changeable(case_file: CaseFile, by: User) -> CaseFile:
    fresh = CASES.lock(case_file)
    if not may_change(by, fresh):
        raise RefusedError(NOT_YOURS)
    return fresh
