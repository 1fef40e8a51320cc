"""What case files register in other apps: a clearance check, notices, log entries.

The clearance check requires that the case file is active, that it reached the writing stage and that its grid is
valid. The consent of the people interviewed is checked by ``interviews``, the agreement of the CLSM by
``proofreading``, and the review grid by ``review``.
"""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.contrib.auth.models import Permission
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Revision

from caps_sheets.capitalisation.case_files import log_actions
from caps_sheets.capitalisation.case_files.notifications import case_events
from caps_sheets.capitalisation.case_files.permissions import CHANGE, VIEW_EVERY, is_centre, visible_to
from caps_sheets.capitalisation.case_files.queries import late_on
from caps_sheets.capitalisation.models import CaseFile, CaseStatus, Stage
from caps_sheets.models import CapsSheetPage
from portal.base.work_lists import WorkList, WorkRow, described
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


def my_case_files(user: User) -> QuerySet[CaseFile] | None:
    """Those that ``user`` follows, the first due first."""
    if not user.has_perm(CHANGE):
        return None
    return _described(visible_to(user).filter(owner=user.pk, status=CaseStatus.ACTIVE))


def case_files_without_owner(user: User) -> QuerySet[CaseFile] | None:
    if not is_centre(user):
        return None
    return _described(visible_to(user).filter(owner=None, status=CaseStatus.ACTIVE))


def late_case_files(user: User) -> QuerySet[CaseFile] | None:
    """The late ones of everybody, for the Centre."""
    if not (is_centre(user) and user.has_perm(VIEW_EVERY)):
        return None
    return _described(visible_to(user).filter(late_on(timezone.localdate())))


def _described(files: QuerySet[CaseFile]) -> QuerySet[CaseFile]:
    return described(
        files,
        title=F("answer__title"),
        detail=F("stage"),
        at="stage_since",
        on="due_on",
        first=[F("due_on").asc(nulls_last=True), "pk"],
    )


def _stage(row: WorkRow) -> str:
    return str(Stage(int(row.detail)).label).capitalize()


def _case_url(row: WorkRow) -> str:
    return reverse("case_files:edit", args=[row.pk])


def _index(**filters: object) -> str:
    return f"{reverse('case_files:index')}?{urlencode(filters)}"


def _my_index(user: User) -> str:
    return _index(owner=user.pk, status=CaseStatus.ACTIVE.value)


def _unowned_index(user: User) -> str:
    return _index(owner="null", status=CaseStatus.ACTIVE.value)


def _late_index(user: User) -> str:
    return _index(retard="oui")


@hooks.register("work_lists")
def case_file_lists() -> list[WorkList]:
    unowned = "Dossiers sans accompagnateur·rice"
    return [
        WorkList("dossiers-sans-personne", unowned, 45, case_files_without_owner, _case_url, _unowned_index, _stage),
        WorkList("mes-dossiers", "Mes dossiers", 50, my_case_files, _case_url, _my_index, _stage),
        WorkList("dossiers-en-retard", "Dossiers en retard", 47, late_case_files, _case_url, _late_index, _stage),
    ]
