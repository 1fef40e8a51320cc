"""Create and update answers from the records of a file: all of a record or nothing of it.

The way of ``network/csv_import/importer.py``: an empty cell leaves the answer as it is, « (vide) » empties the field,
and a record that says nothing new writes nothing. An import tells nobody by e-mail: these answers are earlier ones.
"""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from caps_sheets.capitalisation.census.import_columns import COLUMNS, STATE, STATES, Column, Known, parse_state
from caps_sheets.capitalisation.census.states import EDITABLE
from caps_sheets.capitalisation.models import CARD_FIELDS, CensusAnswer, CensusChange, CensusState
from portal.base.csv_import import EMPTY, Line, LineRefusedError, Outcome, Result
from portal.users.models import User

IMPORTED = "capitalisation.census_imported"
REASON = "Import d’une réponse antérieure au portail."
#: As the reports say it: an action is feminine in French.
SAID = {
    Outcome.CREATED: "créée",
    Outcome.UPDATED: "modifiée",
    Outcome.UNCHANGED: "inchangée",
    Outcome.REFUSED: "refusée",
}
Values = dict[Column, Any]


@transaction.atomic
def import_answers(lines: Iterable[Line], *, by: User | None = None, dry_run: bool = False) -> list[Result]:
    """Import every record. With ``dry_run``, do all of it and then undo all of it."""
    known = Known.from_database()
    results = [_import_line(line, known, by) for line in lines]
    transaction.set_rollback(dry_run)
    return results


def _import_line(line: Line, known: Known, by: User | None) -> Result:
    try:
        with transaction.atomic():
            values = _parse(line, known)
            answer = CensusAnswer.objects.filter(import_key=line.key).first()
            return _update(line, answer, values, by) if answer else _create(line, values, by)
    except LineRefusedError as refusal:
        return Result(line, Outcome.REFUSED, refusal.notes)


def _parse(line: Line, known: Known) -> Values:
    """The values of the cells that are filled. Raises ``LineRefusedError`` with every problem of the record."""
    problems = [line.problem] if line.problem else []
    if not line.key:
        problems.append("identifiant : cellule vide.")
    if len(line.key) > 80:
        problems.append("identifiant : 80 caractères au plus.")
    values: Values = {}
    for column in [] if line.problem else COLUMNS:
        text = line.cells.get(column.name, "")
        if not text:
            continue
        try:
            values[column] = _value(column, text, known)
        except ValidationError as error:
            problems.append(f"{column.name} : {' '.join(error.messages)}")
        except ValueError as error:
            problems.append(f"{column.name} : {error}.")
    if problems:
        raise LineRefusedError(problems)
    return values


def _value(column: Column, text: str, known: Known) -> Any:
    if text.lower() != EMPTY:
        return column.parse(text, known)
    if not column.may_be_empty:
        raise ValueError("cette colonne ne peut pas être vidée")
    return column.empty


def _create(line: Line, values: Values, by: User | None) -> Result:
    absent = [column.name for column in COLUMNS if not column.may_be_empty and column not in values]
    if absent:
        raise LineRefusedError([f"{name} : cellule vide." for name in absent])
    state = _state(line)
    answer = CensusAnswer(
        import_key=line.key, state=state, edition=timezone.localdate().year, submitted_at=timezone.now()
    )
    _check(answer, values)
    answer.save()
    _set_lists(answer, values)
    CensusChange.objects.create(answer=answer, before=CensusState.DRAFT, after=state, by=by, reason=REASON)
    log(instance=answer, action=IMPORTED, user=by, data={"key": line.key})
    return Result(line, Outcome.CREATED)


def _update(line: Line, answer: CensusAnswer, values: Values, by: User | None) -> Result:
    changed = {column: value for column, value in values.items() if column.read(answer) != value}
    if not changed:
        return Result(line, Outcome.UNCHANGED)
    if answer.state in EDITABLE:
        raise LineRefusedError(["Le CLSM est en train de compléter cette action : elle n’a pas été modifiée."])
    _check(answer, changed)
    answer.revision += 1
    fields = {column.field.removesuffix("_id") for column in changed}
    answer.field_revisions |= dict.fromkeys(fields, answer.revision)
    simple = {column.field for column in changed if not column.is_list} | {"revision", "field_revisions"}
    answer.save(update_fields=simple if answer.is_public and not fields & CARD_FIELDS else None)
    _set_lists(answer, changed)
    names = ", ".join(column.name for column in changed)
    log(instance=answer, action=IMPORTED, user=by, data={"key": line.key, "changed": names})
    return Result(line, Outcome.UPDATED, [f"Champs modifiés : {names}."])


def _state(line: Line) -> CensusState:
    text = line.cells.get(STATE, "")
    try:
        return parse_state(text) if text else STATES[0]
    except ValueError as error:
        raise LineRefusedError([f"{STATE} : {error}."]) from error


def _check(answer: CensusAnswer, values: Values) -> None:
    """Write the simple fields in memory, and refuse what contradicts itself."""
    for column, value in values.items():
        if not column.is_list:
            setattr(answer, column.field, value)
    if answer.start_date and answer.end_date and answer.end_date < answer.start_date:
        raise LineRefusedError(["fin : elle précède le début."])
    if answer.previous_id is not None and answer.previous_id == answer.pk:
        raise LineRefusedError(["edition_precedente : une action n’est pas sa propre édition précédente."])


def _set_lists(answer: CensusAnswer, values: Values) -> None:
    for column, value in values.items():
        if column.is_list:
            getattr(answer, column.field).set(value)
