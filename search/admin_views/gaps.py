"""The report « Manques »: combinations that no sheet covers yet."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.timezone import localdate
from django.views.generic import TemplateView
from wagtail.admin.auth import permission_denied
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button

from portal.base.tables.writer import Cell, SheetColumn, csv_response, one_line_rows, xlsx_response
from search.gaps import AXES, Axis, Gaps, gaps, vocabulary

TITLE = "Manques"
RIGHT = "portal_search.view_gaps"
ROWS, COLUMNS = "theme", "public"
FORMATS = ("xlsx", "csv")


class GapsView(WagtailAdminTemplateMixin, TemplateView):
    """``?lignes=theme&colonnes=region&public=jeunes``: two axes form the table, the third one may filter it.

    ``export=csv`` or ``xlsx`` gives the same table as a file. Unknown values are ignored.
    """

    page_title = TITLE
    header_icon = "table"
    template_name = "wagtailadmin/search/gaps.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(RIGHT):
            return permission_denied(request)
        self.rows, self.columns = asked_axes(request.GET.get("lignes", ""), request.GET.get("colonnes", ""))
        self.third = next(axis for axis in AXES.values() if axis not in (self.rows, self.columns))
        self.choices = [(value, label) for value, label, _ in vocabulary(self.third.name)]
        asked = request.GET.get(self.third.name, "")
        self.kept = asked if asked in dict(self.choices) else ""
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        table = gaps(self.rows, self.columns, {self.third.name: self.kept} if self.kept else {})
        kind = request.GET.get("export", "")
        if kind in FORMATS:
            return export(kind, table, dict(self.choices).get(self.kept, ""))  # type: ignore[return-value]
        return self.render_to_response(self.get_context_data(table=table))

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": TITLE}]

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        params = self.request.GET.copy()
        buttons = []
        for kind in FORMATS:
            params["export"] = kind
            url = f"{self.request.path}?{params.urlencode()}"
            buttons.append(Button(f"Télécharger {kind.upper()}", url=url, icon_name="download"))
        return buttons

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        table: Gaps = kwargs["table"]
        return {
            **super().get_context_data(**kwargs),
            "axes": list(AXES.values()),
            "third": self.third,
            "choices": self.choices,
            "kept": self.kept,
            "lines": [(line, list(table.cells_of(line))) for line in table.row_lines],
            "unplaced": [(table.without[axis.name], axis.missing) for axis in (table.rows, table.columns)],
            "action": reverse("search_gaps"),
        }


def asked_axes(rows: str, columns: str) -> tuple[Axis, Axis]:
    """Two different axes: the requested ones if they exist."""
    row = AXES.get(rows, AXES[ROWS] if columns != ROWS else AXES[COLUMNS])
    column = AXES.get(columns)
    if column is None or column == row:
        column = next(axis for axis in (AXES[COLUMNS], AXES[ROWS]) if axis != row)
    return row, column


def export(kind: str, table: Gaps, kept: str) -> HttpResponseBase:
    """The same table as a file, whose name gives the axes."""
    name = f"manques-{table.rows.name}-{table.columns.name}-{localdate():%Y-%m-%d}"
    columns = [
        SheetColumn(table.rows.label, 40),
        *(SheetColumn(line.label, 14) for line in table.column_lines),
        SheetColumn("Fiches"),
    ]
    if kind == "csv":
        return csv_response(
            name, [column.heading for column in columns], one_line_rows(export_rows(table)), cache_control=""
        )
    about: dict[str, Cell] = {
        "Tableau": f"{table.rows.plural} × {table.columns.plural}" + (f", {kept} seulement" if kept else ""),
        "Extrait le": localdate(),
        "Fiches publiées": table.total,
        "Croisements sans fiche": table.empty,
        **{f"Fiches {axis.missing}": table.without[axis.name] for axis in (table.rows, table.columns)},
        "Lecture": "Une fiche compte une fois dans chaque croisement et une seule fois dans chaque total.",
    }
    return xlsx_response(name, columns, export_rows(table), about)


def export_rows(table: Gaps) -> Iterator[list[Cell]]:
    for line in table.row_lines:
        yield [line.label, *(cell.sheets for cell in table.cells_of(line)), line.sheets]
    yield ["Fiches", *(line.sheets for line in table.column_lines), table.total]


urls = [path("recherche/manques/", GapsView.as_view(), name="search_gaps")]
