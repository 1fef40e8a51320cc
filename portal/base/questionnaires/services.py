"""Saving what a person types, field by field: nothing is lost, and nothing is overwritten silently.

Each field stores the revision of the answer that last changed it. A page sends the revision that it showed. A field
that somebody else has since changed to another value is a conflict: it is not written, and both values are returned.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction

from portal.base.errors import RefusedError
from portal.base.questionnaires.forms import AnswerForm
from portal.base.questionnaires.questionnaire import Answer, Questionnaire
from portal.base.questionnaires.values import Raw


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
def save_typed(
    questionnaire: Questionnaire[Answer], answer: Answer, typed: Mapping[str, list[str]], known: ShownRevisions
) -> Saved:
    """Write the fields of ``typed`` that differ from what is saved. Raises ``RefusedError`` if the answer is closed."""
    fresh = questionnaire.lock(answer)
    if reason := questionnaire.closed_reason(fresh):
        raise RefusedError(reason)
    mine = {name: questionnaire.normalised(name, typed[name]) for name in questionnaire.fields if name in typed}
    changed, conflicts = _sort(questionnaire, fresh, mine, known)
    errors = _write(questionnaire, fresh, changed) if changed else {}
    for name, text in questionnaire.period_errors(fresh, typed).items():
        errors.setdefault(name, []).append(text)
    return Saved(fresh.revision, conflicts, errors)


def _sort(
    questionnaire: Questionnaire[Answer], answer: Answer, typed: dict[str, Raw], known: ShownRevisions
) -> tuple[dict[str, Raw], list[FieldConflict]]:
    """The fields to write, and those that somebody else changed meanwhile."""
    changed: dict[str, Raw] = {}
    conflicts = []
    for name, mine in typed.items():
        theirs = questionnaire.raw_value(answer, name)
        if mine == theirs:
            continue
        if answer.field_revisions.get(name, 0) > known.of(name):
            texts = questionnaire.readable(name, mine), questionnaire.readable(name, theirs)
            conflicts.append(FieldConflict(name, questionnaire.label_of(name), mine, theirs, *texts))
        else:
            changed[name] = mine
    return changed, conflicts


def _write(questionnaire: Questionnaire[Answer], answer: Answer, changed: dict[str, Raw]) -> dict[str, list[str]]:
    form = AnswerForm(questionnaire, answer, changed, changed)
    form.is_valid()
    answer.revision += 1
    for name, raw in changed.items():
        answer.field_revisions[name] = answer.revision
        if name in form.errors:
            answer.typed[name] = raw
            continue
        answer.typed.pop(name, None)
        questionnaire.set_value(answer, name, form.cleaned_data.get(name))
    questionnaire.save(answer)
    return {name: [str(error) for error in errors] for name, errors in form.errors.items()}
