"""Reading of tables as people's tools write them: CSV of any spreadsheet, XLSX, XLS and ODS.

Everything guessed is a notice: the encoding, the lines passed over, the sheets left out, merged cells. What cannot be a
table at all is refused whole (``FileRefusedError``), with a message in French that says what to do.
"""

import csv
import io
import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from html import unescape
from itertools import islice
from typing import Any
from zipfile import ZipFile

from defusedxml.ElementTree import iterparse
from openpyxl import load_workbook
from openpyxl.utils import coordinate_to_tuple, get_column_letter, range_boundaries
from openpyxl.utils.escape import unescape as without_escapes
from python_calamine import PasswordError, SheetVisibleEnum
from python_calamine import load_workbook as load_other_workbook

from portal.base.characters import normalize
from portal.base.encodings import decode
from portal.base.plurals import counted
from portal.base.readings import Reading, Remark

MAX_BYTES = 10 * 1024 * 1024
#: Maximum size of a workbook once decompressed: a few kilobytes can expand to gigabytes of blanks.
MAX_OPENED_BYTES = 100 * 1024 * 1024
ZIP_MARK, OLE_MARK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: Cells of a workbook at most: a row of a few bytes may have 16,384.
MOST_CELLS = 1_000_000
#: Records refused one by one at most, each read again up to LONGEST_CELL lines further.
MOST_REFUSED = 1_000
DELIMITERS = ";,\t|"
#: « sep=; »: a line that Excel writes, and understands, above the headings.
SEPARATOR_LINE = "sep="
#: A table of which each line is one quoted cell: it was opened as a text, then saved again as a CSV.
WHOLE_QUOTED = re.compile(r'(?:"(?:[^"\n]|"")*"[ \t]*\n){1,}(?:"(?:[^"\n]|"")*"[ \t]*)?\n*')
#: Whole numbers up to here are exact in a float.
EXACT = 1e15
#: Lines read to find out the cell separator.
SAMPLE = 40
#: Lines of one cell, at most: beyond, a quote was not closed.
LONGEST_CELL = 200
#: Number of its first line in the file, text of its cells.
Record = tuple[int, list[str]]
#: Number of headings that the cells of a record hold.
CountHeadings = Callable[[list[str]], int]
#: Records among which headings are looked for: above them stand a title, a date, a sentence.
MOST_ABOVE = 20

#: What a file is that is no table, by its first bytes; what to do then.
OTHER_FILES = (
    (re.compile(rb"%PDF"), "un PDF : demandez le tableau lui-même"),
    (re.compile(rb"<(?:\?xml|!doctype|html|table)", re.IGNORECASE),
     "une page web ou du XML, même si son nom finit par « .xls » : ouvrez-le dans un tableur"),
    (re.compile(rb"\{\\rtf"), "un texte RTF : collez son tableau dans un tableur"),
)  # fmt: skip
#: The same for an archive, by the names of its parts.
OTHER_ARCHIVES = (
    (re.compile(r"word/"), "un document Word : collez son tableau dans un tableur"),
    (re.compile(r"ppt/"), "une présentation : collez son tableau dans un tableur"),
    (re.compile(r".*\.(?:iwa|numbers)$"), "un classeur Numbers : choisissez Fichier › Exporter vers › Excel"),
)
AS_TABLE = "enregistrez-le en XLSX ou en « CSV UTF-8 »"


@dataclass
class Records(Reading[Record]):
    """``lengths``: line → its cells before the empty columns at the right were dropped.

    ``joined``: line → its cells if a separator between spaces, or inside a formula, is a part of its cell.
    """

    lengths: dict[int, int] = field(default_factory=dict)
    joined: dict[int, list[str]] = field(default_factory=dict)


class FileRefusedError(Exception):
    """The file cannot be imported; the message says why, in French."""


def read_records(raw: bytes, count_headings: CountHeadings = lambda cells: 0) -> Records:
    """The non-blank records of a file, its cells as text without outer spaces. Raises ``FileRefusedError``.

    ``count_headings`` chooses the sheet of a workbook: that of which one of the first records holds most of them.
    """
    is_workbook = raw.startswith((ZIP_MARK, OLE_MARK))
    reading = _read_workbook(raw, count_headings) if is_workbook else _read_csv(raw)
    _drop_empty_columns(reading.items)
    return reading


def _read_csv(raw: bytes) -> Records:
    start = raw[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    for mark, what in OTHER_FILES:
        if mark.match(start):
            raise FileRefusedError(f"Ce fichier est {what}, puis {AS_TABLE}.")
    text, notices = _decoded(raw)
    number, delimiter = 1, ""
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith(SEPARATOR_LINE):
        number, text, delimiter = 2, rest, first.strip()[len(SEPARATOR_LINE) :] or "\t"
    if WHOLE_QUOTED.fullmatch(text) and any(text.count(mark) > text.count("\n") for mark in DELIMITERS):
        text = "\n".join(line.strip()[1:-1].replace('""', '"') for line in text.split("\n"))
        notices.append(Remark("Chaque ligne est entre guillemets : ils sont retirés."))
    if len(delimiter) != 1 or delimiter not in text.partition("\n")[0]:
        delimiter = _delimiter(text)
    reading = _records(text, delimiter, number)
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
    whole = max([2, *(line.count(delimiter) for line in lines[:MOST_ABOVE] if '"' not in line)])
    while position < len(lines):
        number, used = start + position, 1
        try:
            cells, used = _next_record(lines, position, delimiter)
            if used > 1 and all(line.count(delimiter) >= whole for line in lines[position : position + used]):
                used = 1
                raise csv.Error("whole records between two quotes")
        except csv.Error as error:
            message = (
                f"{_in_french(error)} : cette ligne n’est pas lue. Corrigez-la, ou enregistrez le tableau en XLSX."
            )
            reading.errors.append(Remark(message, number, text=lines[position]))
            if len(reading.errors) > MOST_REFUSED:
                raise FileRefusedError(
                    f"Plus de {MOST_REFUSED} lignes sont mal écrites. {reading.errors[0]}"
                ) from error
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


@dataclass
class Sheet:
    """The text of its cells, row by row from the first one, and what was guessed in them."""

    name: str
    rows: list[list[str]]
    notices: list[Remark] = field(default_factory=list)


def _read_workbook(raw: bytes, count_headings: CountHeadings) -> Records:
    try:
        is_xlsx = raw.startswith(ZIP_MARK) and _holds_excel(raw)
        sheets, hidden = _xlsx_sheets(raw) if is_xlsx else _other_sheets(raw)
    except (FileRefusedError, MemoryError):
        raise
    except PasswordError as error:
        raise FileRefusedError(
            "Ce classeur est protégé par un mot de passe : enregistrez-en une copie sans."
        ) from error
    except Exception as error:  # readers raise what they like
        raise FileRefusedError(
            "Ce classeur est incomplet ou illisible : enregistrez-le de nouveau, en XLSX."
        ) from error
    filled = [sheet for sheet in sheets if any(map(any, sheet.rows))]
    if not filled:
        return Records()
    chosen = max(filled, key=lambda sheet: max(map(count_headings, islice(filter(any, sheet.rows), MOST_ABOVE))))
    others = [sheet.name for sheet in filled if sheet is not chosen]
    also = f" ; le classeur a aussi : {_quoted(others)}" if others else ""
    also += f" ; masquée : {_quoted(hidden)}" if hidden else ""
    notices = [Remark(f"Seule la feuille « {chosen.name} » est lue{also}.")] if also else []
    if not is_xlsx and raw.startswith(OLE_MARK):
        notices.append(
            Remark(
                "Ancien classeur XLS : une cellule en erreur (#REF!, #N/A) s’y lit comme vide, et les zéros ou le mois "
                "seul qu’un format montre (01000, mars 2024) n’y sont pas lus. Vérifiez-les, ou enregistrez-le en XLSX."
            )
        )
    records = [(number, cells) for number, cells in enumerate(chosen.rows, start=1) if any(cells)]
    return Records(records, [*notices, *chosen.notices])


def _holds_excel(raw: bytes) -> bool:
    with ZipFile(io.BytesIO(raw)) as archive:
        parts = archive.infolist()
    if sum(part.file_size for part in parts) > MAX_OPENED_BYTES:
        raise FileRefusedError(TOO_LARGE)
    for name, what in OTHER_ARCHIVES:
        if any(name.match(part.filename) for part in parts):
            raise FileRefusedError(f"Ce fichier est {what}, puis {AS_TABLE}.")
    return any(part.filename.startswith("xl/") for part in parts)


STRICT = "Ce classeur est en « Open XML Strict » : enregistrez-le en « Classeur Excel (.xlsx) »."
TOO_LARGE = "Le classeur est trop grand : enregistrez la feuille à importer en « CSV UTF-8 »."


def _xlsx_sheets(raw: bytes) -> tuple[list[Sheet], list[str]]:
    """By openpyxl, which keeps the errors of formulas; the names of the hidden sheets, which are not read."""
    with warnings.catch_warnings(), ZipFile(io.BytesIO(raw)) as archive:
        warnings.simplefilter("ignore")  # about styles and print areas
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
        visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
        sheets, count = [], 0
        if not visible or b"purl.oclc.org/ooxml" in archive.read("xl/workbook.xml"):
            raise FileRefusedError(STRICT)
        for worksheet in visible:
            worksheet.reset_dimensions()  # some programs write false ones
            rows: list[list[str]] = []
            struck: list[str] = []
            for row in worksheet.rows:
                count += len(row)
                if count > MOST_CELLS:
                    raise FileRefusedError(TOO_LARGE)
                width = _width(cell.value for cell in row)
                rows.append([_shown(cell.value, cell.number_format) for cell in row[:width]])
                struck += [cell.coordinate for cell in row[:width] if _is_struck(cell)]
            sheet = Sheet(worksheet.title, rows)
            _complete(sheet, archive.read(worksheet._worksheet_path))
            if struck:
                sheet.notices.append(Remark(f"Les cellules barrées sont lues comme les autres : {_some(struck)}."))
            if commented := _commented(archive, worksheet._worksheet_path):
                sheet.notices.append(Remark(f"Les commentaires ne sont pas lus : {_some(commented)}."))
            sheets.append(sheet)
    return sheets, [sheet.title for sheet in book.worksheets if sheet not in visible]


def _is_struck(cell: Any) -> bool:
    return cell.value is not None and cell.has_style and bool(cell.font.strike)


#: The part of a workbook that holds the comments of a sheet, and the cells that bear one.
COMMENTS = re.compile(rb'Target="[^"]*?([^"/]*comment[^"/]*\.xml)"', re.IGNORECASE)
COMMENTED = re.compile(rb'<(?:\w+:)?(?:threadedC|c)omment\b[^<>]*\bref="([A-Z]+\d+)"')


def _commented(archive: ZipFile, sheet_path: str) -> list[str]:
    folder, _, name = sheet_path.rpartition("/")
    relations, names = f"{folder}/_rels/{name}.rels", archive.namelist()
    if relations not in names:
        return []
    parts = {match[1].decode(errors="replace") for match in COMMENTS.finditer(archive.read(relations))}
    texts = (archive.read(path) for path in names if path.rpartition("/")[2] in parts)
    cells = {match[1].decode() for text in texts for match in COMMENTED.finditer(text)}
    return sorted(cells, key=coordinate_to_tuple)


#: What stands for itself in a number format: a quoted text, an escaped or a wide character, a colour, a language.
LITERALS = re.compile(r'"[^"]*"|[\\_*].|\[[^\]]*\]|\s')
#: « 00000 » of a postcode, « 0# ## ## ## ## » of a telephone: the number is shown with zeros before it.
PADDED = re.compile(r"0[0#]+")


def _shown(value: Any, number_format: str) -> str:
    """``as_text``, as its format shows it: zeros before a number, a month or a year that has no day.

    A date keeps a day that is not the first, which somebody typed.
    """
    if isinstance(value, str):
        return as_text(without_escapes(value))
    if isinstance(value, bool) or not isinstance(value, int | float | date) or number_format == "General":
        return as_text(value)
    bare = LITERALS.sub("", number_format.partition(";")[0]).lower()
    if isinstance(value, date):
        return as_text(value)[: _precision(value, bare)]
    is_padded = PADDED.fullmatch(bare) and value >= 0 and value == int(value) and value < EXACT
    return as_text(value).zfill(len(bare)) if is_padded else as_text(value)


def _precision(value: date, bare_format: str) -> int | None:
    """Characters of an ISO date that its format shows: 4, 7, or None for all."""
    if "d" in bare_format or "y" not in bare_format or value.day > 1:
        return None
    if "m" in bare_format:
        return len("2024-01")
    return len("2024") if value.month == 1 else None


#: What openpyxl leaves out when it reads row by row, in the XML of a sheet.
MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^<>]*\bref="([A-Z]+\d+:[A-Z]+\d+)"')
HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\b(?=[^<>]*\bhidden="(?:1|true)")[^<>]*\br="(\d+)"')
HIDDEN_COLUMNS = re.compile(
    rb'<(?:\w+:)?col\b(?=[^<>]*\bhidden="(?:1|true)")(?=[^<>]*\bmin="(\d+)")[^<>]*\bmax="(\d+)"'
)
#: A formula that no program computed. A text that it computed as empty has the type « str ».
UNCOMPUTED = re.compile(
    rb'<(?:\w+:)?c\b(?![^<>]*\bt="str")[^<>]*\br="([A-Z]+\d+)"[^<>]*>\s*<(?:\w+:)?f\b[^<>]*?(?:/>|>([^<]*)</(?:\w+:)?f>)'
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)


def _complete(sheet: Sheet, xml: bytes) -> None:
    """Write formulas that have no value, and the value of merged cells in each of their rows; say what is hidden."""
    for match in UNCOMPUTED.finditer(xml):
        row, column = coordinate_to_tuple(match[1].decode())
        _set(sheet, row, column, "=" + unescape((match[2] or b"").decode(errors="replace")))
    for match in MERGED.finditer(xml):
        column, first, _, last = range_boundaries(match[1].decode())
        _repeat(sheet, column, first, last)
    if rows := [match[1].decode() for match in HIDDEN_ROW.finditer(xml)]:
        sheet.notices.append(Remark(f"Les lignes masquées sont lues comme les autres : {_some(rows)}."))
    letters = [
        get_column_letter(place)
        for match in HIDDEN_COLUMNS.finditer(xml)
        for place in range(int(match[1]), min(int(match[2]), max(map(len, sheet.rows), default=0)) + 1)
    ]
    if letters:
        sheet.notices.append(Remark(f"Les colonnes masquées sont lues comme les autres : {_some(letters)}."))


def _repeat(sheet: Sheet, column: int, first: int, last: int) -> None:
    """Write the value of merged cells in each of their rows that holds something else."""
    text = _get(sheet, first, column)
    below = [row for row in range(first + 1, min(last, len(sheet.rows)) + 1) if any(sheet.rows[row - 1])]
    if text and below:
        for row in below:
            _set(sheet, row, column, text)
        said = "cellules fusionnées : leur valeur est lue sur chacune de leurs lignes"
        letter = get_column_letter(column)
        sheet.notices.append(Remark(said, first, f"{letter}{first}:{letter}{last}", text))


def _get(sheet: Sheet, row: int, column: int) -> str:
    cells = sheet.rows[row - 1] if row <= len(sheet.rows) else []
    return cells[column - 1] if column <= len(cells) else ""


def _set(sheet: Sheet, row: int, column: int, text: str) -> None:
    if row <= len(sheet.rows):
        cells = sheet.rows[row - 1]
        cells += [""] * (column - len(cells))
        cells[column - 1] = text


#: Rows or columns that a notice names.
NAMED = 10


def _some(names: list[str]) -> str:
    more = f" et {counted(len(names) - NAMED, 'autre')}" if len(names) > NAMED else ""
    return f"{', '.join(names[:NAMED])}{more}"


def _other_sheets(raw: bytes) -> tuple[list[Sheet], list[str]]:
    """XLS and ODS, by calamine; the names of the hidden sheets, which are not read."""
    tables = {table.name: table for table in _ods_tables(raw)} if raw.startswith(ZIP_MARK) else {}
    book = load_other_workbook(io.BytesIO(raw))
    hidden = [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.visible != SheetVisibleEnum.Visible or (sheet.name in tables and tables[sheet.name].is_hidden)
    ]
    hidden = hidden if len(hidden) < len(book.sheet_names) else []
    sheets = []
    for name in book.sheet_names:
        if name not in hidden:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            sheet = Sheet(name, [[as_text(cell) for cell in row] for row in rows])
            if name in tables:
                tables[name].complete(sheet)
            sheets.append(sheet)
    return sheets, hidden


TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
VALUE_TYPE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"


#: First days that a format shows as a year or as a month: « 2024 », « mars 2024 », « 03/2024 », « mars-24 ».
FIRST_MONTH, FIRST_DAY = re.compile(r"\d{4}-01-01(?!T0*[1-9])"), re.compile(r"\d{4}-\d\d-01(?!T0*[1-9])")
SHOWN_YEAR = re.compile(r"\d{4}", re.ASCII)
SHOWN_MONTH = re.compile(r"\d{1,2}[/.-]\d{4}|[^\W\d_]+\.?[-/.]?(?:\d{4}|\d\d)|\d{4}[-/.]\d{1,2}")
#: Spaces that one element of a text may stand for.
MOST_SPACES = 100


@dataclass
class OdsTable:
    """What calamine leaves out of a sheet: errors, tabs, formats, merged cells, whether it is hidden; and its size."""

    name: str
    is_hidden: bool
    size: int = 0
    height: int = 0
    #: Row, column, text of the cells in error, of those with a tab or a line break inside a paragraph, and of those
    #: whose format shows zeros before a number, or a month or a year without its first day.
    texts: list[tuple[int, int, str]] = field(default_factory=list)
    #: Column, first and last row.
    merged: list[tuple[int, int, int]] = field(default_factory=list)

    def add_row(self, element: Any) -> None:
        column = width = 0
        for cell in element:
            if len(cell):
                row, width = self.height + 1, column + 1
                is_broken = any(cell.find(f"{TEXT}p//{TEXT}{name}") is not None for name in ("tab", "line-break"))
                if is_broken or cell.get(VALUE_TYPE) == "error" or _is_shown_otherwise(cell):
                    self.texts.append((row, width, _ods_text(cell)))
                if (span := int(cell.get(f"{TABLE}number-rows-spanned", "1"))) > 1:
                    self.merged.append((width, row, row + span - 1))
            repeated = int(cell.get(f"{TABLE}number-columns-repeated", "1"))
            column += repeated
            width = column if len(cell) else width
        repeated = int(element.get(f"{TABLE}number-rows-repeated", "1"))
        self.size += width * repeated
        self.height += repeated

    def complete(self, sheet: Sheet) -> None:
        for row, column, text in self.texts:
            _set(sheet, row, column, text)
        for column, first, last in self.merged:
            _repeat(sheet, column, first, last)


def _is_shown_otherwise(cell: Any) -> bool:
    kind, shown = cell.get(f"{OFFICE}value-type"), "".join(_ods_text(cell).split())
    if kind == "float":
        value = cell.get(f"{OFFICE}value", "")
        return shown.isascii() and shown.isdigit() and shown.startswith("0") and shown.lstrip("0") == value.lstrip("0")
    written = cell.get(f"{OFFICE}date-value", "")
    return kind == "date" and (
        (bool(FIRST_MONTH.match(written)) and bool(SHOWN_YEAR.fullmatch(shown)))
        or (bool(FIRST_DAY.match(written)) and bool(SHOWN_MONTH.fullmatch(shown)))
    )


def _ods_text(cell: Any) -> str:
    """Its paragraphs, without the comments of the cell."""
    return "\n".join("".join(_ods_parts(paragraph)) for paragraph in cell.findall(f"{TEXT}p")).strip()


def _ods_parts(element: Any) -> Iterator[str]:
    yield element.text or ""
    for part in element:
        spaces = " " * min(int(part.get(f"{TEXT}c", "1")), MOST_SPACES) if part.tag == f"{TEXT}s" else ""
        yield {f"{TEXT}tab": "\t", f"{TEXT}line-break": "\n"}.get(part.tag, spaces)
        yield from _ods_parts(part)
        yield part.tail or ""


def _ods_tables(raw: bytes) -> list[OdsTable]:
    with ZipFile(io.BytesIO(raw)) as archive:
        content = archive.read("content.xml")
    tables: list[OdsTable] = []
    hidden, style = set(), ""
    for event, element in iterparse(io.BytesIO(content), ("start", "end")):
        if event == "start" and element.tag == f"{STYLE}style":
            style = element.get(f"{STYLE}name", "")
        elif event == "start" and element.tag == f"{STYLE}table-properties":
            hidden |= {style} if element.get(f"{TABLE}display") == "false" else set()
        elif event == "start" and element.tag == f"{TABLE}table":
            is_hidden = element.get(f"{TABLE}style-name") in hidden
            tables.append(OdsTable(element.get(f"{TABLE}name", ""), is_hidden))
        elif event == "end" and element.tag == f"{TABLE}table-row":
            tables[-1].add_row(element)
            element.clear()
    if sum(table.size for table in tables) > MOST_CELLS:
        raise FileRefusedError(TOO_LARGE)
    return tables


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


def _width(cells: Iterable[Any]) -> int:
    return max((place for place, cell in enumerate(cells, start=1) if cell not in (None, "")), default=0)


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"« {name} »" for name in names)
