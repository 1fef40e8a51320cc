"""An answer as it is read: step by step, question by question."""

from dataclasses import dataclass

from caps_sheets.capitalisation.census.completeness import REQUIRED, label_of
from caps_sheets.capitalisation.census.steps import STEPS, Step
from caps_sheets.capitalisation.census.values import readable
from caps_sheets.capitalisation.models import CensusAnswer


@dataclass(frozen=True)
class Line:
    """``text`` is « – » when nothing was answered."""

    name: str
    label: str
    text: str
    is_required: bool
    is_unreadable: bool


@dataclass(frozen=True)
class Part:
    step: Step
    lines: list[Line]


def summary(answer: CensusAnswer) -> list[Part]:
    """Every question of the questionnaire, answered or not. A number of queries that does not grow."""
    return [Part(step, [line(answer, name) for name in step.fields]) for step in STEPS]


def line(answer: CensusAnswer, name: str) -> Line:
    label = label_of(name)
    is_unreadable = name in answer.typed
    return Line(name, label[0].upper() + label[1:], readable(answer, name), name in REQUIRED, is_unreadable)
