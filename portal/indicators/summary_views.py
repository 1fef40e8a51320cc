"""The census over its editions, and the summary of one edition: a document to print, and its data."""

from typing import Any

from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from caps_sheets.capitalisation.census.permissions import SEES
from portal.base.figures import HEADINGS, Figure, FigureRow, export_rows
from portal.base.tables.writer import SheetColumn, csv_response, xlsx_response
from portal.indicators.admin_views import ScopedView
from portal.indicators.census_tables import sent_answers, years
from portal.indicators.counts import CountTable, Numbers, numbers
from portal.indicators.forms import RegionForm
from portal.indicators.summary_tables import summary_tables

TRENDS_TITLE = "Le recensement au fil des éditions"
#: The editions that are compared side by side, the latest ones.
COMPARED = 6
#: Table and line → what a trend is named.
TRENDS = {
    ("bilan-ensemble", "actions"): "Actions envoyées",
    ("bilan-ensemble", "clsm"): "CLSM qui ont répondu",
    ("bilan-state", "capitalisee"): "Actions devenues des fiches",
}
SIDE_BY_SIDE = ("bilan-region", "bilan-theme")


class CensusFiguresView(ScopedView):
    right = SEES
    form_class = RegionForm
    header_icon = "date"

    def find(self) -> None:
        super().find()
        self.editions = list(years())

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": reverse("indicators"), "label": "Pilotage"}]

    def read(self, editions: list[int]) -> tuple[dict[str, CountTable], Numbers]:
        """The tables by key and their numbers; none for a wrong filter."""
        if not self.is_valid or not editions:
            return {}, {}
        found = {table.key: table for table in summary_tables(self.form.scope(self.today), editions)}
        return found, numbers(found.values())

    def list_url(self, table: str, line: str, year: int) -> str:
        return self.address("indicator_list", table, line, str(year))


class CensusTrendsView(CensusFiguresView):
    page_title = TRENDS_TITLE
    template_name = "wagtailadmin/indicators/trends.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        compared = sorted(self.editions[:COMPARED])
        found, counts = self.read(compared)
        return {
            **super().get_context_data(**kwargs),
            "form": self.form,
            "is_filtered": self.is_valid and self.form.query(),
            "summaries": [(year, self.address("census_summary", str(year))) for year in self.editions],
            "figures": [self.trend(*key, title, compared, counts) for key, title in TRENDS.items() if found],
            "tables": [self.filled(found[key], counts) for key in SIDE_BY_SIDE if found],
        }

    def filled(self, table: CountTable, counts: Numbers) -> dict[str, Any]:
        """The lines that have an action in some edition."""
        shown = self.shown(table, counts)
        return shown | {"lines": [(label, cells) for label, cells in shown["lines"] if any(cell[1] for cell in cells)]}

    def trend(self, table: str, line: str, title: str, editions: list[int], counts: Numbers) -> Figure:
        rows = []
        for year in editions:
            number = counts[table, line, str(year)]
            rows.append(FigureRow(str(year), (number,), url=self.list_url(table, line, year) if number else ""))
        return Figure(f"{table}-{line}", title, "", "Édition", ("Nombre",), rows)


class CensusSummaryView(CensusFiguresView):
    """``?export=csv`` or ``xlsx``: one number a line."""

    template_name = "wagtailadmin/indicators/summary.html"

    def find(self) -> None:
        super().find()
        self.year = self.kwargs["year"]
        if self.year not in self.editions:
            raise Http404
        earlier = [year for year in self.editions if year < self.year]
        self.compared = [self.year, *earlier[:1]]

    def get_page_title(self) -> str:
        return f"Bilan du recensement {self.year}"

    def crumbs(self) -> list[dict[str, Any]]:
        return [*super().crumbs(), {"url": self.address("census_trends"), "label": TRENDS_TITLE}]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        export = request.GET.get("export") if self.is_valid else None
        name = "-".join(("bilan-recensement", str(self.year), *self.form.query().values())) if export else ""
        if export == "csv":
            return csv_response(name, HEADINGS, export_rows(self.figures()))  # type: ignore[return-value]
        if export == "xlsx":
            columns = [SheetColumn(heading, 32) for heading in HEADINGS]
            about = {"Document": self.get_page_title(), "Calculé le": self.today} | dict(self.said())
            return xlsx_response(name, columns, export_rows(self.figures()), about)  # type: ignore[return-value]
        return super().get(request, *args, **kwargs)

    def figures(self) -> list[Figure]:
        """What has at least one answer, the edition first, then the one before."""
        found, self.counts = self.read(self.compared)
        figures = [
            Figure(table.key, table.title, table.about, table.label, tuple(map(str, self.compared)), self.rows(table))
            for table in found.values()
        ]
        return [figure for figure in figures if figure.rows]

    def rows(self, table: CountTable) -> list[FigureRow]:
        rows = []
        for line in table.lines:
            values = tuple(self.counts[table.key, line.key, str(year)] for year in self.compared)
            if any(values):
                url = self.list_url(table.key, line.key, self.year) if values[0] else ""
                rows.append(FigureRow(line.label, values, url=url))
        return rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {**super().get_context_data(**kwargs), "form": self.form, "year": self.year, "today": self.today}
        if not self.is_valid:
            return context
        figures = self.figures()
        sent = sent_answers(self.form.scope(self.today)).filter(edition=self.year)
        return {
            **context,
            "figures": figures,
            "actions": self.counts["bilan-ensemble", "actions", str(self.year)],
            "clsms": self.counts["bilan-ensemble", "clsm", str(self.year)],
            "telling": self.counts["bilan-ensemble", "touchees", str(self.year)],
            "reached": sent.aggregate(total=Sum("reach"))["total"],
            "region": dict(self.said()).get("Région", ""),
            "exports": [
                (kind.upper(), self.address("census_summary", str(self.year), export=kind)) for kind in ("csv", "xlsx")
            ],
        }
