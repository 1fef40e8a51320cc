"""The census on the public site: the questionnaire of the coordinators, the public cards, the joined files."""

from django.urls import path

from caps_sheets.capitalisation.census import cards, space_views, step_views

ACTIONS = "mon-clsm/<int:clsm_pk>/actions/"
ANSWER = f"{ACTIONS}<int:pk>/"

urlpatterns = [
    path(ACTIONS, space_views.answers, name="census_list"),
    path(f"{ACTIONS}nouvelle/", space_views.new, name="census_new"),
    path(ANSWER, space_views.read, name="census_answer"),
    path(f"{ANSWER}etape/<slug:key>/", step_views.step, name="census_step"),
    path(f"{ANSWER}enregistrer/", step_views.autosave, name="census_autosave"),
    path(f"{ANSWER}verification/", step_views.check, name="census_check"),
    path(f"{ANSWER}nouvelle-edition/", space_views.next_edition, name="census_next"),
    path(f"{ANSWER}supprimer/", space_views.delete, name="census_delete"),
    path("recensement/documents/<int:pk>/", space_views.document, name="census_document"),
    path("actions/<int:pk>-<slug:slug>/", cards.card, name="census_card"),
]
