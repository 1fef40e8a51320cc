"""The URLs of the case files in the back office."""

from django.urls import path

from caps_sheets.capitalisation.case_files import admin_views
from caps_sheets.capitalisation.case_files.admin_views import BoardView, OpenCaseView
from caps_sheets.capitalisation.case_files.figure_views import FiguresView
from caps_sheets.capitalisation.case_files.list_views import CaseListView

FILE = "capitalisation/dossiers/<int:pk>/"

urls = [
    path("capitalisation/", BoardView.as_view(), name="capitalisation_board"),
    path("capitalisation/dossiers/", CaseListView.as_view(), name="capitalisation_cases"),
    path(
        "capitalisation/dossiers/resultats/",
        CaseListView.as_view(results_only=True),
        name="capitalisation_cases_results",
    ),
    path("capitalisation/pilotage/", FiguresView.as_view(), name="capitalisation_figures"),
    path("capitalisation/actions/<int:answer_pk>/dossier/", OpenCaseView.as_view(), name="capitalisation_open_case"),
    path(FILE, admin_views.CaseView.as_view(), name="capitalisation_case"),
    path(f"{FILE}suivi/", admin_views.DetailsView.as_view(), name="capitalisation_case_details"),
    path(f"{FILE}accompagnement/", admin_views.OwnerView.as_view(), name="capitalisation_case_owner"),
    path(f"{FILE}cadrage/", admin_views.FramingView.as_view(), name="capitalisation_case_framing"),
    path(f"{FILE}decisions/<slug:action>/", admin_views.MoveView.as_view(), name="capitalisation_case_move"),
]
