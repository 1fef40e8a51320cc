"""Capitalisation in the back office."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.urls import URLPattern, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry

from caps_sheets.capitalisation.case_files import admin_views, figure_views, list_views, log_actions
from caps_sheets.capitalisation.case_files.permissions import FIGURES, VIEW
from caps_sheets.capitalisation.case_files.urls import urls
from caps_sheets.capitalisation.case_files.viewsets import FramingCriterionViewSet
from caps_sheets.capitalisation.interviews import hooks as interview_hooks  # noqa: F401
from caps_sheets.capitalisation.menu import MENU_HOOK, menu_item
from portal.base.admin_views import RightMenuItem


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
    """Lets the groups screen grant the rights of the whole room."""
    return Permission.objects.filter(content_type__app_label="caps_capitalisation")


@hooks.register("register_log_actions")
def register_case_actions(actions: LogActionRegistry) -> None:
    log_actions.register(actions)
