"""Reads about moderation: who wrote a page, and who must decide on it."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.urls import reverse
from wagtail.models import AbstractGroupApprovalTask, Page, WorkflowState

from portal.base.models.settings import needs_two_reviewers
from portal.moderation.models.authorship import contributors
from portal.moderation.models.tasks import ReviewTask, Standing
from portal.users.models import User
from portal.users.queries import ADMINISTRATION, EDITING, MODERATION

if TYPE_CHECKING:
    from portal.moderation.models import Notice


def reviewers(task: AbstractGroupApprovalTask, page: Page) -> QuerySet[User]:
    """Who is notified that ``page`` waits at ``task``: those who may decide, limited by the page to those in charge."""
    able = User.objects.filter(groups__in=task.groups.all(), is_active=True).exclude(pk__in=contributors(page))
    if isinstance(task, ReviewTask) and needs_two_reviewers():
        able = able.exclude(pk__in=task.steps_taken(page))
    narrow = getattr(page.specific_deferred, "reviewers_in_charge", None)
    return (narrow(able) if narrow else able).distinct()


#: The roles to whom the others of the Centre are named.
TEAM = (ADMINISTRATION, MODERATION, EDITING)
MOST_NAMED = 8


def standing(page: Page, user: User) -> Standing | None:
    """What ``user`` reads about the step where ``page`` waits; None while there is nothing to say."""
    task = page.current_workflow_task
    if not isinstance(task, ReviewTask):
        return task.standing(page, user) if hasattr(task, "standing") else None
    actions = {name for name, _, _ in task.get_actions(page, user)}
    if not actions:
        return _without_role(task, page, user)
    if "approve" in actions:
        return _both_steps(task, page, user)
    if refusals := task.personal_refusals(page, user):
        heading = "Vous pouvez demander des modifications, mais pas approuver ce texte :"
        return Standing(heading, refusals, people=_others(task, page, user))
    heading = "Vous pouvez demander des modifications, pas encore approuver :"
    return Standing(heading, task.text_refusals(page), lead=task.lead(page, user))


def _without_role(task: ReviewTask, page: Page, user: User) -> Standing:
    roles = " ou ".join(group.name for group in task.groups.order_by("name"))
    lead = ("Suivre la relecture", reverse("wagtailadmin_pages:workflow_history", args=[page.pk]))
    is_colleague = user.groups.filter(name__in=TEAM).exists()
    people = _others(task, page, user) if is_colleague else None
    return Standing(f"Ce texte attend l’étape « {task.name} ».", [f"Elle revient au rôle {roles}."], lead, people)


def _both_steps(task: ReviewTask, page: Page, user: User) -> Standing | None:
    step = task.steps_taken(page).get(user.pk)
    if step is None:
        return None
    reason = f"Vous avez déjà pris l’étape « {step} ». C’est permis ici ; une autre personne peut aussi décider."
    return Standing("Vous prenez les deux dernières étapes de ce texte.", [reason], people=_others(task, page, user))


def _others(task: ReviewTask, page: Page, user: User) -> list[User]:
    return list(reviewers(task, page).exclude(pk=user.pk).order_by("last_name", "first_name", "pk")[:MOST_NAMED])


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
