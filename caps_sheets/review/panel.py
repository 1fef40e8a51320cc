"""« Relectures » in the editor of a sheet: what its readers said, and what its publication still waits for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from wagtail.admin.panels import Panel
from wagtail.models import Page

from caps_sheets.review import answers, overrides, safe_messaging
from caps_sheets.review.models.safe_messaging import SafeWording
from portal.users.models import User


@dataclass(frozen=True)
class FollowUp:
    """One part of the panel. ``read`` gives what ``template`` shows as ``part``, or None to leave it out."""

    template: str
    read: Callable[[Any, User], dict[str, Any] | None]


_parts: list[FollowUp] = []


def register(part: FollowUp) -> None:
    """Add a part, after those of this room: the rooms above have their own readers."""
    if part not in _parts:
        _parts.append(part)


class FollowUpPanel(Panel):
    """Read-only: every decision is taken on a screen of its own."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "wagtailadmin/review/follow_up.html"

        def is_shown(self) -> bool:
            return super().is_shown() and bool(self.instance.pk and self.instance.latest_revision_id)

        def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            user = self.request.user
            read = [(part.template, part.read(self.instance, user)) for part in (*_parts, *OWN_PARTS)]
            context["parts"] = [(template, part) for template, part in read if part is not None]
            context["blockers"] = _blockers(self.instance)
            return context


def _blockers(sheet: Any) -> list[str]:
    """What the publication of the latest text waits for, beside what the form itself lacks."""
    revision = sheet.get_latest_revision()
    return revision.as_object().clearance_errors(revision)


def _grid(sheet: Any, user: User) -> dict[str, Any]:
    history = answers.history(sheet)
    latest, changes = history[0] if history else (None, [])
    return {
        "review": latest,
        "is_about_this_text": latest is not None and latest == answers.review_of(sheet, sheet.get_latest_revision()),
        "changes": changes,
        "answers": [one for one in latest.answers.all() if one.value == "non" or one.comment] if latest else [],
        "url": reverse("review_grid", args=[sheet.pk]),
        "may_fill": answers.may_fill(user, sheet),
    }


def _safe_messaging(sheet: Any, user: User) -> dict[str, Any] | None:
    revision = sheet.get_latest_revision()
    if not revision.as_object().shows_help:
        return None
    done = len(safe_messaging.ticks_of(sheet, revision))
    return {"done": done, "total": len(SafeWording), "url": reverse("safe_messaging", args=[sheet.pk])}


def _overrides(sheet: Page, user: User) -> dict[str, Any] | None:
    done = list(sheet.specific.overrides.select_related("by")[:3])
    may = user.has_perm(overrides.RIGHT)
    return {"done": done, "url": reverse("override_agreement", args=[sheet.pk]) if may else ""} if done or may else None


OWN_PARTS = (
    FollowUp("wagtailadmin/review/follow_up_grid.html", _grid),
    FollowUp("wagtailadmin/review/follow_up_safe_messaging.html", _safe_messaging),
    FollowUp("wagtailadmin/review/follow_up_overrides.html", _overrides),
)
