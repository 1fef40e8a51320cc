"""« Mes actions » on the page of a CLSM's space: what is unfinished, and where what was declared stands."""

from typing import Any

from django.db.models import Case, Count, IntegerField, Value, When, Window
from django.urls import reverse

from caps_sheets.capitalisation.census.states import DRAFT, INCOMPLETE
from caps_sheets.capitalisation.census.steps import STEPS
from caps_sheets.capitalisation.models import CensusAnswer
from network.models import ClsmPage
from network.space_sections import Section, Todo
from portal.users.models import User

SHOWN = 5
MOST_TODOS = 3


def read_actions(clsm: ClsmPage, user: User) -> dict[str, Any]:
    """The answers that wait for the coordinators first, then the latest, and how many there are in all. One query."""
    urgency = Case(
        When(state=INCOMPLETE, then=Value(0)),
        When(state=DRAFT, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    every = clsm.census_answers.annotate(of_all=Window(Count("pk")))
    answers = list(every.order_by(urgency, "-updated_at", "-pk")[:SHOWN])
    todos = [todo(answer) for answer in answers if answer.state in (INCOMPLETE, DRAFT)]
    return {"answers": answers, "total": answers[0].of_all if answers else 0, "todos": todos[:MOST_TODOS]}


def todo(answer: CensusAnswer) -> Todo:
    """What waits: what the Centre asked for, or a draft to finish."""
    address = reverse("census_step", args=[answer.clsm_id, answer.pk, STEPS[0].key])
    if answer.state == INCOMPLETE:
        return Todo(f"Le Centre demande de compléter « {answer} ».", "Compléter", address)
    return Todo(f"« {answer} » est un brouillon : il n’est pas encore envoyé au Centre.", "Continuer", address)


SECTION = Section("actions", "Mes actions", 30, "components/census/space_section.html", read_actions)
