"""The editorial review in Wagtail's admin: its screens, the menu of the editor, its log entries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import path, reverse
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import Page, PageLogEntry

from caps_sheets.models import CapsSheetPage, GridReviewTask
from caps_sheets.models.clearance import text_key
from caps_sheets.models.parts import as_read
from caps_sheets.models.review import SafeWording, grid_errors, review_of
from caps_sheets.models.tasks import GRID_APPROVED
from caps_sheets.panels import FollowUp
from caps_sheets.review import grid, services
from caps_sheets.review.admin_views import OverrideView, ReviewGridView, SafeMessagingView
from portal.moderation.notices import Event
from portal.users.models import User


@hooks.register("register_admin_urls")
def review_urls() -> list:
    return [
        path("pages/<int:page_id>/grille/", ReviewGridView.as_view(), name="review_grid"),
        path("pages/<int:page_id>/parler-du-suicide/", SafeMessagingView.as_view(), name="safe_messaging"),
        path("pages/<int:page_id>/passer-outre/", OverrideView.as_view(), name="override_agreement"),
    ]


class GridMenuItem(ActionMenuItem):
    """Beside « Demander des modifications »: an approval requires a filled grid."""

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

    actions.register_action(services.OVERRIDDEN)(OverrideFormatter)
    actions.register_action(grid.GRID_FILLED, "Grille de relecture remplie", "Grille de relecture remplie")
    actions.register_action(
        services.CHECKED,
        "Relecture « parler du suicide sans risque »",
        "Relecture « parler du suicide sans risque » enregistrée",
    )


def _grid(sheet: Any, user: User) -> dict[str, Any]:
    history = grid.history(sheet)
    latest, changes = history[0] if history else (None, [])
    review = review_of(sheet, text_key(sheet.get_latest_revision()))
    return {
        "review": latest,
        "is_about_this_text": latest is not None and latest == review,
        "changes": changes,
        "answers": [answer for answer in latest.answers.all() if answer.value == "non" or answer.comment]
        if latest
        else [],
        "url": reverse("review_grid", args=[sheet.pk]),
        "may_fill": not grid.fill_refusals(user, sheet, review),
    }


def _safe_messaging(sheet: Any, user: User) -> dict[str, Any] | None:
    revision = sheet.get_latest_revision()
    if not as_read(revision).shows_help:
        return None
    done = len(services.ticks_of(sheet, text_key(revision)))
    return {"done": done, "total": len(SafeWording), "url": reverse("safe_messaging", args=[sheet.pk])}


def _overrides(sheet: Page, user: User) -> dict[str, Any] | None:
    done = list(sheet.specific.overrides.select_related("by")[:3])
    may = user.has_perm(services.OVERRIDE_RIGHT)
    return {"done": done, "url": reverse("override_agreement", args=[sheet.pk]) if may else ""} if done or may else None


@hooks.register("sheet_follow_up_parts")
def grid_part() -> FollowUp:
    return FollowUp("wagtailadmin/review/follow_up_grid.html", _grid)


@hooks.register("sheet_follow_up_parts")
def safe_messaging_part() -> FollowUp:
    return FollowUp("wagtailadmin/review/follow_up_safe_messaging.html", _safe_messaging)


@hooks.register("sheet_follow_up_parts")
def overrides_part() -> FollowUp:
    return FollowUp("wagtailadmin/review/follow_up_overrides.html", _overrides)


hooks.register("sheet_clearance_checks", grid_errors)
hooks.register("sheet_clearance_checks", services.safe_messaging_errors)


@hooks.register("notice_events")
def review_events() -> list[Event]:
    return [Event(GRID_APPROVED, "Grille de relecture approuvée", "les personnes qui ont écrit ou soumis la fiche")]
