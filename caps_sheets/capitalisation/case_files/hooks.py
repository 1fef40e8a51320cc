"""What case files register in other apps: a clearance check, notices, log entries.

The clearance check requires that the case file is active, that it reached the writing stage and that its grid is
valid. The consent of the people interviewed is checked by ``interviews``, the agreement of the CLSM by
``proofreading``, and the review grid by ``review``.
"""

from collections.abc import Iterator

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Revision

from caps_sheets.capitalisation.case_files import log_actions
from caps_sheets.capitalisation.case_files.notifications import case_events
from caps_sheets.capitalisation.models import CaseFile, CaseStatus, Stage
from caps_sheets.models import CapsSheetPage
from portal.users.models import User


def case_file_errors(sheet: CapsSheetPage, revision: Revision, key: str) -> list[str]:
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
    return errors + [f"Le critère bloquant « {answer.criterion} » n’est pas rempli." for answer in unmet]


hooks.register("sheet_clearance_checks", case_file_errors)
hooks.register("notice_events", case_events)


@hooks.register("register_permissions")
def register_capitalisation_permissions() -> QuerySet[Permission]:
    """Lets the form of groups grant the permissions of the app."""
    return Permission.objects.filter(content_type__app_label="caps_capitalisation")


@hooks.register("register_log_actions")
def register_case_actions(actions: LogActionRegistry) -> None:
    log_actions.register(actions)


@hooks.register("account_erasure_obstacles")
def case_files_still_followed(user: User) -> Iterator[str]:
    for case_file in CaseFile.objects.filter(owner=user, status=CaseStatus.ACTIVE).select_related("answer"):
        yield f"Cette personne suit encore le dossier « {case_file} » : confiez-le d’abord à quelqu’un d’autre."
