"""Notices about interviews: an appointment is made, moved or called off; a consent is withdrawn.

An appointment is told to those in post at the CLSM that day, or to its own address while the post is vacant, and to
the person who leads the interview. Each gets one notice, with the file for a calendar.
"""

from typing import Any

from django.urls import reverse

from caps_sheets.capitalisation.case_files.permissions import CHANGE_EVERY
from caps_sheets.capitalisation.interviews.appointments import (
    CANCEL,
    PUBLISH,
    calendar_file,
    duration,
    when,
    where,
)
from caps_sheets.capitalisation.models import Interview
from network.models.queries import people_in_post
from network.notifications import tell_clsm
from portal.moderation.notices import Event
from portal.moderation.notifications import tell
from portal.users.models import User
from portal.users.queries import holders

PLANNED, MOVED, CANCELLED = "interview_planned", "interview_moved", "interview_cancelled"
WITHDRAWN = "consent_withdrawn"
PARTICIPANTS = "la coordination du CLSM, ou l’adresse du CLSM si le poste est vacant ; qui mène l’entretien"


def interview_events() -> list[Event]:
    return [
        Event(PLANNED, "Entretien prévu", PARTICIPANTS),
        Event(MOVED, "Entretien déplacé", PARTICIPANTS),
        Event(CANCELLED, "Entretien annulé", PARTICIPANTS),
        Event(WITHDRAWN, "Un consentement d’entretien est retiré", "l’accompagnateur·rice du dossier et le Centre"),
    ]


def tell_participants(event: str, interview: Interview, *, by: User) -> None:
    """Tell an appointment to its participants; its author gets no notice."""
    clsm = interview.case_file.answer.clsm
    coordinators = list(people_in_post(clsm.pk))
    calendar = calendar_file(interview, CANCEL if event == CANCELLED else PUBLISH)
    facts = _facts(interview)
    space = reverse("space_home", args=[clsm.pk]) if coordinators else clsm.url
    tell_clsm(event, clsm, link=space, but=by, calendar=calendar, **facts)
    page = "case_files:edit" if event == CANCELLED else "interview"
    link = reverse(page, args=[interview.case_file_id if event == CANCELLED else interview.pk])
    tell(event, {interview.interviewer} - {by, *coordinators}, link=link, calendar=calendar, clsm=clsm.title, **facts)


def tell_of_withdrawal(interview: Interview, *, by: User) -> None:
    case_file = interview.case_file
    tell(
        WITHDRAWN,
        {case_file.owner, *holders(CHANGE_EVERY)} - {by},
        link=reverse("interview", args=[interview.pk]),
        case_file=case_file,
        interview=interview,
        sheet=case_file.sheet,
    )


def _facts(interview: Interview) -> dict[str, Any]:
    answer = interview.case_file.answer
    return {
        "action": str(answer),
        "when": when(interview),
        "duration": duration(interview),
        "where": where(interview),
        "video_url": interview.video_url,
        "preparation": interview.preparation,
        "interviewer": interview.interviewer or "",
    }
