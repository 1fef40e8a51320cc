"""« Mes actions » on the page of a CLSM's space: what is unfinished, and where what was declared stands."""

from typing import Any

from django.db.models import Case, IntegerField, Value, When

from caps_sheets.capitalisation.census.states import DRAFT, INCOMPLETE
from network.models import ClsmPage
from network.space_sections import Section
from portal.users.models import User

SHOWN = 5


def read_actions(clsm: ClsmPage, user: User) -> dict[str, Any]:
    """The answers that wait for the coordinators first, then the latest. Two queries."""
    urgency = Case(
        When(state=INCOMPLETE, then=Value(0)),
        When(state=DRAFT, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    answers = list(clsm.census_answers.order_by(urgency, "-updated_at", "-pk")[:SHOWN])
    states = list(clsm.census_answers.values_list("state", flat=True))
    return {
        "answers": answers,
        "total": len(states),
        "expected": sum(state in (DRAFT, INCOMPLETE) for state in states),
        "editable": (DRAFT, INCOMPLETE),
    }


SECTION = Section("actions", "Mes actions", 30, "components/census/space_section.html", read_actions)
