"""What case files register in other apps: a clearance check, notices, signal receivers, a panel.

The clearance check requires that the case file is active, that it reached the writing stage and that its grid is
valid. The consent of the people interviewed is checked by ``interviews``, the agreement of the CLSM by
``proofreading``, and the review grid by ``review``.
"""

from wagtail.models import Revision

from caps_sheets.capitalisation.case_files import signal_handlers
from caps_sheets.capitalisation.case_files.notifications import register_events
from caps_sheets.capitalisation.models import CaseFile, CaseStatus, Stage
from caps_sheets.models import CapsSheetPage, clearance


def case_file_errors(sheet: CapsSheetPage, revision: Revision) -> list[str]:
    case_file = CaseFile.objects.filter(sheet=sheet.pk).first()
    if case_file is None:
        return []
    errors = []
    if case_file.status != CaseStatus.ACTIVE:
        errors.append(f"Le dossier de capitalisation est {case_file.get_status_display()} : reprenez-le d’abord.")
    if case_file.stage < Stage.WRITING:
        errors.append(
            f"Le dossier de capitalisation est à l’étape « {case_file.get_stage_display()} », avant la rédaction."
        )
    # A criterion added since the action was retained is unanswered: it does not undo that decision.
    unmet = case_file.framing_answers.filter(criterion__is_active=True, criterion__is_blocking=True, is_met=False)
    return errors + [f"Le critère bloquant « {each.criterion} » n’est pas rempli." for each in unmet]


def register() -> None:
    register_events()
    clearance.register(case_file_errors)
    signal_handlers.connect()
