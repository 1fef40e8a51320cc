"""The steps of an import: reading the file, telling its headings, checking, correcting, importing.

Checking and importing go by slices of ``SLICE`` seconds, one transaction a line: the import is locked, read again, and
the line is written with its outcome or not at all. Whoever stops in between goes on where it was.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import PurePath
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.text import slugify

from portal.base.errors import RefusedError
from portal.base.locks import locked
from portal.base.readings import Remark, shortened
from portal.base.tables.importer import EXAMPLE_KEY, Importer, Outcome, Reference
from portal.base.tables.lines import KEY, Heading, Line, heading_key, repetitions
from portal.base.tables.reader import FileRefusedError
from portal.imports.models import ACCEPTED, ImportLine, ImportStep, KnownHeading, LineState, TableImport
from portal.medialib.models import private_storage
from portal.users.models import User

logger = logging.getLogger(__name__)

#: Seconds of work of one request.
SLICE = 2.0
KEPT = timedelta(days=7)
MOST_LINES = 10_000
#: Columns that the list of refused lines adds to those of the file.
ADDED = ("ligne du fichier", "motif du refus")
GONE = "Cet import n’est plus gardé (sept jours au plus). Envoyez de nouveau le fichier."
STALE = "Rien n’a été changé : cet import a avancé ailleurs, dans un autre onglet par exemple. Voici où il en est."
NOTHING_TO_IMPORT = "Il n’y a rien à importer : aucune ligne n’est acceptée."
BROKEN = "Cette ligne n’a pas pu être lue, pour une raison inconnue. Laissez-la de côté et prévenez l’Administration."
Clock = Callable[[], float]


@dataclass(frozen=True)
class FileColumn:
    """A column as a file has it: those of the importer, after the identifier of the line.

    ``allowed``: the values of its list, none for a free cell.
    """

    name: str
    label: str
    help_text: str
    example: str = ""
    is_required: bool = False
    allowed: tuple[str, ...] = ()


def file_columns(importer: Importer, allowed: Mapping[str, list[str]] | None = None) -> list[FileColumn]:
    """``allowed``: what ``importer.allowed()`` gives, where the lists are shown."""
    said = "Repère stable, propre au fichier : il reconnaît la ligne d’un import à l’autre."
    key = FileColumn(KEY, importer.labels()[KEY], said, EXAMPLE_KEY, True)
    others = (
        FileColumn(
            item.name,
            item.label,
            item.help_text,
            item.example,
            item.is_required,
            tuple((allowed or {}).get(item.name, ())),
        )
        for item in importer.columns
    )
    return [key, *others]


def other_headings(importer: Importer, table: TableImport) -> dict[str, str]:
    """Column → its heading in the file, where it says something else than the label."""
    labels = importer.labels()
    told = {heading.column: heading.text for heading in headings_of(table) if heading.column in labels}
    return {name: text for name, text in told.items() if text and heading_key(text) != heading_key(labels[name])}


def shown_names(importer: Importer, table: TableImport) -> dict[str, str]:
    """Column → its label, with the heading of the file if it says something else."""
    others = {name: f" (« {text} »)" for name, text in other_headings(importer, table).items()}
    return {name: label + others.get(name, "") for name, label in importer.labels().items()}


def sentence(remark: Remark, names: Mapping[str, str]) -> str:
    """Without its line, which stands beside it, nor a text that the message quotes; with the name of the column."""
    text = "" if remark.text and shortened(remark.text) in remark.message else remark.text
    return str(Remark(remark.message, None, names.get(remark.cell, remark.cell), text))


def kept_imports(importer: Importer, owner: User, now: datetime | None = None) -> QuerySet[TableImport]:
    """The imports that ``owner`` may still open."""
    since = (now or timezone.now()) - KEPT
    return TableImport.objects.filter(kind=importer.kind, owner=owner, created_at__gt=since)


def forget_old(now: datetime | None = None) -> int:
    """Delete the imports whose time is over; returns their number."""
    due = TableImport.objects.filter(created_at__lte=(now or timezone.now()) - KEPT)
    number = due.count()
    due.delete()
    return number


# --- The file and its headings


def known_headings(importer: Importer) -> dict[str, str]:
    """heading → column, "" for one to ignore: what people told, and what the portal itself adds."""
    columns = ["", *(column.name for column in file_columns(importer))]
    told = KnownHeading.objects.filter(kind=importer.kind, column__in=columns).values_list("heading", "column")
    return dict.fromkeys(map(heading_key, ADDED), "") | dict(told)


@transaction.atomic
def receive(importer: Importer, raw: bytes, name: str, owner: User) -> TableImport:
    """Raises ``FileRefusedError``. If every heading is certain, the lines are read at once."""
    headings = importer.headings(raw, known_headings(importer))
    if not any(heading.sample for heading in headings):
        raise FileRefusedError("Le fichier ne contient que des titres : aucune ligne à importer.")
    table = TableImport(kind=importer.kind, owner=owner, name=name, headings=[asdict(item) for item in headings])
    is_clear = not any(map(is_doubtful, headings)) and not importer.unfit(headings)
    lines = _lines(importer, raw, table)
    table.file.save(name, ContentFile(raw), save=False)
    table.save()
    _add_lines(importer, table, lines if is_clear else [])
    return table


def headings_of(table: TableImport) -> list[Heading]:
    return [Heading(**item) for item in table.headings]


def is_doubtful(heading: Heading) -> bool:
    """Guessed, unknown, or above cells without a heading."""
    return not heading.is_certain or bool(heading.sample and not heading.text and not heading.column)


@transaction.atomic
def tell_headings(
    table: TableImport, importer: Importer, choices: Mapping[int, str], seen: int, *, is_numbered: bool = False
) -> TableImport:
    """Read the lines with these columns, by rank of the heading; what was not certain is known from now on.

    ``is_numbered``: the file has no identifiers, its lines get some. Raises ``FileRefusedError``.
    """
    table = _current(table, seen, ImportStep.HEADINGS, ImportStep.CHECK, ImportStep.REPORT)
    headings = headings_of(table)
    for heading, stored in zip(headings, table.headings, strict=True):
        column = choices[heading.place]
        if is_doubtful(heading) or column != heading.column:
            _remember(importer, heading, column, headings)
        stored["column"] = column
    with table.file.open() as file:
        raw = file.read()
    table.lines.all().delete()
    lines = _lines(importer, raw, table)
    _add_lines(importer, table, _numbered(table, lines) if is_numbered else lines)
    return table


def _numbered(table: TableImport, lines: Iterable[Line]) -> list[Line]:
    """Identifiers made of the name of the file and of the numbers of its lines: the same again for the same file."""
    stem = slugify(PurePath(table.name).stem)[:60] or "ligne"
    said = (
        f"ce fichier n’en a pas : ses lignes s’appellent « {stem}-2 », « {stem}-3 »…, d’après son nom et leur numéro. "
        "Sous le même nom, et sans changer l’ordre de ses lignes, il les retrouvera."
    )
    table.remarks.append(asdict(Remark(said, cell=KEY)))
    return [replace(line, cells={**line.cells, KEY: f"{stem}-{line.number}"}) for line in lines]


def _remember(importer: Importer, heading: Heading, column: str, headings: Iterable[Heading]) -> None:
    """Unless it is the very name of a column, or two columns of the file bear it: only the place tells those apart."""
    key = heading_key(heading.text)[:200]
    is_name = key in {heading_key(item.name) for item in file_columns(importer)}
    if not key or is_name or sum(heading_key(item.text)[:200] == key for item in headings) > 1:
        return
    KnownHeading.objects.update_or_create(
        kind=importer.kind, heading=key, defaults={"shown": heading.text[:200], "column": column}
    )


def is_known(heading: Heading, known: Mapping[str, str]) -> bool:
    """Whether it is read as somebody told earlier."""
    return known.get(heading_key(heading.text)) == heading.column


def forget_heading(kind: str, pk: int) -> None:
    KnownHeading.objects.filter(kind=kind, pk=pk).delete()


def _lines(importer: Importer, raw: bytes, table: TableImport) -> list[Line]:
    """The lines of the file; ``table`` takes how they were read."""
    headings = headings_of(table)
    places = {heading.place: heading.column for heading in headings}
    reading = importer.read(raw, known_headings(importer), places)
    if len(reading.items) > MOST_LINES:
        raise RefusedError(f"Le fichier a plus de {MOST_LINES} lignes : coupez-le en plusieurs.")
    labels = importer.labels()
    told = [_told(heading, labels[heading.column]) for heading in headings if heading.column and not _is_plain(heading)]
    table.remarks = [asdict(remark) for remark in (*reading.notices, *told)]
    return reading.items


def _is_plain(heading: Heading) -> bool:
    return heading.is_certain and heading_key(heading.text) == heading_key(heading.column)


def _told(heading: Heading, label: str) -> Remark:
    return Remark(f"cette colonne est lue comme « {label} »", cell=heading.text or heading.letter)


def _add_lines(importer: Importer, table: TableImport, lines: Collection[Line]) -> None:
    if not lines:
        return
    rows = [
        ImportLine(table=table, number=line.number, cells=line.cells, problem=line.problem, text=line.text)
        for line in lines
    ]
    for row in rows:
        _name(importer, row)
        if row.key.casefold() == EXAMPLE_KEY:
            row.state = LineState.LEFT_OUT
            row.remarks = [asdict(Remark("c’est l’exemple du modèle", row.number, KEY, row.key))]
    ImportLine.objects.bulk_create(rows, batch_size=500)
    _move(table, ImportStep.CHECK)


def _name(importer: Importer, row: ImportLine) -> None:
    cells = row.line().cells
    row.key, row.title = cells.get(KEY, "")[:200], cells.get(importer.title_column, "")[:200]


def _move(table: TableImport, step: ImportStep) -> None:
    table.step, table.version = step, table.version + 1
    if step == ImportStep.CHECK:  # the lines have just been read or corrected
        table.together = None
    table.save()


def _current(table: TableImport, seen: int, *steps: ImportStep) -> TableImport:
    """``table`` locked, if it still is what the person saw; ``RefusedError`` otherwise."""
    table = locked(table)
    if table.version != seen or table.step not in steps:
        raise RefusedError(STALE)
    return table


# --- Checking and importing


def advance(table: TableImport, importer: Importer, *, by: User, clock: Clock) -> TableImport:
    """One slice of the check or of the import; returns the table as it stands then.

    ``RefusedError`` if it was deleted meanwhile.
    """
    part = ImportSlice(table, importer, by)
    end = clock() + SLICE  # of lines: what a slice reads first grows with the file
    while part.next_line():
        if clock() >= end:
            break
    return part.table


class ImportSlice:
    """What a slice knows of the whole file, read once: its repeated keys, and the lines accepted so far."""

    def __init__(self, table: TableImport, importer: Importer, by: User) -> None:
        self.table, self.importer, self.by = table, importer, by
        self.accepted = iter(table.lines.filter(state__in=ACCEPTED)) if table.step == ImportStep.CHECK else iter(())
        self.ahead: ImportLine | None = next(self.accepted, None)
        self.reference = importer.reference()
        together = lines_together(table, self.reference)
        self.repeated = {int(number): Remark(**remark) for number, remark in together["repeated"].items()}
        self.reference.month_first = set(together["month_first"])

    @transaction.atomic
    def next_line(self) -> bool:
        """Check or import one more line; False once there is none, or if another request moved the step."""
        self.table = table = locked(self.table)
        if table.step not in (ImportStep.CHECK, ImportStep.IMPORT):
            return False
        row = pending(table).first()
        if row is None:
            _move(table, ImportStep.REPORT if table.step == ImportStep.CHECK else ImportStep.DONE)
            return False
        if table.step == ImportStep.CHECK:
            self._check(row)
        else:
            self._import(row)
        row.save()
        return True

    def _check(self, row: ImportLine) -> None:
        while self.ahead and self.ahead.number < row.number:
            self.reference.accept(self.ahead.line())
            self.ahead = next(self.accepted, None)
        self._treat(row, dry_run=True)
        if row.state in ACCEPTED:
            self.reference.accept(row.line())

    def _import(self, row: ImportLine) -> None:
        self._treat(row, dry_run=False)
        row.is_imported = True
        if row.state in ACCEPTED:
            row.cells, row.corrected = {}, {}

    def _treat(self, row: ImportLine, *, dry_run: bool) -> None:
        if repetition := self.repeated.get(row.number):
            row.state, remarks = LineState.REFUSED, [repetition]
        else:
            row.state, remarks = self._outcome(row, dry_run)
        row.remarks = [asdict(remark) for remark in remarks]

    def _outcome(self, row: ImportLine, dry_run: bool) -> tuple[LineState, list[Remark]]:
        line, is_new = row.line(), not dry_run and row.state == LineState.CREATED
        try:
            result = self.importer.import_line(line, self.reference, by=self.by, dry_run=dry_run, is_new=is_new)
        except Exception:  # one bad line never stops the others
            logger.exception("A line of an import of kind %s failed", self.importer.kind)
            return LineState.REFUSED, [Remark(BROKEN, line.number)]
        return LineState[Outcome(result.outcome).name], result.remarks


@transaction.atomic
def lines_together(table: TableImport, reference: Reference) -> dict[str, Any]:
    """The columns whose dates put the month first, and the lines that repeat an identifier, as they are stored."""
    table = locked(table)
    if table.together is None:
        reference.look_at([row.line() for row in table.lines.exclude(state=LineState.LEFT_OUT)])
        repeated = {str(number): asdict(remark) for number, remark in repeated_keys(table).items()}
        table.together = {"month_first": sorted(reference.month_first), "repeated": repeated}
        table.save(update_fields=["together"])
    together: dict[str, Any] = table.together
    return together


def pending(table: TableImport) -> QuerySet[ImportLine]:
    """The lines that the step has not treated yet, in the order of the file."""
    if table.step == ImportStep.CHECK:
        return table.lines.filter(state=LineState.WAITING)
    return table.lines.filter(state__in=ACCEPTED, is_imported=False)


def repeated_keys(table: TableImport) -> dict[int, Remark]:
    """Line number → why it is refused, for the lines whose identifier another one bears."""
    rows = table.lines.exclude(key="").exclude(state=LineState.LEFT_OUT)
    return repetitions([Line(number, {KEY: key}) for number, key in rows.values_list("number", "key")])


def progress(table: TableImport) -> tuple[int, int]:
    """Lines treated by the step, lines that it treats in all."""
    if table.step == ImportStep.CHECK:
        every = table.lines.exclude(state=LineState.LEFT_OUT).count()
        return every - pending(table).count(), every
    imported = table.lines.filter(is_imported=True).count()
    return imported, imported + pending(table).count()


def totals(table: TableImport) -> dict[LineState, int]:
    counts = dict(table.lines.order_by().values_list("state").annotate(lines=Count("pk")))
    return {state: counts.get(state, 0) for state in LineState}


# --- Corrections


@transaction.atomic
def correct(
    table: TableImport,
    importer: Importer,
    typed: Mapping[int, Mapping[str, str]],
    left_out: Mapping[int, bool],
    seen: int,
) -> int:
    """Keep the cells ``typed`` by line number and column name, leave lines out or take them back.

    What changed is to be checked again, with the lines still refused, whose refusal may come from another line, and
    those that name a line that changed.
    Returns the number of lines that changed.
    """
    table = _current(table, seen, ImportStep.REPORT)
    names = {column.name for column in file_columns(importer)}
    keys: set[str] = set()
    changed = []
    for row in table.lines.filter(number__in={*typed, *left_out}):
        before = (row.corrected, row.state == LineState.LEFT_OUT)
        cells = row.line().cells
        for name, text in typed.get(row.number, {}).items():
            if name in names and (row.problem or text != cells.get(name, "")):
                row.corrected = {**row.corrected, name: text}
        is_out = left_out.get(row.number, before[1])
        if (row.corrected, is_out) == before:
            continue
        keys.add(row.key)
        _name(importer, row)
        keys.add(row.key)
        row.state = LineState.LEFT_OUT if is_out else LineState.WAITING
        row.remarks = []
        row.save()
        changed.append(row)
    if changed:
        named = [
            row.pk
            for row in table.lines.filter(state__in=ACCEPTED).iterator()
            if not keys.isdisjoint({row.key, *row.line().cells.values()} - {""})
        ]
        table.lines.filter(Q(state=LineState.REFUSED) | Q(pk__in=named)).update(state=LineState.WAITING)
        _move(table, ImportStep.CHECK)
    return len(changed)


@transaction.atomic
def begin(table: TableImport, seen: int) -> None:
    """From here on lines are written: the file itself is of no more use."""
    table = _current(table, seen, ImportStep.REPORT)
    if not table.lines.filter(state__in=ACCEPTED).exists():
        raise RefusedError(NOTHING_TO_IMPORT)
    for heading in table.headings:
        heading["sample"] = []
    transaction.on_commit(partial(private_storage().delete, str(table.file.name)))
    table.file = ""
    _move(table, ImportStep.IMPORT)


@transaction.atomic
def discard(table: TableImport) -> None:
    locked(table).delete()


# --- What is downloaded


def report_rows(table: TableImport, importer: Importer, said: Callable[[ImportLine], str]) -> Iterator[list[object]]:
    """Every line of the file, what became of it, and why."""
    names = shown_names(importer, table)
    for row in table.lines.iterator():
        yield [row.number, row.key, row.title, said(row), " ".join(sentence(remark, names) for remark in row.told)]


def not_imported(table: TableImport) -> QuerySet[ImportLine]:
    return table.lines.filter(state__in=(LineState.REFUSED, LineState.LEFT_OUT))


def refused_columns(table: TableImport, importer: Importer) -> list[str]:
    """Those of the file, then those that corrections filled, in the order of the importer."""
    read = {heading.column for heading in headings_of(table)}
    typed = {
        name for row in table.lines.filter(state__in=(LineState.REFUSED, LineState.LEFT_OUT)) for name in row.corrected
    }
    return [column.name for column in file_columns(importer) if column.name in read | typed]


def refused_rows(table: TableImport, importer: Importer, columns: Iterable[str]) -> Iterator[list[object]]:
    """The lines that are not imported, as they were typed last, with the reason: a file that can be imported again."""
    names = shown_names(importer, table)
    for row in not_imported(table):
        cells = row.line().cells
        reasons = [sentence(remark, names) for remark in row.told] or ["laissée de côté"]
        yield [*(cells.get(name, "") for name in columns), row.number, " ".join(reasons)]
