"""Answers of an interview: rows of a long form, saved one by one. A refused row keeps what was typed."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import groupby

from django.db import transaction

from caps_sheets.capitalisation.interviews.services import Settled, digest, normalised, settle
from caps_sheets.capitalisation.models import Interview, InterviewNote, InterviewPart, InterviewQuestion
from caps_sheets.capitalisation.models.interview import consent_is_valid
from portal.base.errors import Problem, RefusedError
from portal.base.locks import locked
from portal.base.time_marks import parse_time_mark, show_time_mark

FIELDS = ("follow_up", "notes", "time_mark", "verbatim", "speaker_role")
MAX_LENGTHS = {"follow_up": 300, "speaker_role": 120, "notes": 20_000, "verbatim": 5_000}
MOST_FOLLOW_UPS = 20
BASE_NAME = re.compile(r"q(\d{1,18})-(\d{1,2})-base")


@dataclass
class AnswerRow:
    """One row of the form. ``values``: what is shown, by field; ``saved``: the other text, if they differ."""

    question: InterviewQuestion
    rank: int
    values: dict[str, str]
    base: str
    errors: dict[str, str] = field(default_factory=dict)
    saved: dict[str, str] | None = None

    @property
    def prefix(self) -> str:
        return f"q{self.question.pk}-{self.rank}"

    @property
    def problems(self) -> list[Problem]:
        """For the error summary: each field that was not saved, and the answer that has two texts."""
        label = self.question.label
        wrong = [Problem(text, label, f"{self.prefix}-{name}") for name, text in self.errors.items()]
        return wrong if self.saved is None else [*wrong, Problem("deux textes se croisent.", label, self.prefix)]

    @property
    def is_empty(self) -> bool:
        return not any(self.values.values())


def values_of(note: InterviewNote | None) -> dict[str, str]:
    """What the form shows of a saved answer."""
    if note is None:
        return dict.fromkeys(FIELDS, "")
    values = {name: normalised(getattr(note, name)) for name in FIELDS if name != "time_mark"}
    return values | {"time_mark": show_time_mark(note.time_mark)}


def rows_of(interview: Interview) -> list[AnswerRow]:
    """For each question its answer, its follow-ups, and one empty follow-up to fill in."""
    notes: dict[int, dict[int, InterviewNote]] = defaultdict(dict)
    for note in interview.answers.all():
        notes[note.question_id][note.rank] = note
    rows = []
    for question in interview.grid.questions.all():
        found = notes[question.pk]
        for rank in sorted({0, *found, min(max(found, default=0) + 1, MOST_FOLLOW_UPS)}):
            values = values_of(found.get(rank))
            rows.append(AnswerRow(question, rank, values, digest(values)))
    return rows


def by_part(rows: list[AnswerRow]) -> Iterator[tuple[InterviewPart, list[list[AnswerRow]]]]:
    """The rows as the page shows them: part by part, question by question."""
    for part, in_part in groupby(rows, key=lambda row: row.question.part):
        questions = groupby(in_part, key=lambda row: row.question.pk)
        yield InterviewPart(part), [list(group) for _, group in questions]


@transaction.atomic
def save_answers(interview: Interview, posted: Mapping[str, str]) -> list[AnswerRow]:
    """Save every valid row and return them all, with errors and conflicts.

    A row in conflict keeps what was typed and shows the other text beside it; saving again then replaces it knowingly.
    An error in one field does not block the others. ``RefusedError`` if the interview is closed.
    """
    fresh = locked(interview)
    check_open(fresh)
    questions = {question.pk: question for question in fresh.grid.questions.all()}
    notes = {(note.question_id, note.rank): note for note in fresh.answers.all()}
    settled = {
        (pk, rank): _save_row(fresh, questions[pk], rank, notes.get((pk, rank)), posted)
        for pk, rank in posted_keys(posted)
        if pk in questions and rank <= MOST_FOLLOW_UPS
    }
    return _with_troubles(rows_of(fresh), settled)


def check_open(interview: Interview) -> None:
    if interview.is_closed:
        raise RefusedError("Cet entretien est clos : rouvrez-le pour changer les réponses.")
    if interview.answers_deleted_on:
        raise RefusedError("Les réponses de cet entretien ont été supprimées.")
    if not consent_is_valid(interview):
        raise RefusedError("Enregistrez d’abord le consentement de la personne.")


def posted_rows(interview: Interview, posted: Mapping[str, str]) -> list[AnswerRow]:
    """The rows as typed, none of them saved: shown if the interview is closed."""
    rows = rows_of(interview)
    for row in rows:
        row.values = _typed(row.prefix, posted, row.values)
    return rows


def posted_keys(posted: Mapping[str, str]) -> list[tuple[int, int]]:
    """(question, rank) of each posted row."""
    matches = (BASE_NAME.fullmatch(name) for name in posted)
    return [(int(match[1]), int(match[2])) for match in matches if match]


def _typed(prefix: str, posted: Mapping[str, str], current: Mapping[str, str]) -> dict[str, str]:
    """What was typed; a field that was not posted keeps its value."""
    typed = {name: normalised(posted.get(f"{prefix}-{name}", current[name])) for name in FIELDS}
    with suppress(ValueError):  # otherwise kept as typed, and refused by _errors
        typed["time_mark"] = show_time_mark(parse_time_mark(typed["time_mark"]))
    return typed


def _errors(typed: Mapping[str, str]) -> dict[str, str]:
    errors = {
        name: f"{limit} caractères au plus : il y en a {len(typed[name])}."
        for name, limit in MAX_LENGTHS.items()
        if len(typed[name]) > limit
    }
    try:
        parse_time_mark(typed["time_mark"])
    except ValueError as error:
        errors["time_mark"] = str(error)
    return errors


def _save_row(
    interview: Interview, question: InterviewQuestion, rank: int, note: InterviewNote | None, posted: Mapping[str, str]
) -> AnswerRow:
    current = values_of(note)
    row = AnswerRow(question, rank, current, digest(current))
    typed = _typed(row.prefix, posted, current)
    outcome = settle(posted[f"{row.prefix}-base"], typed, current)
    if outcome is Settled.UNCHANGED:
        return row
    row.values, row.errors = typed, _errors(typed)
    if outcome is Settled.CONFLICT:
        row.saved = current
        return row
    accepted = typed | {name: current[name] for name in row.errors}
    _write(note or InterviewNote(interview=interview, question=question, rank=rank), accepted)
    row.base = digest(accepted)
    return row


def _write(note: InterviewNote, values: Mapping[str, str]) -> None:
    """Save a row; an emptied one is deleted."""
    for name in FIELDS:
        setattr(note, name, parse_time_mark(values[name]) if name == "time_mark" else values[name])
    if any(values.values()):
        note.save()
    elif note.pk:
        note.delete()


def _with_troubles(rows: list[AnswerRow], settled: Mapping[tuple[int, int], AnswerRow]) -> list[AnswerRow]:
    """The saved rows, with those that have an error or a conflict as typed."""
    troubled = {key: row for key, row in settled.items() if row.errors or row.saved is not None}
    merged = {(row.question.pk, row.rank): row for row in rows} | troubled
    order = {row.question.pk: place for place, row in enumerate(rows)}
    return sorted(merged.values(), key=lambda row: (order[row.question.pk], row.rank))
