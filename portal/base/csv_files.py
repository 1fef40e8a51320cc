"""Tables as CSV: readable by Excel in French, and never a formula; those of Wagtail too."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django.http import StreamingHttpResponse
from wagtail.admin.views.mixins import SpreadsheetExportMixin

from portal.base.characters import clean

#: What a spreadsheet may take for a formula, full-width forms included.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MARK = "\ufeff"
PRIVATE = "private, no-store"


class _Line:
    """What csv.writer writes to: it hands each line back."""

    def write(self, line: str) -> str:
        return line


def cell(value: Any) -> str:
    """``value`` as text, empty for None; an apostrophe keeps a spreadsheet from running what looks like a formula."""
    if value is None:
        return ""
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return str(value).replace(".", ",")
    if isinstance(value, date):
        return value.isoformat()
    return safe_text(str(value))


def safe_text(text: str) -> str:
    """``text`` without what a spreadsheet cannot hold, and which it will not run."""
    text = clean(text)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def csv_lines(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """UTF-8 with its mark and semicolons, as Excel opens them in French; the first line holds the headings."""
    writer = csv.writer(_Line(), delimiter=";", lineterminator="\r\n")
    yield MARK + writer.writerow([cell(heading) for heading in headings])
    for row in rows:
        yield writer.writerow([cell(value) for value in row])


def csv_response(
    name: str, headings: Sequence[str], rows: Iterable[Sequence[Any]], cache_control: str = PRIVATE
) -> StreamingHttpResponse:
    """The table sent line by line under the file name ``name``.csv; ``cache_control`` is empty for a public one."""
    response = StreamingHttpResponse(csv_lines(headings, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    if cache_control:
        response["Cache-Control"] = cache_control
    return response


def defend_exports() -> None:
    """Every list and report that Wagtail exports, its own included, writes its cells by the rules of ``safe_text``."""
    preprocess = SpreadsheetExportMixin.preprocess_field_value

    def safe_value(view: SpreadsheetExportMixin, field: str, value: Any, export_format: str) -> Any:
        found = preprocess(view, field, value, export_format)
        if not isinstance(found, str):
            return found
        return safe_text(found) if export_format == view.FORMAT_CSV else clean(found)

    SpreadsheetExportMixin.preprocess_field_value = safe_value
