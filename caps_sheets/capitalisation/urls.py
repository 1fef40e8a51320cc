"""The census on the public site: questionnaire, public cards, attached files; the appointments of a CLSM."""

from django.urls import path

from caps_sheets.capitalisation.census import correction_views, views
from caps_sheets.capitalisation.interviews.appointments import FILE_NAME
from caps_sheets.capitalisation.interviews.views import appointment

ACTIONS = "mon-clsm/<int:clsm_pk>/actions/"
ANSWER = f"{ACTIONS}<int:pk>/"

urlpatterns = [
    path(ACTIONS, views.answers, name="census_list"),
    path(f"{ACTIONS}nouvelle/", views.new, name="census_new"),
    path(ANSWER, views.read, name="census_answer"),
    path(f"{ANSWER}etape/<slug:key>/", views.CensusStepView.as_view(), name="census_step"),
    path(f"{ANSWER}enregistrer/", views.autosave, name="census_autosave"),
    path(f"{ANSWER}verification/", views.check, name="census_check"),
    path(f"{ANSWER}nouvelle-edition/", views.next_edition, name="census_next"),
    path(f"{ANSWER}reprendre/", correction_views.take_back, name="census_take_back"),
    path(f"{ANSWER}demander/", correction_views.ask_centre, name="census_ask"),
    path(f"{ANSWER}supprimer/", views.delete, name="census_delete"),
    path(f"mon-clsm/<int:clsm_pk>/entretiens/<int:pk>/{FILE_NAME}", appointment, name="space_appointment"),
    path("recensement/documents/<int:pk>/", views.document, name="census_document"),
    path("actions/<int:pk>-<slug:slug>/", views.card, name="census_card"),
]
