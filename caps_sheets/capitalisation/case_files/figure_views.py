"""The report « Pilotage »: tables with bars, also as CSV."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.admin.widgets.button import Button

from caps_sheets.capitalisation.case_files.admin_views import CaseFilesView
from caps_sheets.capitalisation.case_files.figures import all_figures
from caps_sheets.capitalisation.case_files.permissions import FIGURES
from portal.base.figures import HEADINGS, export_rows
from portal.base.tables.writer import csv_response

TITLE = "Délais et couverture"


class FiguresView(CaseFilesView):
    """``?export=csv`` gives every table in one file, one number a line."""

    right = FIGURES
    page_title = TITLE
    header_icon = "table"
    template_name = "wagtailadmin/capitalisation/figures.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        figures = all_figures()
        if request.GET.get("export") == "csv":
            return csv_response(f"pilotage-{timezone.localdate():%Y-%m-%d}", HEADINGS, export_rows(figures))  # type: ignore[return-value]
        return self.render_to_response(self.get_context_data(figures=figures))

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        return [Button("Télécharger CSV", url=f"{self.request.path}?export=csv", icon_name="download")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "today": timezone.localdate()}
