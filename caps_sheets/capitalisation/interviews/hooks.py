"""What interviews register: URLs, log entries, a clearance check, a panel, a section of a CLSM’s space, notices."""

from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry

from caps_sheets.capitalisation.case_files.permissions import VIEW, may_change, visible_to
from caps_sheets.capitalisation.case_files.queries import CasePanel
from caps_sheets.capitalisation.interviews import (
    admin_views,
    answer_views,
    file_views,
    passage_views,
    transcript_views,
    viewsets,
)
from caps_sheets.capitalisation.interviews.appointments import FILE_NAME, upcoming
from caps_sheets.capitalisation.interviews.consents import consent_errors
from caps_sheets.capitalisation.interviews.draft import draft_blockers
from caps_sheets.capitalisation.interviews.notifications import interview_events
from caps_sheets.capitalisation.models import CaseFile, Interview, Stage
from network.models import ClsmPage
from network.space_sections import Section
from portal.base.work_lists import WorkList, WorkRow, described
from portal.users.models import User

CASE = "capitalisation/dossiers/<int:case_pk>/"

INTERVIEW = "capitalisation/entretiens/<int:pk>/"

FILE = "capitalisation/fichiers/<uuid:uuid>/"

urls = [
    *viewsets.urls,
    path(f"{CASE}entretiens/nouveau/", admin_views.PlanView.as_view(), name="interview_plan"),
    path(f"{CASE}brouillon/", answer_views.DraftView.as_view(), name="interview_draft"),
    path(INTERVIEW, admin_views.InterviewView.as_view(), name="interview"),
    path(f"{INTERVIEW}{FILE_NAME}", admin_views.CalendarView.as_view(), name="interview_calendar"),
    path(f"{INTERVIEW}modifier/", admin_views.EditView.as_view(), name="interview_edit"),
    path(f"{INTERVIEW}effacer/", admin_views.DeleteView.as_view(), name="interview_delete"),
    path(f"{INTERVIEW}clore/", admin_views.CloseView.as_view(), name="interview_close"),
    path(f"{INTERVIEW}rouvrir/", admin_views.ReopenView.as_view(), name="interview_reopen"),
    path(f"{INTERVIEW}consentement/", admin_views.ConsentView.as_view(), name="interview_consent"),
    path(f"{INTERVIEW}consentement/texte/", admin_views.ConsentTextView.as_view(), name="interview_consent_text"),
    path(f"{INTERVIEW}consentement/retirer/", admin_views.WithdrawConsentView.as_view(), name="interview_withdraw"),
    path(f"{INTERVIEW}reponses/", answer_views.AnswersView.as_view(), name="interview_answers"),
    path(f"{INTERVIEW}analyse/", answer_views.AnalysisView.as_view(), name="interview_analysis"),
    path(f"{INTERVIEW}fichiers/ajouter/", file_views.AddFileView.as_view(), name="interview_add_file"),
    path(f"{INTERVIEW}transcription/", transcript_views.NewTranscriptView.as_view(), name="interview_transcript"),
    path(
        f"{INTERVIEW}passages/<int:passage_pk>/retirer/",
        passage_views.RemovePassageView.as_view(),
        name="interview_passage_remove",
    ),
    path(FILE, file_views.ReadFileView.as_view(), name="interview_file"),
    path(f"{FILE}date/", file_views.FileDateView.as_view(), name="interview_file_date"),
    path(f"{FILE}relue/", file_views.ReviewFileView.as_view(), name="interview_file_review"),
    path(f"{FILE}transcription/", transcript_views.FileTranscriptView.as_view(), name="interview_file_transcript"),
    path(f"{FILE}passages/", passage_views.PassagesView.as_view(), name="interview_file_passages"),
    path(f"{FILE}supprimer/", file_views.DeleteFileView.as_view(), name="interview_file_delete"),
    path(f"{FILE}lectures/", file_views.AccessesView.as_view(), name="interview_file_accesses"),
]

#: action → (label, sentence)
LOGGED = {
    "grid_copied": ("Grille copiée", "Nouvelle version de la grille d’entretien"),
    "grid_made_current": ("Grille mise en service", "Version de la grille mise en service"),
    "interview_closed": ("Entretien clos", "Entretien clos"),
    "interview_reopened": ("Entretien rouvert", "Entretien rouvert"),
    "consent_recorded": ("Consentement enregistré", "Consentement enregistré"),
    "consent_withdrawn": ("Consentement retiré", "Consentement retiré : fichiers et réponses à supprimer"),
    "file_added": ("Fichier ajouté", "Fichier d’entretien ajouté"),
    "file_read": ("Fichier lu", "Fichier d’entretien lu"),
    "file_dated": ("Date de suppression", "Date de suppression du fichier changée"),
    "file_deleted": ("Fichier supprimé", "Fichier d’entretien supprimé"),
    "transcript_reviewed": ("Transcription relue", "Transcription relue"),
    "transcript_corrected": ("Transcription corrigée", "Transcription d’entretien corrigée"),
    "passage_kept": ("Passage gardé", "Passage de transcription gardé pour la fiche"),
    "passage_removed": ("Passage retiré", "Passage de transcription retiré de l’analyse"),
    "answers_coded": ("Analyse enregistrée", "Réponses d’entretien rattachées aux sections"),
    "answers_deleted": ("Réponses supprimées", "Réponses d’entretien supprimées"),
    "sheet_drafted": ("Brouillon généré", "Brouillon généré à partir des entretiens"),
}


@hooks.register("register_admin_urls")
def interview_urls() -> list[URLPattern]:
    return urls


@hooks.register("register_log_actions")
def interview_log_actions(actions: LogActionRegistry) -> None:
    for name, (label, message) in LOGGED.items():
        actions.register_action(f"capitalisation.{name}", label, message)


hooks.register("notice_events", interview_events)
hooks.register("sheet_clearance_checks", consent_errors)


def read_appointments(clsm: ClsmPage, user: User) -> dict[str, Any] | None:
    """The interviews to come; None without any. One query."""
    appointments = upcoming(clsm.pk)
    return {"appointments": appointments} if appointments else None


@hooks.register("clsm_space_sections")
def appointments_section() -> Section:
    template = "components/interviews/space_section.html"
    return Section("entretiens", "Entretiens prévus", 35, template, read_appointments)


@hooks.register("case_file_panels")
def interviews_panel() -> CasePanel:
    template = "wagtailadmin/capitalisation/interviews/case_panel.html"
    return CasePanel("entretiens", "Entretiens", 30, template, read_case_panel)


def read_case_panel(case_file: CaseFile, user: User) -> dict[str, Any] | None:
    """The interviews of the file from the collection stage on, and what prevents the draft."""
    interviews = list(Interview.objects.filter(case_file=case_file).select_related("interviewer", "consent", "grid"))
    if not interviews and case_file.stage < Stage.COLLECTION:
        return None
    is_analysed = case_file.stage >= Stage.ANALYSIS
    return {
        "interviews": interviews,
        "may_change": may_change(user, case_file),
        "draft_blockers": draft_blockers(case_file) if is_analysed and not case_file.sheet_id else [],
        "is_analysed": is_analysed,
    }


def coming_interviews(user: User) -> QuerySet[Interview] | None:
    """Those that ``user`` leads, or that are in their case files, from today on."""
    if not user.has_perm(VIEW):
        return None
    theirs = Q(interviewer=user.pk) | Q(case_file__owner=user.pk)
    coming = Interview.objects.filter(
        theirs, case_file__in=visible_to(user), met_on__gte=timezone.localdate(), closed_at=None
    )
    title, people = F("case_file__answer__title"), F("interviewee_role")
    return described(coming, title=title, detail=people, on="met_on", first=["met_on", "pk"])


def _interview_url(row: WorkRow) -> str:
    return reverse("interview", args=[row.pk])


@hooks.register("work_lists")
def interview_lists() -> list[WorkList]:
    return [WorkList("entretiens", "Entretiens à venir", 55, coming_interviews, _interview_url)]
