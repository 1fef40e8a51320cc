"""The case files in the back office: the board, the list, the page of each file, the figures, the framing grid."""

from typing import Any

from django.urls import URLPattern, path
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.admin.ui.tables import BooleanColumn, Column, TitleColumn
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permissions import ModelPermissionPolicy

from caps_sheets.capitalisation.case_files import admin_views, figure_views, list_views
from caps_sheets.capitalisation.case_files.list_views import DueColumn, case_url, days_label
from caps_sheets.capitalisation.case_files.permissions import FIGURES, VIEW, may_see
from caps_sheets.capitalisation.models import CaseFile, FramingCriterion
from portal.base.admin_views import LabelledColumn, RightViewSet
from portal.users.models import User


class BoardViewSet(RightViewSet):
    name = "case_board"
    url_prefix = "capitalisation"
    icon = "table"
    menu_label = admin_views.BOARD_TITLE
    menu_name = "tableau-dossiers"
    right = VIEW

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", admin_views.BoardView.as_view(), name="index")]


class CaseFilePolicy(ModelPermissionPolicy):
    """A file is opened from a census answer and never deleted; who may see it opens its page."""

    def user_has_permission(self, user: User, action: str) -> bool:
        return action not in {"add", "delete"} and super().user_has_permission(user, action)

    def user_has_permission_for_instance(self, user: User, action: str, instance: CaseFile) -> bool:
        return may_see(user, instance)


class CaseFileViewSet(ModelViewSet):
    """The list, and the page of each file with its forms: ``edit`` is also the page that it is read on."""

    model = CaseFile
    name = "case_files"
    url_prefix = "capitalisation"
    icon = "list-ul"
    menu_label = list_views.TITLE
    menu_name = "liste-dossiers"
    add_to_reference_index = False
    copy_view_enabled = False
    index_view_class = list_views.CaseIndexView
    index_template_name = "wagtailadmin/capitalisation/case_list.html"
    filterset_class = list_views.CaseFilterSet
    search_fields = ["answer__title", "answer__clsm__title", "answer__carrier_name", "notes"]
    search_backend_name = None
    ordering = "stage"
    list_per_page = 50
    list_display: list[Any] = [
        TitleColumn("answer", label="Action", accessor=str, get_url=case_url, sort_key="answer__title"),
        LabelledColumn("clsm_title", label="CLSM", sort_key="clsm_title"),
        LabelledColumn("stage", label="Étape", accessor="get_stage_display", sort_key="stage"),
        LabelledColumn("status", label="Situation", accessor="get_status_display", sort_key="status"),
        LabelledColumn("owner", label="Accompagnateur·rice", accessor=lambda case_file: case_file.owner or "—"),
        LabelledColumn("days", label="À cette étape", accessor=days_label, sort_key="stage_since"),
        DueColumn("due_on", label="Échéance", sort_key="due_on"),
    ]
    export_filename = "dossiers-de-capitalisation"
    export_headings = {
        "answer": "Action",
        "clsm_title": "CLSM",
        "get_stage_display": "Étape",
        "get_status_display": "Situation",
        "days_at_stage": "Jours à cette étape",
        "is_late": "En retard",
    }
    list_export = [
        "answer",
        "clsm_title",
        "get_stage_display",
        "get_status_display",
        "owner",
        "stage_since",
        "days_at_stage",
        "due_on",
        "is_late",
        "created_at",
    ]

    @property
    def permission_policy(self) -> CaseFilePolicy:
        return CaseFilePolicy(self.model)

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("dossiers/", self.index_view, name="index"),
            path("dossiers/resultats/", self.index_results_view, name="index_results"),
            path("actions/<int:answer_pk>/dossier/", admin_views.OpenCaseView.as_view(), name="open"),
            path("dossiers/<int:pk>/", admin_views.CaseView.as_view(), name="edit"),
            path("dossiers/<int:pk>/suivi/", admin_views.DetailsView.as_view(), name="details"),
            path("dossiers/<int:pk>/accompagnement/", admin_views.OwnerView.as_view(), name="owner"),
            path("dossiers/<int:pk>/cadrage/", admin_views.FramingView.as_view(), name="framing"),
            path("dossiers/<int:pk>/decisions/<slug:action>/", admin_views.MoveView.as_view(), name="move"),
        ]


class FiguresViewSet(RightViewSet):
    name = "case_figures"
    url_prefix = "capitalisation/pilotage"
    icon = "table"
    menu_label = figure_views.TITLE
    menu_name = "pilotage"
    right = FIGURES

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", figure_views.FiguresView.as_view(), name="index")]


class FramingCriterionViewSet(ModelViewSet):
    """A criterion is never deleted, since case files have answers to it: it is deactivated."""

    model = FramingCriterion
    name = "capitalisation_criteria"
    url_prefix = "capitalisation/criteres"
    icon = "list-ul"
    menu_label = "Critères de cadrage"
    copy_view_enabled = False
    add_to_reference_index = False
    list_display: list[Any] = [
        "label",
        BooleanColumn("is_blocking", label="bloquant"),
        Column("weight", label="poids", sort_key="weight"),
        Column("order", label="ordre", sort_key="order"),
        BooleanColumn("is_active", label="proposé"),
    ]
    list_filter = ["is_blocking", "is_active"]
    search_fields = ["label", "help"]
    panels = [
        FieldPanel("label"),
        FieldPanel("slug", help_text="Laissez-le tel quel ensuite : les chargements s’y réfèrent."),
        FieldPanel("help"),
        FieldRowPanel([FieldPanel("is_blocking"), FieldPanel("weight")]),
        FieldRowPanel([FieldPanel("order"), FieldPanel("is_active")]),
    ]
