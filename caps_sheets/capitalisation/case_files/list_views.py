"""The list of case files: filters, search, sorting, CSV."""

from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django_filters import ChoiceFilter, ModelChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.widgets.button import Button
from wagtail.permission_policies import ModelPermissionPolicy

from caps_sheets.capitalisation.case_files.admin_views import BOARD_TITLE
from caps_sheets.capitalisation.case_files.permissions import possible_owners, visible_to
from caps_sheets.capitalisation.case_files.queries import days_at_stage, late_days, late_on
from caps_sheets.capitalisation.models import CaseFile, CaseStatus, Stage
from portal.base.plurals import counted
from portal.base.table_writer import csv_response
from portal.users.models import User

TITLE = "Liste des dossiers"
LATE, ON_TIME = "oui", "non"
HEADINGS = (
    "Action",
    "CLSM",
    "Étape",
    "Situation",
    "Accompagnateur·rice",
    "À cette étape depuis le",
    "Jours à cette étape",
    "Échéance",
    "En retard",
    "Ouvert le",
)


def everybody(request: Any) -> QuerySet[User]:
    return possible_owners()


class CaseFilterSet(WagtailFilterSet):
    stage = ChoiceFilter(label="Étape", choices=Stage.choices)
    status = ChoiceFilter(label="Situation", choices=CaseStatus.choices)
    owner = ModelChoiceFilter(label="Accompagnateur·rice", queryset=everybody, null_label="personne", null_value="null")
    retard = ChoiceFilter(
        label="Échéance", choices=[(LATE, "dépassée"), (ON_TIME, "pas dépassée")], method="by_due_date"
    )

    class Meta:
        model = CaseFile
        fields: list[str] = []

    def by_due_date(self, files: QuerySet, name: str, value: str) -> QuerySet:
        late = late_on(timezone.localdate())
        return files.filter(late) if value == LATE else files.exclude(late)


def days_label(case_file: CaseFile) -> str:
    return counted(days_at_stage(case_file), "jour")


class LabelledColumn(Column):
    """On a narrow screen the rows are stacked: each cell then shows the label of its column."""

    cell_template_name = "wagtailadmin/capitalisation/labelled_cell.html"


class DueColumn(Column):
    cell_template_name = "wagtailadmin/capitalisation/due_cell.html"

    def get_cell_context_data(self, instance: CaseFile, parent_context: dict[str, Any]) -> dict[str, Any]:
        context = super().get_cell_context_data(instance, parent_context)
        return {**context, "due_on": instance.due_on, "late_days": late_days(instance)}


class CaseListView(IndexView):
    """Only the files that the user may see; the CSV holds the same ones."""

    model = CaseFile
    template_name = "wagtailadmin/capitalisation/case_list.html"
    permission_policy = ModelPermissionPolicy(CaseFile)
    page_title = TITLE
    header_icon = "list-ul"
    index_url_name = "capitalisation_cases"
    index_results_url_name = "capitalisation_cases_results"
    filterset_class = CaseFilterSet
    search_fields = ["answer__title", "answer__clsm__title", "answer__carrier_name", "notes"]
    search_backend_name = None
    default_ordering = "stage"
    paginate_by = 50
    no_results_message = "Aucun dossier à montrer."
    columns = [
        TitleColumn(
            "answer",
            label="Action",
            accessor=lambda case_file: str(case_file.answer),
            get_url=lambda case_file: reverse("capitalisation_case", args=[case_file.pk]),
            sort_key="answer__title",
        ),
        LabelledColumn("clsm_title", label="CLSM", sort_key="clsm_title"),
        LabelledColumn("stage", label="Étape", accessor="get_stage_display", sort_key="stage"),
        LabelledColumn("status", label="Situation", accessor="get_status_display", sort_key="status"),
        LabelledColumn("owner", label="Accompagnateur·rice", accessor=lambda case_file: case_file.owner or "—"),
        LabelledColumn("days", label="À cette étape", accessor=days_label, sort_key="stage_since"),
        DueColumn("due_on", label="Échéance", sort_key="due_on"),
    ]

    def get_base_queryset(self) -> QuerySet[CaseFile]:
        files = visible_to(self.request.user).select_related("answer", "owner")
        return files.annotate(clsm_title=F("answer__clsm__title"))

    def order_queryset(self, queryset: QuerySet[CaseFile]) -> QuerySet[CaseFile]:
        return super().order_queryset(queryset).order_by(self.ordering, F("due_on").asc(nulls_last=True), "pk")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        board = {"url": reverse("capitalisation_board"), "label": BOARD_TITLE}
        return [*self.breadcrumbs_items, board, {"url": "", "label": TITLE}]

    @cached_property
    def show_export_buttons(self) -> bool:
        return False

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        return [Button("Télécharger CSV", url=self.csv_export_url, icon_name="download")]

    def as_spreadsheet(self, queryset: QuerySet[CaseFile], spreadsheet_format: str) -> HttpResponseBase:
        name = f"dossiers-de-capitalisation-{timezone.localdate():%Y-%m-%d}"
        return csv_response(name, HEADINGS, (_row(case_file) for case_file in queryset))


def _row(case_file: CaseFile) -> list[Any]:
    return [
        str(case_file.answer),
        case_file.clsm_title,  # type: ignore[attr-defined]
        case_file.get_stage_display(),
        case_file.get_status_display(),
        str(case_file.owner or ""),
        timezone.localdate(case_file.stage_since),
        days_at_stage(case_file),
        case_file.due_on,
        "oui" if late_days(case_file) else "non",
        timezone.localdate(case_file.created_at),
    ]
