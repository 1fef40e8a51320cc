"""Reads about moderation: who wrote a page, and who must decide on it."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from wagtail.models import AbstractGroupApprovalTask, Page, WorkflowState

from portal.moderation.models.authorship import contributors
from portal.users.models import User

if TYPE_CHECKING:
    from portal.moderation.models import Notice


def reviewers(task: AbstractGroupApprovalTask, page: Page) -> QuerySet[User]:
    """Who is notified that ``page`` waits at ``task``: those who may decide, limited by the page to those in charge."""
    able = User.objects.filter(groups__in=task.groups.all(), is_active=True).exclude(pk__in=contributors(page))
    narrow = getattr(page.specific_deferred, "reviewers_in_charge", None)
    return (narrow(able) if narrow else able).distinct()


def unread_notices(user: User) -> "QuerySet[Notice]":
    """The unread notices of ``user``, latest first."""
    return user.notices.filter(read_at=None).select_related("page")


@dataclass(frozen=True)
class Submission:
    """The state of a submitted page: ``step`` with ``reviewers`` since ``since``; ``reason`` if it was returned."""

    page: Page
    status: str
    step: str
    reviewers: list[str]
    since: datetime
    reason: str


def submissions(user: User, limit: int = 20) -> list[Submission]:
    """The pages that ``user`` submitted and that are not approved yet, latest first."""
    states = (
        WorkflowState.objects.filter(
            requested_by=user,
            status__in=[WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES],
            current_task_state__isnull=False,
        )
        .select_related("current_task_state__task")
        .prefetch_related("content_object")
        .order_by("-current_task_state__started_at")[:limit]
    )
    return [_submission(state) for state in states if state.content_object]


def _submission(state: WorkflowState) -> Submission:
    task_state = state.current_task_state
    task = task_state.task.specific
    returned = state.status == WorkflowState.STATUS_NEEDS_CHANGES
    return Submission(
        page=state.content_object,
        status="Modifications demandées" if returned else "En relecture",
        step=task.name,
        reviewers=[group.name for group in task.groups.all()] if hasattr(task, "groups") else [],
        since=(task_state.finished_at if returned else None) or task_state.started_at,
        reason=task_state.comment if returned else "",
    )
