"""What the interviews add to the back office: addresses, grids, words of the audit log. Imported by the app’s hooks."""

from django.urls import URLPattern
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry

from caps_sheets.capitalisation.interviews.admin_urls import urls
from caps_sheets.capitalisation.interviews.views.grids import GridViewSet

#: action → (label, sentence)
LOGGED = {
    "grid_copied": ("Grille copiée", "Nouvelle version de la grille d’entretien"),
    "grid_made_current": ("Grille mise en service", "Version de la grille mise en service"),
    "interview_closed": ("Entretien clos", "Entretien clos"),
    "interview_reopened": ("Entretien rouvert", "Entretien rouvert"),
    "consent_recorded": ("Consentement enregistré", "Consentement enregistré"),
    "consent_withdrawn": ("Consentement retiré", "Consentement retiré : fichiers et réponses à supprimer"),
    "file_added": ("Fichier ajouté", "Fichier d’entretien ajouté"),
    "file_read": ("Fichier lu", "Fichier d’entretien lu"),
    "file_dated": ("Date de suppression", "Date de suppression du fichier changée"),
    "file_deleted": ("Fichier supprimé", "Fichier d’entretien supprimé"),
    "transcript_reviewed": ("Transcription relue", "Transcription relue"),
    "answers_coded": ("Analyse enregistrée", "Réponses d’entretien rattachées aux sections"),
    "answers_deleted": ("Réponses supprimées", "Réponses d’entretien supprimées"),
    "sheet_drafted": ("Brouillon généré", "Brouillon généré à partir des entretiens"),
}


@hooks.register("register_admin_urls")
def interview_urls() -> list[URLPattern]:
    return urls


@hooks.register("register_admin_viewset")
def register_grids() -> GridViewSet:
    return GridViewSet()


@hooks.register("register_log_actions")
def interview_log_actions(actions: LogActionRegistry) -> None:
    for name, (label, message) in LOGGED.items():
        actions.register_action(f"capitalisation.{name}", label, message)
