"""The states of a census answer: which may follow which, by whom, on which conditions.

Source: states of the census, domain dossier §3.1. The coordinators send, the Centre decides; « en capitalisation » and
« capitalisée » say what a case file does, and follow it. A transition bears the name of the state to which it leads.
``docs/capitalisation.md`` shows the table, written by ``write_tables``.
"""

from collections.abc import Iterator

from caps_sheets.capitalisation.census.deadlines import return_refusal, sending_refusal
from caps_sheets.capitalisation.census.questionnaire import QUESTIONNAIRE
from caps_sheets.capitalisation.models import CaseFile, CaseStatus, CensusAnswer, CensusState
from network.permissions import coordinates
from portal.base.errors import RefusedError, already_decided
from portal.base.transitions import Actor, Condition, Transition, TransitionTable, leading_to
from portal.users.models import User

#: The permission of the Centre on the census (``portal/site_setup/roles.py``).
DECIDES = "caps_capitalisation.change_censusanswer"

DRAFT, SUBMITTED, INCOMPLETE = CensusState.DRAFT, CensusState.SUBMITTED, CensusState.INCOMPLETE
RECORDED, SHORTLISTED = CensusState.RECORDED, CensusState.SHORTLISTED
CAPITALISING, CAPITALISED = CensusState.CAPITALISING, CensusState.CAPITALISED
ARCHIVED, REFUSED = CensusState.ARCHIVED, CensusState.REFUSED


def _is_coordinator(user: User, answer: CensusAnswer) -> bool:
    return coordinates(user, answer.clsm)


def _is_centre(user: User, answer: CensusAnswer) -> bool:
    return user.is_active and user.has_perm(DECIDES)


def _answers(answer: CensusAnswer) -> Iterator[str]:
    for missing in QUESTIONNAIRE.missing_answers(answer):
        yield f"Il manque : {missing.label}."


def _is_in_time(answer: CensusAnswer) -> Iterator[str]:
    if refusal := sending_refusal(answer):
        yield refusal


def _may_return(answer: CensusAnswer) -> Iterator[str]:
    if refusal := return_refusal(answer):
        yield refusal


def has_open_case(answer: CensusAnswer) -> bool:
    """Whether ``answer`` has an active case file; no query if ``case_file`` is already read."""
    case_file: CaseFile | None = getattr(answer, "case_file", None)
    return case_file is not None and case_file.status in (CaseStatus.ACTIVE, CaseStatus.POSTPONED)


class CensusTable(TransitionTable[CensusAnswer, Transition[CensusAnswer]]):
    """While a case file goes on, the state follows it and nobody decides it."""

    related = ("clsm",)
    reason_needed = "Écrivez le motif dans le message au CLSM."

    def allows(self, transition: Transition[CensusAnswer], row: CensusAnswer, user: User | None) -> bool:
        return user is not None and not has_open_case(row) and super().allows(transition, row, user)

    def unknown(self, row: CensusAnswer, name: str) -> str:
        return f"Une action « {row.get_state_display()} » ne peut pas devenir « {CensusState(name).label} »."

    def reserved(self, transition: Transition[CensusAnswer], row: CensusAnswer) -> str:
        if has_open_case(row):
            return "Un dossier de capitalisation est ouvert : l’état de l’action suit celui du dossier."
        if CASE_FILE in transition.actors:
            return "Cet état suit un dossier de capitalisation : ouvrez-en un, ou reprenez celui de l’action."
        actors = ", ".join(actor.label for actor in transition.actors)
        return f"Ce passage est réservé au rôle suivant : {actors}."

    def overtaken(self, row: CensusAnswer) -> RefusedError:
        what = f"l’action est « {row.get_state_display()} »"
        last = row.changes.select_related("by").first()
        return already_decided(what, by=last.by, at=last.at) if last else already_decided(what)


COORDINATOR = Actor("coordination du CLSM", _is_coordinator)
CENTRE = Actor("Centre", _is_centre)
CASE_FILE: Actor[CensusAnswer] = Actor("dossier de capitalisation")

ANSWERS = Condition("réponses obligatoires", _answers)
IN_TIME = Condition("brouillon : recensement ouvert, ou dans ses jours de grâce", _is_in_time)
RETURNS = Condition("recensement ouvert, ou dans ses jours de grâce", _may_return)

CENSUS = CensusTable(
    Transition(DRAFT, "Reprendre pour modifier ou retirer", leading_to(DRAFT, SUBMITTED), (COORDINATOR,), (RETURNS,)),
    Transition(
        SUBMITTED, "Envoyer au Centre", leading_to(SUBMITTED, DRAFT, INCOMPLETE), (COORDINATOR,), (ANSWERS, IN_TIME)
    ),
    Transition(
        INCOMPLETE,
        "Demander de compléter",
        leading_to(INCOMPLETE, SUBMITTED, RECORDED, REFUSED),
        (CENTRE,),
        needs_reason=True,
    ),
    Transition(RECORDED, "Recenser", leading_to(RECORDED, SUBMITTED, SHORTLISTED, CAPITALISING, ARCHIVED), (CENTRE,)),
    Transition(SHORTLISTED, "Présélectionner", leading_to(SHORTLISTED, RECORDED, CAPITALISING), (CENTRE,)),
    Transition(
        CAPITALISING,
        "Mettre en capitalisation",
        leading_to(CAPITALISING, RECORDED, SHORTLISTED, CAPITALISED),
        (CASE_FILE,),
    ),
    Transition(CAPITALISED, "Marquer capitalisée", leading_to(CAPITALISED, CAPITALISING), (CASE_FILE,)),
    Transition(
        ARCHIVED,
        "Archiver",
        leading_to(ARCHIVED, SUBMITTED, INCOMPLETE, RECORDED, SHORTLISTED, CAPITALISED, REFUSED),
        (CENTRE,),
        needs_reason=True,
    ),
    Transition(REFUSED, "Refuser", leading_to(REFUSED, SUBMITTED, INCOMPLETE), (CENTRE,), needs_reason=True),
)
