"""The list of case files: filters, search, sorting, export."""

from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone
from django_filters import ChoiceFilter, ModelChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import IndexView

from caps_sheets.capitalisation.case_files.permissions import possible_owners, visible_to
from caps_sheets.capitalisation.case_files.queries import late_on
from caps_sheets.capitalisation.models import CaseFile, CaseStatus, Stage
from portal.base.plurals import counted
from portal.users.models import User

TITLE = "Liste des dossiers"
LATE, ON_TIME = "oui", "non"


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


def case_url(case_file: CaseFile) -> str:
    return reverse("case_files:edit", args=[case_file.pk])


def days_label(case_file: CaseFile) -> str:
    return counted(case_file.days_at_stage(), "jour")


class DueColumn(Column):
    cell_template_name = "wagtailadmin/capitalisation/due_cell.html"

    def get_cell_context_data(self, instance: CaseFile, parent_context: dict[str, Any]) -> dict[str, Any]:
        context = super().get_cell_context_data(instance, parent_context)
        return {**context, "due_on": instance.due_on, "late_days": instance.late_days()}


class CaseIndexView(IndexView):
    """Only the files that the user may see; an export holds the same ones."""

    page_title = TITLE
    no_results_message = "Aucun dossier à montrer."
    #: A spreadsheet gets the day only.
    custom_field_preprocess = dict.fromkeys(
        ("stage_since", "created_at"), dict.fromkeys(IndexView.FORMATS, datetime.date)
    )

    def get_base_queryset(self) -> QuerySet[CaseFile]:
        files = visible_to(self.request.user).select_related("answer", "owner")
        return files.annotate(clsm_title=F("answer__clsm__title"))

    def order_queryset(self, queryset: QuerySet[CaseFile]) -> QuerySet[CaseFile]:
        return super().order_queryset(queryset).order_by(self.ordering, F("due_on").asc(nulls_last=True), "pk")
