"""Tables as CSV and XLSX that Excel reads in French, and in which no cell is a formula; Wagtail's exports too."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.timezone import is_aware, make_naive
from django.utils.translation import gettext
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from wagtail.admin.views.mixins import SpreadsheetExportMixin

from portal.base.characters import clean

#: First characters that a spreadsheet takes for a formula, full-width forms included.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MARK = "\ufeff"
MAX_CELL = 32_000  # characters; a cell of Excel holds 32,767
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PRIVATE = "private, no-store"
Cell = str | int | date | None
#: Headings of the columns for which Wagtail has only a field name.
HEADINGS = {
    "workflow": "Circuit",
    "task": "Étape",
    "requested_by": "Demandé par",
    "started_at": "Commencée le",
    "finished_at": "Terminée le",
    "finished_by": "Terminée par",
}


class SheetColumn(NamedTuple):
    """``width`` in characters, for XLSX."""

    heading: str
    width: int = 20


class _Line:
    """The file object given to csv.writer: ``write`` returns the line."""

    def write(self, line: str) -> str:
        return line


def cell(value: Any) -> str:
    """``value`` as text, empty for None. A leading apostrophe prevents a spreadsheet from evaluating a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, int | float | Decimal):
        return str(value).replace(".", ",")
    if isinstance(value, datetime):
        return local(value).isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    return safe_text(str(value))


def local(moment: datetime) -> datetime:
    """The time in Paris: a spreadsheet has no time zone."""
    return make_naive(moment) if is_aware(moment) else moment


def safe_text(text: str) -> str:
    """``text`` without characters that a spreadsheet refuses, and not evaluated as a formula."""
    text = clean(text)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def one_line(value: Any) -> Any:
    """A text on one line of at most MAX_CELL characters; any other value as it is."""
    return " ".join(clean(value[: MAX_CELL * 4]).split())[:MAX_CELL] if isinstance(value, str) else value


def one_line_cell(value: Any) -> str:
    return cell(one_line(value))


def one_line_rows(rows: Iterable[Sequence[Any]]) -> Iterator[list[Any]]:
    for row in rows:
        yield [one_line(value) for value in row]


def csv_lines(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """UTF-8 with a BOM and semicolons, as Excel opens them in French. The first line holds the headings."""
    writer = csv.writer(_Line(), delimiter=";", lineterminator="\r\n")
    yield MARK + writer.writerow([cell(heading) for heading in headings])
    for row in rows:
        yield writer.writerow([cell(value) for value in row])


def csv_response(
    name: str, headings: Sequence[str], rows: Iterable[Sequence[Any]], cache_control: str = PRIVATE
) -> StreamingHttpResponse:
    """The table streamed line by line as ``name``.csv; ``cache_control`` is empty for a public one."""
    response = StreamingHttpResponse(csv_lines(headings, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    if cache_control:
        response["Cache-Control"] = cache_control
    return response


def xlsx_response(
    name: str, columns: Sequence[SheetColumn], rows: Iterable[Sequence[Any]], about: Mapping[str, Any]
) -> HttpResponseBase:
    """A sheet of data with frozen headings, and a second one that gives its source."""
    source = (SheetColumn("Information", 28), SheetColumn("Valeur", 90))
    return sheets_response(name, [("Résultats", columns, rows), ("À propos", source, about.items())])


def sheets_response(
    name: str, sheets: Iterable[tuple[str, Sequence[SheetColumn], Iterable[Sequence[Any]]]]
) -> HttpResponseBase:
    """A workbook of sheets: title, columns, rows."""
    workbook = Workbook(write_only=True)
    for title, columns, rows in sheets:
        add_sheet(workbook, title, columns, rows)
    output = BytesIO()
    workbook.save(output)
    output.seek(0)
    return FileResponse(output, as_attachment=True, content_type=XLSX_TYPE, filename=f"{name}.xlsx")


def add_sheet(workbook: Workbook, title: str, columns: Sequence[SheetColumn], rows: Iterable[Sequence[Any]]) -> None:
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


def xlsx_cell(sheet: object, value: Any) -> WriteOnlyCell:
    """A number or a date as such; any text as text, whatever its first character."""
    cell = WriteOnlyCell(sheet, one_line(value))
    if isinstance(value, str):
        cell.data_type = "s"
    return cell


def shape_exports() -> None:
    """Every list and report that Wagtail exports is written as the tables above."""
    preprocess, heading = SpreadsheetExportMixin.preprocess_field_value, SpreadsheetExportMixin.get_heading

    def value_of(view: SpreadsheetExportMixin, field: str, value: Any, export_format: str) -> Any:
        value = local(value) if isinstance(value, datetime) else value
        prepared = preprocess(view, field, value, export_format)
        return clean(prepared) if isinstance(prepared, str) else prepared

    def heading_of(view: SpreadsheetExportMixin, queryset: QuerySet, field: str) -> str:
        label = heading(view, queryset, field)
        return HEADINGS.get(label) or (label and gettext(label))

    def csv_of(view: SpreadsheetExportMixin, queryset: QuerySet) -> StreamingHttpResponse:
        headings = [view.get_heading(queryset, field) for field in view.list_export]
        items = (view.to_row_dict(item).items() for item in queryset)
        rows = ([view.preprocess_field_value(*value, view.FORMAT_CSV) for value in item] for item in items)
        return csv_response(view.get_filename(), headings, rows)

    SpreadsheetExportMixin.preprocess_field_value = value_of
    SpreadsheetExportMixin.get_heading = heading_of
    SpreadsheetExportMixin.write_csv_response = csv_of
