"""Notices of the census: to the Centre when an answer is sent, to the CLSM when the Centre decides."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from caps_sheets.capitalisation.models import (
    CaseFile,
    CensusAnswer,
    CensusChange,
    CensusCorrection,
    CensusRequest,
    CensusState,
)
from network.models.queries import moderators_for, people_in_post
from portal.moderation.notices import Event
from portal.moderation.notifications import tell
from portal.users.models import User

SENT = "census_sent"
REMINDED, REMINDED_ADDRESS, REMINDED_CENTRE = "census_reminder", "census_reminder_vacant", "census_reminder_centre"
#: state → event sent to the CLSM; the other states are internal to the Centre.
DECISIONS = {
    CensusState.INCOMPLETE: "census_returned",
    CensusState.RECORDED: "census_recorded",
    CensusState.SHORTLISTED: "census_shortlisted",
    CensusState.CAPITALISING: "census_retained",
    CensusState.CAPITALISED: "census_capitalised",
    CensusState.ARCHIVED: "census_archived",
    CensusState.REFUSED: "census_refused",
}
#: (before, after) → meaning of a change back; None: the file goes back a stage, which is internal to the Centre.
WAYS_BACK = {
    (CensusState.ARCHIVED, CensusState.RECORDED): "census_restored",
    (CensusState.SHORTLISTED, CensusState.RECORDED): "census_set_aside",
    (CensusState.CAPITALISING, CensusState.RECORDED): "census_set_aside",
    (CensusState.CAPITALISING, CensusState.SHORTLISTED): None,
}
LABELS = {
    "census_returned": "Action à compléter",
    "census_recorded": "Action recensée",
    "census_restored": "Action de nouveau recensée",
    "census_set_aside": "Action qui n’aura pas de fiche de capitalisation pour l’instant",
    "census_shortlisted": "Action présélectionnée",
    "census_retained": "Action retenue : une fiche va la raconter",
    "census_capitalised": "Action capitalisée",
    "census_archived": "Action archivée",
    "census_refused": "Action refusée",
}

MODERATORS, COORDINATORS = "la Modération de la région du CLSM", "les coordinateurs et coordinatrices du CLSM"


TAKEN_BACK, CORRECTED = "census_taken_back", "census_corrected"
ASKED, REPLIED = "census_asked", "census_replied"


def census_events() -> list[Event]:
    return [
        Event(SENT, "Action déclarée par un CLSM", MODERATORS),
        Event(REMINDED, "Relance du recensement", COORDINATORS),
        Event(REMINDED_ADDRESS, "Relance du recensement, poste vacant", "l’adresse générique du CLSM"),
        Event(REMINDED_CENTRE, "CLSM que la relance du recensement ne peut joindre", MODERATORS),
        Event(TAKEN_BACK, "Action reprise par son CLSM", MODERATORS),
        Event(ASKED, "Demande d’un CLSM sur une action recensée", MODERATORS),
        Event(CORRECTED, "Action corrigée par le Centre", COORDINATORS),
        Event(REPLIED, "Réponse du Centre à une demande sur une action", COORDINATORS),
        *(Event(name, label, COORDINATORS) for name, label in LABELS.items()),
    ]


def tell_of_change(answer: CensusAnswer, change: CensusChange) -> None:
    """Save the notices of one change of state; its author gets none."""
    facts = {"action": str(answer), "clsm": answer.clsm.title, "reason": change.reason}
    if change.after == CensusState.SUBMITTED:
        link = reverse("recensement_modeladmin_inspect", args=[answer.pk])
        tell(SENT, but(moderators_for(answer.clsm), change.by), link=link, **facts)
        return
    if change.after == CensusState.DRAFT:
        link = reverse("recensement_modeladmin_index")
        tell(TAKEN_BACK, but(moderators_for(answer.clsm), change.by), link=link, **facts)
        return
    before, after = CensusState(change.before), CensusState(change.after)
    event = WAYS_BACK.get((before, after), DECISIONS.get(after))
    if after == CensusState.CAPITALISED and CaseFile.objects.filter(answer=answer, sheet__live=True).exists():
        return  # the publication of the sheet is told by itself
    if event:
        link = reverse("census_answer", args=[answer.clsm_id, answer.pk])
        tell(event, but(people_in_post(answer.clsm_id), change.by), link=link, **facts)


def tell_of_correction(answer: CensusAnswer, correction: CensusCorrection) -> None:
    _tell_the_clsm(CORRECTED, answer, correction.by, changes=correction.changes, reason=correction.message)


def tell_of_request(answer: CensusAnswer, request: CensusRequest) -> None:
    facts = {"action": str(answer), "clsm": answer.clsm.title, "wish": request.get_wish_display()}
    link = reverse("recensement_modeladmin_inspect", args=[answer.pk])
    tell(ASKED, but(moderators_for(answer.clsm), request.by), link=link, reason=request.text, **facts)


def tell_of_reply(answer: CensusAnswer, request: CensusRequest) -> None:
    _tell_the_clsm(REPLIED, answer, request.settled_by, wish=request.get_wish_display(), reason=request.reply)


def _tell_the_clsm(event: str, answer: CensusAnswer, by: User | None, **facts: Any) -> None:
    link = reverse("census_answer", args=[answer.clsm_id, answer.pk])
    people = but(people_in_post(answer.clsm_id), by)
    tell(event, people, link=link, action=str(answer), clsm=answer.clsm.title, **facts)


def but(people: Iterable[User], person: User | None) -> list[User]:
    return [other for other in people if other != person]
