"""The questionnaire, in steps of a minute or two each, and the answers that are required to send it.

Source of the questions and of the required fields (marked with a star): domain dossier §3.1.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import ManyToManyField

from caps_sheets.capitalisation.models import CensusAnswer, CensusDocument


@dataclass(frozen=True)
class QuestionnaireStep:
    """``key`` is part of the URL; ``documents`` is the kind of files that may be attached at this step."""

    key: str
    title: str
    lede: str
    fields: tuple[str, ...]
    documents: CensusDocument.Kind | None = None


STEPS = (
    QuestionnaireStep(
        "action",
        "L’action",
        "De quoi s’agit-il ? Quelques lignes suffisent.",
        ("title", "description", "link", "working_group"),
        CensusDocument.Kind.ATTACHMENT,
    ),
    QuestionnaireStep(
        "themes",
        "Thèmes et publics",
        "Ces choix permettent de retrouver l’action, au Centre et sur le portail.",
        ("main_theme", "themes", "objectives", "audiences", "settings", "action_types"),
    ),
    QuestionnaireStep(
        "lieu-et-dates",
        "Où et quand",
        "Le territoire concerné et l’avancement.",
        ("communes", "in_qpv", "qpv_names", "progress", "start_date", "end_date"),
    ),
    QuestionnaireStep(
        "acteurs",
        "Avec qui et avec quels moyens",
        "Le porteur, les partenaires, la place des personnes concernées, le financement.",
        ("carrier_name", "partners", "involvement", "funders", "budget"),
    ),
    QuestionnaireStep(
        "resultats",
        "Ce que l’action a donné",
        "Tout est facultatif ici. Ce qui a posé problème intéresse autant que ce qui a marché.",
        ("reach", "session_count", "evaluation", "went_well", "went_wrong"),
        CensusDocument.Kind.EVALUATION,
    ),
    QuestionnaireStep(
        "suites",
        "Suites et contact",
        "Ce que vous souhaitez pour cette action, et comment vous joindre.",
        ("wish", "availability", "access_needs", "respondent_role", "respondent_email", "allows_publication"),
    ),
)

FIELDS = tuple(name for step in STEPS for name in step.fields)


def step_of(key: str) -> QuestionnaireStep | None:
    return next((step for step in STEPS if step.key == key), None)


def step_with(field: str) -> QuestionnaireStep:
    """The step that holds ``field``."""
    return next(step for step in STEPS if field in step.fields)


def next_step(step: QuestionnaireStep) -> QuestionnaireStep | None:
    """The step after ``step``; None after the last, where the answer is checked and sent."""
    place = STEPS.index(step) + 1
    return STEPS[place] if place < len(STEPS) else None


REQUIRED = (
    "title",
    "description",
    "main_theme",
    "audiences",
    "settings",
    "action_types",
    "progress",
    "start_date",
    "wish",
    "respondent_role",
    "respondent_email",
    "allows_publication",
)


@dataclass(frozen=True)
class Missing:
    """One answer to give or to correct before sending: the name of its field, and its label."""

    field: str
    label: str


def missing_answers(answer: CensusAnswer) -> list[Missing]:
    """Required fields that are empty, and inputs that cannot be parsed, in the order of the questionnaire."""
    found = [Missing(name, label_of(name)) for name in REQUIRED if name not in answer.typed and _is_empty(answer, name)]
    found += [Missing(name, f"{label_of(name)} (à corriger)") for name in answer.typed]
    if answer.start_date and answer.end_date and answer.end_date < answer.start_date:
        found.append(Missing("end_date", "une fin qui suive le début"))
    return found


def field_of(name: str) -> Any:
    """The model field; typed Any, because Django's relations have no common interface."""
    return CensusAnswer._meta.get_field(name)


def label_of(name: str) -> str:
    return str(field_of(name).verbose_name)


def _is_empty(answer: CensusAnswer, name: str) -> bool:
    value: Any = getattr(answer, name)
    if isinstance(field_of(name), ManyToManyField):
        return not value.exists() if answer.pk else True
    return value is None or (isinstance(value, str) and not value.strip())
