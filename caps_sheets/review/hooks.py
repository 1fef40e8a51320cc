"""What the editorial reading adds to Wagtail's admin: its screens, the menu of the editor, its log entries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import path, reverse
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import PageLogEntry

from caps_sheets.models import CapsSheetPage, GridReviewTask
from caps_sheets.review import answers, overrides, safe_messaging
from caps_sheets.review.grid_viewset import ReviewGridViewSet
from caps_sheets.review.screens import GridScreen, OverrideScreen, SafeMessagingScreen


@hooks.register("register_admin_urls")
def review_urls() -> list:
    return [
        path("pages/<int:page_id>/grille/", GridScreen.as_view(), name="review_grid"),
        path("pages/<int:page_id>/parler-du-suicide/", SafeMessagingScreen.as_view(), name="safe_messaging"),
        path("pages/<int:page_id>/passer-outre/", OverrideScreen.as_view(), name="override_agreement"),
    ]


@hooks.register("register_admin_viewset")
def register_grids() -> ReviewGridViewSet:
    return ReviewGridViewSet()


class GridMenuItem(ActionMenuItem):
    """Beside « Demander des modifications »: approving takes a filled grid."""

    label = "Remplir la grille de relecture"
    icon_name = "list-ul"
    order = 5

    def is_shown(self, context: Mapping[str, Any]) -> bool:
        page = context.get("page")
        if not isinstance(page, CapsSheetPage) or not page.current_workflow_task:
            return False
        task = page.current_workflow_task.specific
        return isinstance(task, GridReviewTask) and bool(task.get_actions(page, context["request"].user))

    def get_url(self, parent_context: Mapping[str, Any]) -> str:
        return reverse("review_grid", args=[parent_context["page"].pk])


@hooks.register("register_page_action_menu_item")
def grid_menu_item() -> GridMenuItem:
    return GridMenuItem()


@hooks.register("register_log_actions")
def review_log_actions(actions: LogActionRegistry) -> None:
    class OverrideFormatter(LogFormatter):
        label = "Accord du CLSM : le Centre passe outre"

        def format_message(self, log_entry: PageLogEntry) -> str:
            return f"{log_entry.data.get('kind')} – {log_entry.data.get('reason')}"

    actions.register_action(overrides.OVERRIDDEN)(OverrideFormatter)
    actions.register_action(answers.GRID_FILLED, "Grille de relecture remplie", "Grille de relecture remplie")
    actions.register_action(
        safe_messaging.CHECKED,
        "Relecture « parler du suicide sans risque »",
        "Relecture « parler du suicide sans risque » enregistrée",
    )
