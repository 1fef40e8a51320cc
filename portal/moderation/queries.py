"""Reads about moderation: who wrote a page, and who must decide on it."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Prefetch, QuerySet
from wagtail.models import AbstractGroupApprovalTask, Page, TaskState, WorkflowState

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


@dataclass(frozen=True)
class Review:
    """A page that waits for a decision; ``refusals`` give why it can only be returned for now."""

    page: Page
    step: str
    since: datetime
    author: str
    refusals: list[str]

    @property
    def may_approve(self) -> bool:
        return not self.refusals


def reviews_for(user: User, limit: int = 20) -> list[Review]:
    """The pages on which ``user`` can decide now, oldest first."""
    waiting = (
        TaskState.objects.reviewable_by(user)
        .filter(status=TaskState.STATUS_IN_PROGRESS)
        .select_related("task", "workflow_state__requested_by")
        .prefetch_related(Prefetch("workflow_state__content_object"))
        .order_by("started_at")
    )
    reviews = []
    for task_state in waiting:
        page = task_state.workflow_state.content_object
        if page is None:
            continue
        task = task_state.task.specific
        actions = {name for name, _, _ in task.get_actions(page, user)}
        if actions:
            author = task_state.workflow_state.requested_by
            refusals = task.refusals(page, user) if "approve" not in actions and hasattr(task, "refusals") else []
            reviews.append(Review(page, task_state.task.name, task_state.started_at, str(author or ""), refusals))
        if len(reviews) == limit:
            break
    return reviews
