"""The base of every import of a table: its columns, how a line is understood, and how it is written.

An empty cell leaves the record unchanged; « (vide) » empties the field. A line without a difference writes nothing. A
cell that holds what the export of the portal writes for the record is no change, whatever its column can express.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import QuerySet

from portal.base.characters import ALL_INVISIBLE
from portal.base.readings import FileReader, Reading, Remark, shortened
from portal.base.tables.cells import BLANK, EMPTY, FORMULA_MARK, Say, as_read, broken, puts_month_first
from portal.base.tables.lines import (
    KEY,
    Heading,
    Line,
    Names,
    Table,
    heading_key,
    read_headings,
    read_lines,
    repetitions,
    unfit_columns,
)
from portal.base.tables.reader import MAX_BYTES, FileRefusedError
from portal.base.tables.writer import cell

Record = TypeVar("Record", bound=models.Model)
ReferenceT = TypeVar("ReferenceT", bound="Reference")

#: Identifier, in an export, of a record that no import named: « portail-123 ».
OWN_KEY = re.compile(r"portail-(\d{1,9})")
LONGEST_KEY = 80
#: Identifier of the invented line of a table to fill in, which shows what to write: it is never imported.
EXAMPLE_KEY = "exemple fictif"


#: « Sète ? », « oui (?) »: whoever wrote the value was not sure of it.
DOUBT = re.compile(r"\?\s*\)?$")


class Outcome(StrEnum):
    CREATED = "créé"
    UPDATED = "modifié"
    UNCHANGED = "inchangé"
    REFUSED = "refusé"


@dataclass
class Result:
    """What became of one line. ``remarks``: why it is refused, else what was guessed or changed in it.

    The ``cell`` of a remark is the name of a column.
    """

    line: Line
    outcome: Outcome
    remarks: list[Remark] = field(default_factory=list)
    is_published: bool = False

    @property
    def notes(self) -> list[str]:
        """The remarks as sentences, without the number of the line."""
        return list(map(_note, self.remarks))


def _note(remark: Remark) -> str:
    """With the original text, unless the message holds it."""
    text = shortened(remark.text)
    quote = f" (« {text} »)" if text and text not in remark.message else ""
    return f"{remark.cell} : {remark.message}{quote}" if remark.cell else f"{remark.message}{quote}"


class LineRefusedError(Exception):
    def __init__(self, *remarks: Remark) -> None:
        super().__init__(" ".join(map(str, remarks)))
        self.remarks = list(remarks)


@dataclass
class Reference:
    """What the cells of a file may name, read once. ``accepted``: the lines taken before, by identifier.

    ``month_first``: the columns in which a date of the file puts its month before its day.
    """

    accepted: dict[str, Line] = field(default_factory=dict)
    month_first: set[str] = field(default_factory=set)

    def look_at(self, lines: Iterable[Line]) -> None:
        """What the lines of the file, read together, say of each of them."""
        self.month_first = {name for line in lines for name, text in line.cells.items() if puts_month_first(text)}

    def accept(self, line: Line) -> None:
        self.accepted[line.key] = line


@dataclass(frozen=True)
class Cell(Generic[Record, ReferenceT]):
    """A cell to parse: ``text`` is ``raw`` with one space between words.

    ``record`` is that of the line, None for a new one.
    """

    column: str
    text: str
    raw: str
    line: Line
    reference: ReferenceT
    record: Record | None
    say: Say

    @property
    def is_month_first(self) -> bool:
        return self.column in self.reference.month_first


@dataclass(frozen=True, eq=False)
class Column(Generic[Record, ReferenceT]):
    """``name`` is its heading; ``label``, ``help_text`` and ``example`` are for the template, the screen and the docs.

    ``allowed`` gives the values of a list, read from what ``Importer.lists`` returns; None for a free cell.

    ``parse`` raises ``ValueError`` or ``ValidationError``. ``read`` gives the value of a record, ``write`` sets it.
    ``text`` writes a value as a cell that ``parse`` understands, ``shown`` as JSON; ``empty`` is that of « (vide) ».
    ``field`` is that of the record, if the column fills one; ``exported_as`` writes the cell from the record itself.
    """

    name: str
    help_text: str
    parse: Callable[[Cell[Record, ReferenceT]], Any]
    read: Callable[[Record], Any]
    write: Callable[[Record, Any], None]
    label: str = field(kw_only=True)
    text: Callable[[Any], str] = str
    exported_as: Callable[[Record], str] | None = None
    shown: Callable[[Any], Any] = lambda value: value
    field: str = ""
    example: str = ""
    synonyms: tuple[str, ...] = ()
    allowed: Callable[[Any], list[str]] | None = None
    empty: Any = None
    may_be_empty: bool = True
    is_required: bool = False

    def exported(self, record: Record) -> str:
        if self.exported_as:
            return self.exported_as(record)
        value = self.read(record)
        return "" if value is None or value == self.empty else self.text(value)


Values = dict[Column, Any]


@dataclass
class Understood:
    """The values of the filled cells of a line, what was guessed, and why it is refused."""

    values: Values = field(default_factory=dict)
    notices: list[Remark] = field(default_factory=list)
    errors: list[Remark] = field(default_factory=list)


class Importer(ABC, Generic[Record, ReferenceT]):
    """One kind of file; a subclass finds, creates and updates its records."""

    kind: ClassVar[str]
    columns: ClassVar[Sequence[Column]]
    #: The column that names a line for people.
    title_column: ClassVar[str]
    #: For reports, in the gender of the record.
    said: ClassVar[Mapping[Outcome, str]] = {outcome: outcome.value for outcome in Outcome}

    # The file

    def names(self, headings: Mapping[str, str] | None = None) -> Names:
        """``headings``: ``heading_key`` → column, "" to ignore it, as somebody chose for an earlier file."""
        exact = {heading_key(name): name for name in (KEY, *(column.name for column in self.columns))}
        synonyms = {heading_key(column.label): column.name for column in self.columns}
        synonyms |= {heading_key(text): column.name for column in self.columns for text in column.synonyms}
        required = [KEY, *(column.name for column in self.columns if column.is_required)]
        return Names(exact, synonyms | dict(headings or {}), required)

    def headings(self, raw: bytes, headings: Mapping[str, str] | None = None) -> list[Heading]:
        return read_headings(raw, self.names(headings))

    def labels(self) -> dict[str, str]:
        """Column → its name for people."""
        return {KEY: "Identifiant"} | {column.name: column.label for column in self.columns}

    def lists(self) -> Reference:
        """What ``Column.allowed`` reads."""
        return Reference()

    def allowed(self) -> dict[str, list[str]]:
        """Column → the values that it takes, for those that take no other."""
        lists = self.lists()
        return {column.name: column.allowed(lists) for column in self.columns if column.allowed}

    def unfit(self, headings: Iterable[Heading]) -> dict[str, list[Heading]]:
        """See ``unfit_columns``."""
        return unfit_columns(headings, self.names().required)

    def read(
        self, raw: bytes, headings: Mapping[str, str] | None = None, places: Mapping[int, str] | None = None
    ) -> Table:
        """The lines of a file. Raises ``FileRefusedError``. ``places``: see ``read_lines``."""
        if len(raw) > MAX_BYTES:
            raise FileRefusedError("Le fichier dépasse 10 Mo.")
        return read_lines(raw, self.names(headings), places)

    def file_reader(self) -> FileReader:
        """For the hook ``file_readers``."""
        return FileReader(self.kind, self.understand_file)

    def understand_file(self, path: Path) -> Reading[dict[str, Any]]:
        """Every line of a file of this machine, as understood; writes nothing."""
        raw = path.read_bytes()
        try:
            table = self.read(raw)
        except FileRefusedError as refusal:
            return Reading(errors=[Remark(str(refusal))])
        reference, repeated = self.reference(), repetitions(table.items)
        reference.look_at(table.items)
        reading: Reading[dict[str, Any]] = Reading(notices=table.notices)
        for line in table.items:
            if line.number in repeated:
                reading.errors.append(table.named(repeated[line.number]))
                continue
            understood = self.understand(line, reference)
            reading.items += understood.items
            reading.notices += map(table.named, understood.notices)
            reading.errors += map(table.named, understood.errors)
        return reading

    # A line

    @abstractmethod
    def reference(self, earlier: Iterable[Line] = ()) -> ReferenceT:
        """What the cells may name. ``earlier``: lines of the file taken by a dry run, which wrote nothing."""

    @abstractmethod
    def find(self, key: str) -> Record | None:
        """The record to which an earlier import, or an export, gave this identifier."""

    @abstractmethod
    def imported_keys(self) -> QuerySet:
        """The identifiers that an import gave, as values of ``import_key``."""

    @abstractmethod
    def create(self, line: Line, values: Values, reference: ReferenceT, by: Any) -> Result: ...

    @abstractmethod
    def update(self, line: Line, record: Record, changed: Values, reference: ReferenceT, by: Any) -> Result: ...

    def unchanged(self, line: Line, record: Record) -> Result:
        return Result(line, Outcome.UNCHANGED)

    def doubts(self, line: Line, record: Record | None, understood: Understood, reference: ReferenceT) -> list[Remark]:
        """Records and lines that may be the same as this one."""
        return []

    def understand(self, line: Line, reference: ReferenceT) -> Reading[dict[str, Any]]:
        """The columns of a line as understood: one item, none if the line would be refused for its cells."""
        record = self.find(line.key) if line.key else None
        understood = self._values(line, record, reference)
        if understood.errors:
            return Reading([], understood.notices, understood.errors)
        item = {column.name: column.shown(value) for column, value in understood.values.items()}
        doubts = self.doubts(line, record, understood, reference)
        reference.accept(line)
        return Reading([{KEY: line.key} | item], [*understood.notices, *doubts])

    def import_line(
        self, line: Line, reference: ReferenceT, *, by: Any = None, dry_run: bool = False, is_new: bool = False
    ) -> Result:
        """In one transaction, rolled back by a dry run. ``is_new``: it may only create, as a dry run said."""
        try:
            with transaction.atomic():
                result = self._import(line, reference, by, is_new)
                if dry_run:
                    transaction.set_rollback(True)
        except LineRefusedError as refusal:
            return Result(line, Outcome.REFUSED, refusal.remarks)
        except ValidationError as error:
            return Result(line, Outcome.REFUSED, _by_field(line, error))
        except IntegrityError:
            if self.find(line.key) is None:
                raise
            return Result(line, Outcome.REFUSED, [_taken(line)])  # by another import, at the same moment
        reference.accept(line)
        return result

    def import_lines(self, lines: Sequence[Line], *, by: Any = None, dry_run: bool = False) -> list[Result]:
        """Every line of a file. A dry run does everything, and rolls it back at the end."""
        repeated = repetitions(lines)
        with _rehearsal(dry_run):
            reference = self.reference()
            reference.look_at(lines)
            return [
                Result(line, Outcome.REFUSED, [repeated[line.number]])
                if line.number in repeated
                else self.import_line(line, reference, by=by)
                for line in lines
            ]

    def _import(self, line: Line, reference: ReferenceT, by: Any, is_new: bool) -> Result:
        record = self.find(line.key) if line.key else None
        if is_new and record is not None:
            raise LineRefusedError(_taken(line))
        understood = self._values(line, record, reference)
        if understood.errors:
            raise LineRefusedError(*understood.errors)
        doubts = self.doubts(line, record, understood, reference)
        if record is None:
            result = self.create(line, understood.values, reference, by)
        else:
            changed = {column: value for column, value in understood.values.items() if column.read(record) != value}
            result = self.update(line, record, changed, reference, by) if changed else self.unchanged(line, record)
        result.remarks = [*understood.notices, *doubts, *result.remarks]
        return result

    def _values(self, line: Line, record: Record | None, reference: ReferenceT) -> Understood:
        understood = Understood()
        if line.problem:
            understood.errors.append(Remark(line.problem, line.number, text=line.text))
            return understood
        understood.errors += self._key_errors(line, record)
        if ALL_INVISIBLE.search(line.cells.get(KEY, "")):
            said = f"les caractères invisibles sont retirés : lu comme « {line.key} »"
            understood.notices.append(Remark(said, line.number, KEY, line.cells[KEY]))
        for column in self.columns:
            self._read_cell(column, line, record, reference, understood)
        return understood

    def _key_errors(self, line: Line, record: Record | None) -> list[Remark]:
        key = line.key
        message = ""
        if not key:
            message = "cellule vide."
        elif problem := broken(line.cells[KEY]):
            message = f"{problem}."
        elif len(key) > LONGEST_KEY:
            message = f"{LONGEST_KEY} caractères au plus."
        elif key.casefold() == EXAMPLE_KEY:
            message = "c’est la ligne d’exemple du modèle : elle n’est jamais importée."
        elif record is None and own_id(key) is not None:
            message = (
                f"« {key} » ne désigne rien dans ce portail : pour une nouvelle ligne, donnez un autre identifiant."
            )
        elif record is None and key.isdecimal() and key.isascii():
            whole = self.imported_keys().filter(import_key__regex=f"^0+{key}$").first()
            message = (whole and f"« {key} » a sans doute perdu ses zéros : écrivez « {whole} », déjà importé.") or ""
        return [Remark(message, line.number, KEY, key)] if message else []

    def _read_cell(
        self, column: Column, line: Line, record: Record | None, reference: ReferenceT, understood: Understood
    ) -> None:
        raw = line.cells.get(column.name, "")
        text = as_read(raw)
        if text and record is not None and text == as_read(cell(column.exported(record))):
            understood.values[column] = column.read(record)
            return

        def say(message: str) -> None:
            understood.notices.append(Remark(message, line.number, column.name, raw))

        if text.casefold() in BLANK:
            say("cellule lue comme vide")
            text = ""
        if not text:
            if record is None and column.is_required:
                understood.errors.append(Remark("cellule vide.", line.number, column.name))
            return
        try:
            understood.values[column] = self._value(column, Cell(column.name, text, raw, line, reference, record, say))
        except ValidationError as error:
            understood.errors.append(Remark(" ".join(error.messages), line.number, column.name, raw))
        except ValueError as error:
            understood.errors.append(Remark(_sentence(str(error)), line.number, column.name, raw))

    def _value(self, column: Column, item: Cell) -> Any:
        if item.text.lower() == EMPTY:
            if not column.may_be_empty:
                raise ValueError("cette colonne ne peut pas être vidée")
            return column.empty
        if not item.raw.startswith(FORMULA_MARK) and (problem := broken(item.text)):
            raise ValueError(problem)
        value = column.parse(item)
        if DOUBT.search(item.text) and "?" not in column.text(value):
            item.say("le point d’interrogation n’est pas gardé : vérifiez cette valeur")
        return value

    # The export

    @abstractmethod
    def records(self) -> Iterator[tuple[str, Record]]:
        """Every record with its identifier, for the export."""

    @property
    def export_headings(self) -> list[str]:
        return [KEY, *(column.name for column in self.columns)]

    def rows(self) -> Iterator[list[str]]:
        """All that the portal has, in the columns of the import."""
        for key, record in self.records():
            cells = [column.exported(record).replace("\r\n", "\n").replace("\r", "\n") for column in self.columns]
            yield [key, *cells]


def own_id(key: str) -> int | None:
    """The id in the identifier that an export gives to a record without one."""
    match = OWN_KEY.fullmatch(key)
    return int(match[1]) if match else None


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _taken(line: Line) -> Remark:
    message = (
        f"« {line.key} » vient d’être importé par ailleurs, rien n’en est changé : comparez, puis importez de nouveau "
        "cette ligne si elle doit le modifier."
    )
    return Remark(message, line.number, KEY, line.key)


def _by_field(line: Line, error: ValidationError) -> list[Remark]:
    if not hasattr(error, "error_dict"):
        return [Remark(message, line.number) for message in error.messages]
    return [Remark(" ".join(messages), line.number, name) for name, messages in error.message_dict.items()]


@contextmanager
def _rehearsal(is_on: bool) -> Iterator[None]:
    if not is_on:
        yield
        return
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
