"""Reading of tables as people's tools write them: CSV of any spreadsheet, XLSX, XLS and ODS.

Everything guessed is a notice: the encoding, the lines passed over, the sheets left out. What cannot be a table at all
is refused whole (``FileRefusedError``), with a message in French that says what to do.
"""

import csv
import io
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from python_calamine import CalamineError, PasswordError
from python_calamine import load_workbook as load_other_workbook

from portal.base.characters import normalize
from portal.base.encodings import decode
from portal.base.readings import Reading, Remark

MAX_BYTES = 10 * 1024 * 1024
#: Maximum size of a workbook once decompressed: a few kilobytes can expand to gigabytes of blanks.
MAX_OPENED_BYTES = 100 * 1024 * 1024
ZIP_MARK, OLE_MARK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
DELIMITERS = ";,\t|"
#: « sep=; »: a line that Excel writes, and understands, above the headings.
SEPARATOR_LINE = "sep="
#: Whole numbers up to here are exact in a float.
EXACT = 1e15
#: Lines read to find out the cell separator.
SAMPLE = 40
#: Lines of one cell, at most: beyond, a quote was not closed.
LONGEST_CELL = 200
#: Number of its first line in the file, text of its cells.
Record = tuple[int, list[str]]


@dataclass
class Records(Reading[Record]):
    """``lengths``: line → its cells before the empty columns at the right were dropped.

    ``joined``: line → its cells if a separator between spaces, or inside a formula, is a part of its cell.
    """

    lengths: dict[int, int] = field(default_factory=dict)
    joined: dict[int, list[str]] = field(default_factory=dict)


class FileRefusedError(Exception):
    """The file cannot be imported; the message says why, in French."""


def read_records(raw: bytes) -> Records:
    """The non-blank records of a file, its cells as text without outer spaces. Raises ``FileRefusedError``."""
    is_workbook = raw.startswith((ZIP_MARK, OLE_MARK))
    reading = _read_workbook(raw) if is_workbook else _read_csv(raw)
    _drop_empty_columns(reading.items)
    return reading


def _read_csv(raw: bytes) -> Records:
    text, notices = _decoded(raw)
    start, delimiter = 1, None
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith(SEPARATOR_LINE):
        start, text, delimiter = 2, rest, first.strip()[len(SEPARATOR_LINE) :] or "\t"
    if delimiter is None or len(delimiter) != 1:
        delimiter = _delimiter(text)
    reading = _records(text, delimiter, start)
    if reading.errors and not reading.items:
        raise FileRefusedError(f"Le fichier n’est pas un CSV correct. {reading.errors[0]}")
    reading.notices = notices
    return reading


def _decoded(raw: bytes) -> tuple[str, list[Remark]]:
    """The text, with line ends as ``\n``, and how it was read if it is not UTF-8."""
    text, notice = decode(raw)
    if "\x00" in text:
        raise FileRefusedError(
            "Le fichier contient des caractères nuls : ce n’est pas un tableau. Dans le tableur, enregistrez-le en "
            "« CSV UTF-8 » ou en XLSX."
        )
    return text.replace("\r\n", "\n").replace("\r", "\n"), [notice] if notice else []


def _delimiter(text: str) -> str:
    """The separator that gives most lines the same number of cells, more than one."""
    sample = "\n".join(text.split("\n", 4 * SAMPLE)[: 4 * SAMPLE])

    def agreement(delimiter: str) -> tuple[int, int]:
        try:
            widths = [len(cells) for _, cells in zip(range(SAMPLE), _cells(sample, delimiter), strict=False)]
        except csv.Error:
            widths = [line.count(delimiter) + 1 for line in sample.split("\n")[:SAMPLE]]
        counts = Counter(width for width in widths if width > 1)
        if not counts:
            return (0, 0)
        width, lines = max(counts.items(), key=lambda item: (item[1], item[0]))
        return (lines, width)

    return max(DELIMITERS, key=agreement)


def _cells(text: str, delimiter: str) -> Iterator[list[str]]:
    yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)


def _records(text: str, delimiter: str, start: int) -> Records:
    """Record by record, so that a quote that is never closed swallows neither the file nor the next lines."""
    reading = Records()
    lines, position = text.split("\n"), 0
    while position < len(lines):
        number, used = start + position, 1
        try:
            cells, used = _next_record(lines, position, delimiter)
        except csv.Error as error:
            message = (
                f"{_in_french(error)} : cette ligne n’est pas lue. Corrigez-la, ou enregistrez le tableau en XLSX."
            )
            reading.errors.append(Remark(message, number, text=lines[position]))
        else:
            if any(cells):
                reading.items.append((number, cells))
                reading.lengths[number] = len(cells)
                if used == 1 and (joined := _joined(lines[position], delimiter)):
                    reading.joined[number] = joined
        position += used
    return reading


def _next_record(lines: list[str], position: int, delimiter: str) -> tuple[list[str], int]:
    """The cells of the record that starts at ``position``, and the number of its lines."""
    if '"' not in lines[position] and len(lines[position]) < csv.field_size_limit():
        return [cell.strip() for cell in lines[position].split(delimiter)], 1
    following = (f"{line}\n" for line in lines[position : position + LONGEST_CELL])
    reader = csv.reader(following, delimiter=delimiter, strict=True)
    cells = [cell.strip() for cell in next(reader)]
    return cells, reader.line_num


def _joined(line: str, delimiter: str) -> list[str]:
    """The cells of a line without quotes, the separators that seem to be a part of one kept; [] if there is none."""
    if '"' in line:
        return []
    parts = line.split(delimiter)
    cells = parts[:1]
    for part in parts[1:]:
        before = cells[-1]
        is_spaced = before.endswith(" ") and part.startswith(" ") and before.strip() and part.strip()
        is_formula = before.strip().startswith("=") and before.count("(") > before.count(")")
        if is_spaced or is_formula:
            cells[-1] = f"{before}{delimiter}{part}"
        else:
            cells.append(part)
    return [cell.strip() for cell in cells] if len(cells) < len(parts) else []


def _in_french(error: csv.Error) -> str:
    if "field limit" in str(error):
        return f"une cellule dépasse {csv.field_size_limit()} caractères"
    return "un guillemet est mal placé, ou n’est pas fermé"


def _read_workbook(raw: bytes) -> Records:
    try:
        is_xlsx = raw.startswith(ZIP_MARK) and _holds_excel(raw)
        sheets = _xlsx_sheets(raw) if is_xlsx else _other_sheets(raw)
    except (FileRefusedError, MemoryError):
        raise
    except PasswordError as error:
        raise FileRefusedError(
            "Ce classeur est protégé par un mot de passe : enregistrez-en une copie sans."
        ) from error
    except (CalamineError, BadZipFile, Exception) as error:  # readers raise what they like
        raise FileRefusedError(
            "Ce classeur est incomplet ou illisible : enregistrez-le de nouveau, en XLSX."
        ) from error
    filled = {name: rows for name, rows in sheets.items() if any(map(any, rows))}
    if not filled:
        return Records()
    name, *others = filled
    notices = (
        [Remark(f"Seule la feuille « {name} » est lue ; le classeur a aussi : {_quoted(others)}.")] if others else []
    )
    if not is_xlsx and raw.startswith(OLE_MARK):
        notices.append(
            Remark("Ancien classeur XLS : une cellule en erreur (#REF!, #N/A) s’y lit comme vide. Vérifiez-les.")
        )
    return Records([(number, cells) for number, cells in enumerate(filled[name], start=1) if any(cells)], notices)


def _holds_excel(raw: bytes) -> bool:
    with ZipFile(io.BytesIO(raw)) as archive:
        parts = archive.infolist()
    if sum(part.file_size for part in parts) > MAX_OPENED_BYTES:
        raise FileRefusedError("Le classeur est trop grand : enregistrez sa première feuille en « CSV UTF-8 ».")
    return any(part.filename.startswith("xl/") for part in parts)


def _xlsx_sheets(raw: bytes) -> dict[str, list[list[str]]]:
    """By openpyxl, which keeps the errors of formulas."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and print areas
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
        return {sheet.title: [[as_text(cell) for cell in row] for row in sheet.values] for sheet in sheets}


def _other_sheets(raw: bytes) -> dict[str, list[list[str]]]:
    book = load_other_workbook(io.BytesIO(raw))
    rows = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    return {name: [[as_text(cell) for cell in row] for row in sheet] for name, sheet in rows.items()}


def as_text(value: Any) -> str:
    """A cell as it would be typed: no « .0 » behind a whole number, a date without its midnight, oui and non."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < EXACT else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    return normalize("NFC", str(value)).strip()


def _drop_empty_columns(records: list[Record]) -> None:
    """Columns without any text at the right of the table are not cells that somebody forgot."""
    width = max((_width(cells) for _, cells in records), default=0)
    for _, cells in records:
        del cells[width:]


def _width(cells: Iterable[str]) -> int:
    return max((place for place, cell in enumerate(cells, start=1) if cell), default=0)


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"« {name} »" for name in names)
