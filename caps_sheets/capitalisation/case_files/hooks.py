"""What case files register in other apps: a clearance check, notices, signal receivers, a panel.

The clearance check requires that the case file is active, that it reached the writing stage and that its grid is
valid. The consent of the people interviewed is checked by ``interviews``, the agreement of the CLSM by
``proofreading``, and the review grid by ``review``.
"""

from collections.abc import Iterator

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.urls import URLPattern, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Revision

from caps_sheets.capitalisation.case_files import admin_views, figure_views, list_views, log_actions
from caps_sheets.capitalisation.case_files.notifications import case_events
from caps_sheets.capitalisation.case_files.permissions import FIGURES, VIEW
from caps_sheets.capitalisation.case_files.urls import urls
from caps_sheets.capitalisation.case_files.viewsets import FramingCriterionViewSet
from caps_sheets.capitalisation.menu import MENU_HOOK, menu_item
from caps_sheets.capitalisation.models import CaseFile, CaseStatus, Stage
from caps_sheets.models import CapsSheetPage
from portal.base.admin_views import RightMenuItem
from portal.users.models import User


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


hooks.register("sheet_clearance_checks", case_file_errors)
hooks.register("notice_events", case_events)


@hooks.register("register_admin_menu_item")
def register_capitalisation_menu() -> MenuItem:
    return menu_item()


@hooks.register("register_admin_urls")
def register_case_urls() -> list[URLPattern]:
    return urls


@hooks.register(MENU_HOOK)
def register_board_item() -> MenuItem:
    url = reverse("capitalisation_board")
    return RightMenuItem(admin_views.BOARD_TITLE, url, right=VIEW, name="tableau-dossiers", icon_name="table", order=20)


@hooks.register(MENU_HOOK)
def register_list_item() -> MenuItem:
    url = reverse("capitalisation_cases")
    return RightMenuItem(list_views.TITLE, url, right=VIEW, name="liste-dossiers", icon_name="list-ul", order=30)


@hooks.register(MENU_HOOK)
def register_figures_item() -> MenuItem:
    url = reverse("capitalisation_figures")
    return RightMenuItem(figure_views.TITLE, url, right=FIGURES, name="pilotage", icon_name="table", order=70)


@hooks.register("register_admin_viewset")
def register_framing_criteria() -> FramingCriterionViewSet:
    return FramingCriterionViewSet()


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
