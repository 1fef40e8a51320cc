"""Addresses of the case files in the back office."""

from django.urls import path

from caps_sheets.capitalisation.case_views import case
from caps_sheets.capitalisation.case_views.board import BoardView
from caps_sheets.capitalisation.case_views.figures import FiguresView
from caps_sheets.capitalisation.case_views.listing import CaseListView
from caps_sheets.capitalisation.case_views.opening import OpenCaseView

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
    path(FILE, case.CaseView.as_view(), name="capitalisation_case"),
    path(f"{FILE}suivi/", case.DetailsView.as_view(), name="capitalisation_case_details"),
    path(f"{FILE}accompagnement/", case.OwnerView.as_view(), name="capitalisation_case_owner"),
    path(f"{FILE}cadrage/", case.FramingView.as_view(), name="capitalisation_case_framing"),
    path(f"{FILE}decisions/<slug:action>/", case.MoveView.as_view(), name="capitalisation_case_move"),
]
