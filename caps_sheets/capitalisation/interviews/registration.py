"""What the interviews tell the rooms below at start: a clearance, a panel, an event, a section of the register."""

from typing import Any

from caps_sheets.capitalisation.case_files import queries
from caps_sheets.capitalisation.case_files.permissions import may_change
from caps_sheets.capitalisation.interviews.clearance import consent_errors
from caps_sheets.capitalisation.interviews.drafting import draft_blockers
from caps_sheets.capitalisation.models import CaseFile, Interview, Stage
from caps_sheets.models import clearance
from portal.moderation import notices
from portal.users.models import User


def register() -> None:
    clearance.register(consent_errors)
    notices.register(
        "consent_withdrawn",
        "Un consentement d’entretien est retiré",
        "l’accompagnateur·rice du dossier et le Centre",
    )
    queries.register(
        queries.CasePanel(
            "entretiens", "Entretiens", 30, "wagtailadmin/capitalisation/interviews/case_panel.html", read_case_panel
        )
    )


def read_case_panel(case_file: CaseFile, user: User) -> dict[str, Any] | None:
    """The interviews of the file from the collection on, and what keeps the draft from being made."""
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
