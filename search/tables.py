"""Tables for spreadsheets, as CSV and XLSX: typed, readable by Excel in French, and never a formula."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from io import BytesIO
from typing import NamedTuple

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from search.text import clean

Cell = str | int | date | None
#: What a spreadsheet may take for a formula, full-width forms included.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MAX_CELL = 32_000  # characters; a cell of Excel holds 32,767
BOM = "\ufeff"
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Column(NamedTuple):
    """``width`` in characters, for XLSX."""

    heading: str
    width: int = 20


class Line:
    """What csv.writer writes to: it hands each line back."""

    def write(self, line: str) -> str:
        return line


def csv_cell(value: Cell) -> str:
    """``value`` as text; an apostrophe keeps a spreadsheet from running what looks like a formula."""
    if value is None:
        return ""
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    text = clean(value, MAX_CELL)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def csv_lines(columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """UTF-8 with its mark and semicolons, as Excel opens them in French; the first line holds the headings."""
    writer = csv.writer(Line(), delimiter=";", lineterminator="\r\n")
    yield BOM + writer.writerow([csv_cell(column.heading) for column in columns])
    for row in rows:
        yield writer.writerow([csv_cell(value) for value in row])


def csv_response(name: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> HttpResponseBase:
    response = StreamingHttpResponse(csv_lines(columns, rows), content_type=CSV_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def xlsx_response(
    name: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], about: Mapping[str, Cell]
) -> HttpResponseBase:
    """A sheet of data with frozen headings, and a second one that says where it comes from."""
    workbook = Workbook(write_only=True)
    add_sheet(workbook, "Résultats", columns, rows)
    add_sheet(workbook, "À propos", (Column("Information", 28), Column("Valeur", 90)), about.items())
    output = BytesIO()
    workbook.save(output)
    output.seek(0)
    return FileResponse(output, as_attachment=True, content_type=XLSX_TYPE, filename=f"{name}.xlsx")


def add_sheet(workbook: Workbook, title: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> None:
    sheet = workbook.create_sheet(title)
    sheet.freeze_panes = "A2"
    for number, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    headings = [xlsx_cell(sheet, column.heading) for column in columns]
    for cell in headings:
        cell.font = Font(bold=True)
    sheet.append(headings)
    for row in rows:
        sheet.append([xlsx_cell(sheet, value) for value in row])


def xlsx_cell(sheet: object, value: Cell) -> WriteOnlyCell:
    """A number or a date as such; any text as text, whatever it begins with."""
    cell = WriteOnlyCell(sheet, clean(value, MAX_CELL) if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.data_type = "s"
    return cell
