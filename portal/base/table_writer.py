"""Writing of tables as CSV, Wagtail's exports included: readable by Excel in French, and never a formula."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils.timezone import is_aware, make_naive
from django.utils.translation import gettext
from wagtail.admin.views.mixins import SpreadsheetExportMixin

from portal.base.characters import clean

#: First characters that a spreadsheet takes for a formula, full-width forms included.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MARK = "\ufeff"
PRIVATE = "private, no-store"
#: Headings of the columns for which Wagtail has only a field name.
HEADINGS = {
    "workflow": "Circuit",
    "task": "Étape",
    "requested_by": "Demandé par",
    "started_at": "Commencée le",
    "finished_at": "Terminée le",
    "finished_by": "Terminée par",
}


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


def shape_exports() -> None:
    """Every list and report that Wagtail exports is written as the tables above."""
    preprocess, heading = SpreadsheetExportMixin.preprocess_field_value, SpreadsheetExportMixin.get_heading

    def value_of(view: SpreadsheetExportMixin, field: str, value: Any, export_format: str) -> Any:
        value = local(value) if isinstance(value, datetime) else value
        found = preprocess(view, field, value, export_format)
        return clean(found) if isinstance(found, str) else found

    def heading_of(view: SpreadsheetExportMixin, queryset: QuerySet, field: str) -> str:
        found = heading(view, queryset, field)
        return HEADINGS.get(found) or (found and gettext(found))

    def csv_of(view: SpreadsheetExportMixin, queryset: QuerySet) -> StreamingHttpResponse:
        headings = [view.get_heading(queryset, field) for field in view.list_export]
        items = (view.to_row_dict(item).items() for item in queryset)
        rows = ([view.preprocess_field_value(*each, view.FORMAT_CSV) for each in item] for item in items)
        return csv_response(view.get_filename(), headings, rows)

    SpreadsheetExportMixin.preprocess_field_value = value_of
    SpreadsheetExportMixin.get_heading = heading_of
    SpreadsheetExportMixin.write_csv_response = csv_of
