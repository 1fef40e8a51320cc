"""The census on the pages of other apps, and the state of an action as a badge."""

from typing import Any

from django import template

from caps_sheets.capitalisation.census.public_card import SHOWN_ON_PROFILE, public_answers
from caps_sheets.capitalisation.models import CensusAnswer, CensusState
from network.models import ClsmPage

register = template.Library()

#: state → style of the badge (css/components.css).
LOOKS = {
    CensusState.DRAFT: "en-projet",
    CensusState.SUBMITTED: "en-projet",
    CensusState.INCOMPLETE: "en-prefiguration",
    CensusState.ARCHIVED: "neutral",
    CensusState.REFUSED: "neutral",
}


@register.inclusion_tag("components/census/actions_of_clsm.html")
def actions_of_clsm(clsm: ClsmPage) -> dict[str, Any]:
    """The public cards of the actions that a CLSM declared, the latest edition first. One query."""
    answers = list(public_answers().filter(clsm=clsm.pk).order_by("-edition", "title")[: SHOWN_ON_PROFILE + 1])
    return {"answers": answers[:SHOWN_ON_PROFILE], "is_cut": len(answers) > SHOWN_ON_PROFILE, "clsm": clsm}


@register.inclusion_tag("components/badge.html")
def census_state(answer: CensusAnswer) -> dict[str, str]:
    """The label of the state of ``answer``, in a badge."""
    label = answer.get_state_display()
    return {"label": label[0].upper() + label[1:], "kind": LOOKS.get(CensusState(answer.state), "operationnel")}
