"""Saving what a coordinator types, field by field: nothing is lost, and nothing is overwritten silently.

Each field stores the revision of the answer that last changed it. A page sends the revision that it showed. A field
that somebody else has since changed to another value is a conflict: it is not written, and both values are returned.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import ManyToManyField

from caps_sheets.capitalisation.census.forms import AnswerForm, Raw, normalised, raw_value, readable
from caps_sheets.capitalisation.census.questionnaire import FIELDS, field_of, label_of
from caps_sheets.capitalisation.census.transitions import EDITABLE
from caps_sheets.capitalisation.models import CensusAnswer
from portal.base.errors import RefusedError
from portal.base.locks import locked

Typed = Mapping[str, list[str]]


@dataclass(frozen=True)
class FieldConflict:
    """One field, typed here as ``mine`` and saved elsewhere as ``theirs``; both as text for a person."""

    name: str
    label: str
    mine: Raw
    theirs: Raw
    mine_text: str
    theirs_text: str


@dataclass(frozen=True)
class Saved:
    """``revision`` after the save; ``errors``: field → why the stored input cannot be parsed yet."""

    revision: int
    conflicts: list[FieldConflict] = field(default_factory=list)
    errors: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class ShownRevisions:
    """What the page showed: the revision of the whole answer, or that of a single field if it differs."""

    revision: int
    fields: Mapping[str, int] = field(default_factory=dict)

    def of(self, name: str) -> int:
        return self.fields.get(name, self.revision)


@transaction.atomic
def save_typed(answer: CensusAnswer, typed: Typed, known: ShownRevisions) -> Saved:
    """Write the fields of ``typed`` that differ from what is saved. Raises ``RefusedError`` once the answer is sent."""
    fresh = locked(answer)
    if fresh.state not in EDITABLE:
        raise RefusedError(
            f"Cette action est « {fresh.get_state_display()} » : elle ne se modifie plus. Votre texte n’est pas perdu,"
            " il est encore à l’écran ; écrivez au Centre si une réponse doit changer."
        )
    changed, conflicts = _sort(fresh, {name: normalised(typed[name]) for name in FIELDS if name in typed}, known)
    errors = _write(fresh, changed) if changed else {}
    return Saved(fresh.revision, conflicts, errors)


def _sort(
    answer: CensusAnswer, typed: dict[str, Raw], known: ShownRevisions
) -> tuple[dict[str, Raw], list[FieldConflict]]:
    """The fields to write, and those that somebody else changed meanwhile."""
    changed: dict[str, Raw] = {}
    conflicts = []
    for name, mine in typed.items():
        theirs = raw_value(answer, name)
        if mine == theirs:
            continue
        if answer.field_revisions.get(name, 0) > known.of(name):
            texts = readable(answer, name, mine), readable(answer, name, theirs)
            conflicts.append(FieldConflict(name, label_of(name), mine, theirs, *texts))
        else:
            changed[name] = mine
    return changed, conflicts


def _write(answer: CensusAnswer, changed: dict[str, Raw]) -> dict[str, list[str]]:
    form = AnswerForm(answer, changed, changed)
    form.is_valid()
    answer.revision += 1
    for name, raw in changed.items():
        answer.field_revisions[name] = answer.revision
        if name in form.errors:
            answer.typed[name] = raw
            continue
        answer.typed.pop(name, None)
        _set(answer, name, form.cleaned_data.get(name))
    answer.save()
    return {name: [str(error) for error in errors] for name, errors in form.errors.items()}


def _set(answer: CensusAnswer, name: str, value: Any) -> None:
    model_field = field_of(name)
    if isinstance(model_field, ManyToManyField):
        getattr(answer, name).set(value or [])
    else:
        empty = "" if model_field.empty_strings_allowed and not model_field.null else None
        setattr(answer, name, empty if value is None else value)
