"""The audit log entries of case files."""

from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import ModelLogEntry, PageLogEntry

CASE_OPENED = "capitalisation.case_opened"
MOVED = "capitalisation.case_moved"
CHANGED = "capitalisation.case_changed"
ENTRUSTED = "capitalisation.case_entrusted"
SHEET_ENTRUSTED = "capitalisation.sheet_entrusted"
FRAMED = "capitalisation.case_framed"


def register(actions: LogActionRegistry) -> None:
    actions.register_action(CASE_OPENED, "Dossier ouvert", "Le dossier de capitalisation est ouvert")
    actions.register_action(CHANGED, "Suivi du dossier modifié", "Le suivi du dossier est modifié")
    actions.register_action(FRAMED, "Grille de cadrage remplie", "La grille de cadrage est enregistrée")

    @actions.register_action(MOVED)
    class MoveFormatter(LogFormatter):
        label = "Décision sur un dossier"

        def format_message(self, log_entry: ModelLogEntry) -> str:
            reason = log_entry.data.get("reason")
            return f"Dossier : {log_entry.data.get('decision')}" + (f". Motif : {reason}" if reason else "")

    @actions.register_action(ENTRUSTED)
    class EntrustFormatter(LogFormatter):
        label = "Dossier confié"

        def format_message(self, log_entry: ModelLogEntry) -> str:
            return f"Dossier confié à {log_entry.data.get('owner')}"

    @actions.register_action(SHEET_ENTRUSTED)
    class SheetFormatter(LogFormatter):
        label = "Fiche confiée avec son dossier"

        def format_message(self, log_entry: PageLogEntry) -> str:
            return f"Fiche confiée à {log_entry.data.get('owner')}, avec son dossier"
