"""Tables for spreadsheets, as CSV and XLSX: typed cells, readable by Excel in French, and never a formula."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from io import BytesIO
from typing import NamedTuple

from django.http import FileResponse, HttpResponseBase
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from portal.base import table_writer
from search.text import clean

Cell = str | int | date | None
MAX_CELL = 32_000  # characters; a cell of Excel holds 32,767
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Column(NamedTuple):
    """``width`` in characters, for XLSX."""

    heading: str
    width: int = 20


def csv_cell(value: Cell) -> str:
    """``value`` as text on one line, escaped, and not evaluated as a formula."""
    return table_writer.cell(one_line(value))


def csv_lines(columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    return table_writer.csv_lines([column.heading for column in columns], lines_of(rows))


def csv_response(name: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> HttpResponseBase:
    headings = [column.heading for column in columns]
    return table_writer.csv_response(name, headings, lines_of(rows), cache_control="")


def one_line(value: Cell) -> Cell:
    return clean(value, MAX_CELL) if isinstance(value, str) else value


def lines_of(rows: Iterable[Sequence[Cell]]) -> Iterator[list[Cell]]:
    for row in rows:
        yield [one_line(value) for value in row]


def xlsx_response(
    name: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], about: Mapping[str, Cell]
) -> HttpResponseBase:
    """A sheet of data with frozen headings, and a second one that gives its source."""
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
    """A number or a date as such; any text as text, whatever its first character."""
    cell = WriteOnlyCell(sheet, one_line(value))
    if isinstance(value, str):
        cell.data_type = "s"
    return cell
