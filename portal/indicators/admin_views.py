"""The screen « Pilotage »: numbers, and the list behind each."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from caps_sheets.capitalisation.case_files.permissions import FIGURES, VIEW
from caps_sheets.capitalisation.census.permissions import SEES
from network.coordination.admin_views import RIGHT
from portal.base.admin_views import ObjectView
from portal.base.figures import HEADINGS
from portal.base.tables.writer import SheetColumn, csv_response, xlsx_response
from portal.indicators.counts import CountTable, Item, Numbers, items, listed, numbers
from portal.indicators.forms import ScopeForm
from portal.indicators.queries import find, tables

TITLE = "Pilotage"
PER_PAGE = 50


def periods(today: date) -> list[tuple[str, date]]:
    """Each offered period and its first day; all of them end today."""
    quarter = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    return [
        ("Ce mois-ci", today.replace(day=1)),
        ("Ce trimestre", quarter),
        ("Cette année", today.replace(month=1, day=1)),
    ]


class ScopedView(ObjectView):
    """A view whose address holds the filters."""

    right = VIEW
    header_icon = "table"
    form_class: type[ScopeForm] = ScopeForm

    def find(self) -> None:
        self.today = timezone.localdate()
        self.form = self.form_class(self.request.GET, user=self.user)
        self.is_valid = self.form.is_valid()

    def address(self, name: str, *args: str, **changes: str) -> str:
        """The URL with the filters in force and ``changes``; an empty one is left out."""
        query = {key: value for key, value in {**self.form.query(), **changes}.items() if value}
        return reverse(name, args=args) + (f"?{urlencode(query)}" if query else "")

    def shown(self, table: CountTable, counts: Numbers) -> dict[str, Any]:
        """Lines of cells: (heading, number, URL), the number None where it has no meaning."""
        return {
            "table": table,
            "lines": [
                (line.label, [self.cell(table, line.key, column, counts) for column in table.columns])
                for line in table.lines
            ],
            "is_empty": not any(number for key, number in counts.items() if key[0] == table.key),
        }

    def cell(self, table: CountTable, line: str, column: str, counts: Numbers) -> tuple[str, int | None, str]:
        number = counts.get((table.key, line, column))
        url = self.address("indicator_list", table.key, line, column) if number else ""
        return table.columns[column], number, url

    def said(self) -> list[tuple[str, str]]:
        """(filter, value in words) of those in force."""
        return [
            (str(field.label), str(dict(getattr(field, "choices", [])).get(value, value)))
            for name, value in self.form.query().items()
            for field in [self.form.fields[name]]
        ]


class IndicatorsView(ScopedView):
    """``?export=csv`` gives every number in one file, one a line."""

    page_title = TITLE
    template_name = "wagtailadmin/indicators/index.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.is_valid and request.GET.get("export") == "csv":
            return csv_response(f"pilotage-{self.today:%Y-%m-%d}", HEADINGS, self.exported())  # type: ignore[return-value]
        return super().get(request, *args, **kwargs)

    def exported(self) -> Iterator[tuple[Any, ...]]:
        filters = ", ".join(f"{label} : {value}" for label, value in self.said())
        for shown in self.tables():
            for label, cells in shown["lines"]:
                for heading, number, _ in cells:
                    yield shown["table"].title, label, heading, number, filters

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "form": self.form,
            "tables": self.tables() if self.is_valid else [],
            "periods": [
                (label, self.address("indicators", du=str(first), au=str(self.today)))
                for label, first in periods(self.today)
            ],
            "export_url": self.address("indicators", export="csv") if self.is_valid else "",
            "is_filtered": self.is_valid and self.form.query(),
            "today": self.today,
            "sees_figures": self.user.has_perm(FIGURES),
            "sees_census": self.user.has_perm(SEES),
            "sees_people": self.user.has_perm(RIGHT),
        }

    def tables(self) -> list[dict[str, Any]]:
        found = tables(self.form.scope(self.today))
        counts = numbers(found)
        return [self.shown(table, counts) for table in found]


class IndicatorListView(ScopedView):
    """The rows behind one number, also as CSV and XLSX."""

    template_name = "wagtailadmin/indicators/list.html"
    header_icon = "list-ul"

    def find(self) -> None:
        super().find()
        keys = (self.kwargs["table"], self.kwargs["line"], self.kwargs["column"])
        found = find(self.form.scope(self.today), *keys) if self.is_valid else None
        if found is None:
            raise Http404
        self.table, self.line = found
        self.rows = listed(self.line, keys[2])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        export = request.GET.get("export")
        name = "-".join(("pilotage", *self.kwargs.values(), f"{self.today:%Y-%m-%d}"))
        if export == "csv":
            return csv_response(name, EXPORTED, self.exported())  # type: ignore[return-value]
        if export == "xlsx":
            columns = [SheetColumn(heading, 40) for heading in EXPORTED]
            return xlsx_response(name, columns, self.exported(), self.about())  # type: ignore[return-value]
        return super().get(request, *args, **kwargs)

    def exported(self) -> Iterator[tuple[Any, ...]]:
        base = self.request.build_absolute_uri("/").rstrip("/")
        for item in items(self.line, self.rows):
            yield item.row.title, item.detail, day_of(item), f"{base}{item.url}"

    def about(self) -> dict[str, Any]:
        return {"Liste": self.get_page_title(), "Calculée le": self.today} | dict(self.said())

    def get_page_title(self) -> str:
        return f"{self.table.title} : {self.line.label}, {self.table.columns[self.kwargs['column']].lower()}"

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": self.address("indicators"), "label": TITLE}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page_obj = Paginator(self.rows, PER_PAGE).get_page(self.request.GET.get("p"))
        keys = tuple(self.kwargs.values())
        return {
            **super().get_context_data(**kwargs),
            "shown": self.line.shown,
            "items": items(self.line, page_obj),
            "page_obj": page_obj,
            "address": self.address("indicator_list", *keys),
            "exports": [(kind.upper(), self.address("indicator_list", *keys, export=kind)) for kind in ("csv", "xlsx")],
            "back_url": self.address("indicators"),
            "filters": self.said(),
        }


EXPORTED = ("Intitulé", "Précision", "Date", "Adresse")


def day_of(item: Item) -> date | None:
    """The day of a row, in Paris."""
    if item.row.on:
        return item.row.on
    return timezone.localdate(item.row.at) if item.row.at else None
