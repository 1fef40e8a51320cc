"""Addresses of the interviews inside the back office."""

from django.urls import path

from caps_sheets.capitalisation.interviews.views import answers, files, grids, meetings

CASE = "capitalisation/dossiers/<int:case_pk>/"
INTERVIEW = "capitalisation/entretiens/<int:pk>/"
FILE = "capitalisation/fichiers/<uuid:uuid>/"

urls = [
    *grids.urls,
    path(f"{CASE}entretiens/nouveau/", meetings.PlanView.as_view(), name="interview_plan"),
    path(f"{CASE}brouillon/", answers.DraftView.as_view(), name="interview_draft"),
    path(INTERVIEW, meetings.InterviewView.as_view(), name="interview"),
    path(f"{INTERVIEW}modifier/", meetings.EditView.as_view(), name="interview_edit"),
    path(f"{INTERVIEW}effacer/", meetings.DeleteView.as_view(), name="interview_delete"),
    path(f"{INTERVIEW}clore/", meetings.CloseView.as_view(), name="interview_close"),
    path(f"{INTERVIEW}rouvrir/", meetings.ReopenView.as_view(), name="interview_reopen"),
    path(f"{INTERVIEW}consentement/", meetings.ConsentView.as_view(), name="interview_consent"),
    path(f"{INTERVIEW}consentement/texte/", meetings.ConsentTextView.as_view(), name="interview_consent_text"),
    path(f"{INTERVIEW}consentement/retirer/", meetings.WithdrawView.as_view(), name="interview_withdraw"),
    path(f"{INTERVIEW}reponses/", answers.AnswersView.as_view(), name="interview_answers"),
    path(f"{INTERVIEW}analyse/", answers.AnalysisView.as_view(), name="interview_analysis"),
    path(f"{INTERVIEW}fichiers/ajouter/", files.AddFileView.as_view(), name="interview_add_file"),
    path(FILE, files.ReadFileView.as_view(), name="interview_file"),
    path(f"{FILE}date/", files.FileDateView.as_view(), name="interview_file_date"),
    path(f"{FILE}relue/", files.ReviewFileView.as_view(), name="interview_file_review"),
    path(f"{FILE}supprimer/", files.DeleteFileView.as_view(), name="interview_file_delete"),
    path(f"{FILE}lectures/", files.AccessesView.as_view(), name="interview_file_accesses"),
]
