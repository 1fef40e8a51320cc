"""What an answer must hold before it is sent. Source: fields with a star, domain dossier §3.1."""

from dataclasses import dataclass
from typing import Any

from django.db.models import ManyToManyField

from caps_sheets.capitalisation.models import CensusAnswer

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
    """One answer to give or to correct before sending: the name of its field, and what the person reads."""

    field: str
    label: str


def missing_answers(answer: CensusAnswer) -> list[Missing]:
    """What is empty and required, or typed in a way that cannot be read; in the order of the questionnaire."""
    found = [Missing(name, label_of(name)) for name in REQUIRED if name not in answer.typed and _is_empty(answer, name)]
    found += [Missing(name, f"{label_of(name)} (à corriger)") for name in answer.typed]
    if answer.start_date and answer.end_date and answer.end_date < answer.start_date:
        found.append(Missing("end_date", "une fin qui suive le début"))
    return found


def field_of(name: str) -> Any:
    """The model field; typed Any, for the relations of Django have no common face."""
    return CensusAnswer._meta.get_field(name)


def label_of(name: str) -> str:
    return str(field_of(name).verbose_name)


def _is_empty(answer: CensusAnswer, name: str) -> bool:
    value: Any = getattr(answer, name)
    if isinstance(field_of(name), ManyToManyField):
        return not value.exists() if answer.pk else True
    return value is None or (isinstance(value, str) and not value.strip())
