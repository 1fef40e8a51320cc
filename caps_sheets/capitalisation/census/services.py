"""The states of a census answer: allowed transitions, who may make each, and their effects.

Source: states of the census, domain dossier §3.1. Coordinators send; the Centre decides. « En capitalisation » and
« capitalisée » follow the case file.
"""

from dataclasses import dataclass
from enum import Enum

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from caps_sheets.capitalisation.census.notifications import tell_of_change
from caps_sheets.capitalisation.census.questionnaire import missing_answers
from caps_sheets.capitalisation.models import (
    PUBLIC_STATES,
    CaseFile,
    CaseStatus,
    CensusAnswer,
    CensusChange,
    CensusState,
)
from network.access import coordinates
from portal.base.errors import Refused, already_decided
from portal.base.locks import locked
from portal.users.models import User

#: The right of the Centre on the census (``portal/site_setup/roles.py``).
DECIDES = "caps_capitalisation.change_censusanswer"
LOGGED = "capitalisation.census_state"

DRAFT, SUBMITTED, INCOMPLETE = CensusState.DRAFT, CensusState.SUBMITTED, CensusState.INCOMPLETE
RECORDED, SHORTLISTED = CensusState.RECORDED, CensusState.SHORTLISTED
CAPITALISING, CAPITALISED = CensusState.CAPITALISING, CensusState.CAPITALISED
ARCHIVED, REFUSED = CensusState.ARCHIVED, CensusState.REFUSED


class Actor(Enum):
    COORDINATOR = "coordination du CLSM"
    CENTRE = "Centre"
    CASE_FILE = "dossier de capitalisation"


@dataclass(frozen=True)
class Transition:
    """One allowed change: from any of ``sources`` to ``to``, by ``actor``."""

    to: CensusState
    sources: tuple[CensusState, ...]
    actor: Actor
    label: str
    needs_reason: bool = False


TRANSITIONS: tuple[Transition, ...] = (
    Transition(SUBMITTED, (DRAFT, INCOMPLETE), Actor.COORDINATOR, "Envoyer au Centre"),
    Transition(INCOMPLETE, (SUBMITTED, RECORDED, REFUSED), Actor.CENTRE, "Demander de compléter", needs_reason=True),
    Transition(RECORDED, (SUBMITTED, SHORTLISTED, CAPITALISING, ARCHIVED), Actor.CENTRE, "Recenser"),
    Transition(SHORTLISTED, (RECORDED, CAPITALISING), Actor.CENTRE, "Présélectionner"),
    Transition(CAPITALISING, (RECORDED, SHORTLISTED, CAPITALISED), Actor.CASE_FILE, "Mettre en capitalisation"),
    Transition(CAPITALISED, (CAPITALISING,), Actor.CASE_FILE, "Marquer capitalisée"),
    Transition(
        ARCHIVED,
        (SUBMITTED, INCOMPLETE, RECORDED, SHORTLISTED, CAPITALISED, REFUSED),
        Actor.CENTRE,
        "Archiver",
        needs_reason=True,
    ),
    Transition(REFUSED, (SUBMITTED, INCOMPLETE), Actor.CENTRE, "Refuser", needs_reason=True),
)

BY_CHANGE = {(source, rule.to): rule for rule in TRANSITIONS for source in rule.sources}
#: The states in which the coordinators may still write.
EDITABLE = (DRAFT, INCOMPLETE)


def transition(before: str, to: str) -> Transition | None:
    """The rule of a change, or None when it is not allowed to anybody."""
    return BY_CHANGE.get((CensusState(before), CensusState(to)))


def may(user: User | None, rule: Transition, answer: CensusAnswer) -> bool:
    """Whether ``user`` is the one whom ``rule`` names, for this answer, today; nobody is a case file."""
    if user is None or not user.is_active or rule.actor is Actor.CASE_FILE:
        return False
    if rule.actor is Actor.COORDINATOR:
        return coordinates(user, answer.clsm)
    return user.has_perm(DECIDES)


def refusals(answer: CensusAnswer, to: CensusState, by: User | None, reason: str = "") -> list[str]:
    """Why ``by`` may not bring ``answer`` to ``to`` now, in French; nothing when they may."""
    rule = transition(answer.state, to)
    if rule is None:
        return [f"Une action « {answer.get_state_display()} » ne peut pas devenir « {to.label} »."]
    return _reserved(answer, rule, by) + _conditions(answer, rule, reason)


def _reserved(answer: CensusAnswer, rule: Transition, by: User | None) -> list[str]:
    if has_open_case(answer):
        return ["Un dossier de capitalisation est ouvert : l’état de l’action suit celui du dossier."]
    if rule.actor is Actor.CASE_FILE:
        return ["Cet état suit un dossier de capitalisation : ouvrez-en un, ou reprenez celui de l’action."]
    return [] if may(by, rule, answer) else [f"Ce passage est réservé au rôle suivant : {rule.actor.value}."]


def has_open_case(answer: CensusAnswer) -> bool:
    """Whether a case file of ``answer`` goes on; no query when ``case_file`` is already read."""
    case_file: CaseFile | None = getattr(answer, "case_file", None)
    return case_file is not None and case_file.status in (CaseStatus.ACTIVE, CaseStatus.POSTPONED)


def offered(answer: CensusAnswer, user: User) -> list[Transition]:
    """What ``user`` may ask for now, whether or not the answer is complete; nothing while a case file goes on."""
    if has_open_case(answer):
        return []
    rules = [rule for rule in TRANSITIONS if answer.state in rule.sources]
    return [rule for rule in rules if may(user, rule, answer)]


@transaction.atomic
def change_state(answer: CensusAnswer, to: CensusState, *, by: User, reason: str = "") -> CensusAnswer:
    """Bring ``answer`` from the state that was seen to ``to``, keep the change for good and tell the people.

    ``reason`` is written for the CLSM, which receives it. Raises ``Refused``.
    """
    fresh = _as_seen(answer)
    if problems := refusals(fresh, to, by, reason):
        raise Refused(*problems)
    return _write(answer, fresh, to, by, reason)


@transaction.atomic
def send(answer: CensusAnswer, *, by: User, revision: int) -> CensusAnswer:
    """Send the answers that were read as ``revision``, with the proof that the privacy notice was read."""
    fresh = _as_seen(answer)
    if fresh.revision != revision:
        raise Refused("Les réponses ont changé depuis l’ouverture de cette page. Relisez-les, puis envoyez.")
    CensusAnswer.objects.filter(pk=fresh.pk).update(privacy_notice_read_at=timezone.now())
    return change_state(answer, SUBMITTED, by=by)


@transaction.atomic
def follow_case(answer: CensusAnswer, to: CensusState, *, by: User | None, message: str = "") -> CensusAnswer:
    """The same for the pipeline, which has already checked who decides: the table and the conditions still hold.

    Asking for the state in which the answer is does nothing: several steps of a case file mean one state here.
    ``message`` is written for the CLSM; why the Centre decided stays in the case file.
    """
    fresh = locked(answer, "clsm")
    if fresh.state == to:
        return answer
    rule = transition(fresh.state, to)
    if rule is None:
        raise Refused(*refusals(fresh, to, by, message))
    if problems := _conditions(fresh, rule, message):
        raise Refused(*problems)
    return _write(answer, fresh, to, by, message)


def _as_seen(answer: CensusAnswer) -> CensusAnswer:
    """The row, locked; ``Refused`` when somebody brought it to another state than the one on screen."""
    fresh = locked(answer, "clsm")
    if fresh.state != answer.state:
        what = f"l’action est « {fresh.get_state_display()} »"
        last = fresh.changes.select_related("by").first()
        raise already_decided(what, by=last.by, at=last.at) if last else already_decided(what)
    return fresh


def _conditions(answer: CensusAnswer, rule: Transition, reason: str) -> list[str]:
    problems = []
    if rule.needs_reason and not reason.strip():
        problems.append("Écrivez le motif dans le message au CLSM.")
    if rule.to == SUBMITTED:
        problems += [f"Il manque : {one.label}." for one in missing_answers(answer)]
    return problems


def _write(answer: CensusAnswer, fresh: CensusAnswer, to: CensusState, by: User | None, reason: str) -> CensusAnswer:
    before, reason = fresh.state, reason.strip()
    fresh.state = to.value
    stays_as_shown = {before, to} <= set(PUBLIC_STATES) - {CAPITALISED}  # whose card leads to the sheet
    fields = ["state"] if stays_as_shown else ["state", "updated_at"]
    if to == SUBMITTED:
        fresh.submitted_at = timezone.now()
        fields.append("submitted_at")
    fresh.save(update_fields=fields)
    change = CensusChange.objects.create(answer=fresh, before=before, after=to, by=by, reason=reason)
    log(instance=fresh, action=LOGGED, user=by, data={"before": before, "after": to.value, "reason": reason})
    tell_of_change(fresh, change)
    for name in fields:
        setattr(answer, name, getattr(fresh, name))
    return answer
