"""The tasks about pages on the home of the back office: to review, returned, drafts; the errors reported."""

from functools import reduce
from operator import or_
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, CharField, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast
from django.urls import reverse
from wagtail.models import AbstractGroupApprovalTask, GroupApprovalTask, Page, TaskState, WorkflowState

from portal.base.work_lists import WorkList, WorkRow, described
from portal.moderation.models import ErrorReport, ReviewTask
from portal.users.models import User

HANDLES_REPORTS = "portal_moderation.change_errorreport"

PAGE_KEY = Cast("object_id", IntegerField())


#: The stages of a page outside of a step of its workflow.
RETURNED, ONLINE, OFFLINE, DRAFT = "À reprendre", "En ligne", "Hors ligne", "Brouillon"


def with_stage(pages: QuerySet[Any]) -> QuerySet[Any]:
    """``stage``: the step of the workflow where each page is, or one of the four words above."""
    states = WorkflowState.objects.active().filter(base_content_type__model="page").annotate(page_key=PAGE_KEY)
    current = states.filter(page_key=OuterRef("pk")).order_by("-pk")
    return pages.annotate(
        workflow_status=Subquery(current.values("status")[:1]),
        stage=Case(
            When(workflow_status=WorkflowState.STATUS_NEEDS_CHANGES, then=Value(RETURNED)),
            When(workflow_status__isnull=False, then=Subquery(current.values("current_task_state__task__name")[:1])),
            When(live=True, then=Value(ONLINE)),
            When(first_published_at__isnull=False, then=Value(OFFLINE)),
            default=Value(DRAFT),
            output_field=CharField(),
        ),
    )


def pages_to_review(user: User) -> QuerySet[Page]:
    """The pages on which ``user`` may decide now, the oldest first; nobody decides on what they submitted."""
    steps = [_steps_of(task_type, user) for task_type in (ReviewTask, GroupApprovalTask)]
    mine = reduce(or_, (Q(current_task_state__task__in=tasks.values("pk")) for tasks in steps))
    states = WorkflowState.objects.filter(
        mine,
        status=WorkflowState.STATUS_IN_PROGRESS,
        current_task_state__status=TaskState.STATUS_IN_PROGRESS,
    )
    return _in_workflow(states.exclude(requested_by=user.pk))


def _steps_of(task_type: type[AbstractGroupApprovalTask], user: User) -> QuerySet[Any]:
    """``TaskState.objects.reviewable_by`` asks one query a step."""
    steps = task_type.objects.filter(active=True)
    return steps if user.is_superuser else steps.filter(groups__in=user.groups.values("pk"))


def pages_returned(user: User) -> QuerySet[Page]:
    return _in_workflow(WorkflowState.objects.filter(status=WorkflowState.STATUS_NEEDS_CHANGES, requested_by=user.pk))


def _in_workflow(states: QuerySet[WorkflowState]) -> QuerySet[Page]:
    """The pages of ``states``. The key is a text there: PostgreSQL compares it with no number."""
    keyed = states.annotate(page_key=PAGE_KEY)
    own = keyed.filter(page_key=OuterRef("pk")).order_by("-pk")
    return described(
        Page.objects.filter(pk__in=keyed.values("page_key")).annotate(
            step_at=Subquery(own.values("current_task_state__started_at")[:1])
        ),
        title=F("draft_title"),
        detail=Subquery(own.values("current_task_state__task__name")[:1]),
        at="step_at",
        first=[F("step_at").asc(nulls_last=True), "pk"],
    )


def drafts_of(user: User) -> QuerySet[Page]:
    """The pages whose last text is by ``user`` and that nobody was asked to read."""
    asked = WorkflowState.objects.active().annotate(page_key=PAGE_KEY).values("page_key")
    unsent = Q(live=False, first_published_at=None) | Q(live=True, has_unpublished_changes=True)
    theirs = Q(latest_revision__user=user.pk) | Q(latest_revision__user=None, owner=user.pk)
    drafts = Page.objects.filter(unsent, theirs).exclude(pk__in=asked)
    return described(
        drafts,
        title=F("draft_title"),
        at="latest_revision_created_at",
        first=[F("latest_revision_created_at").desc(nulls_last=True), "pk"],
    )


def waiting_reports(user: User) -> QuerySet[ErrorReport] | None:
    if not user.has_perm(HANDLES_REPORTS):
        return None
    reports = ErrorReport.objects.filter(state=ErrorReport.State.NEW)
    return described(reports, title=F("page__title"), at="received_at", first=["received_at", "pk"])


def page_url(row: WorkRow) -> str:
    return reverse("wagtailadmin_pages:edit", args=[row.pk])


def _report_url(row: WorkRow) -> str:
    return reverse("error_reports:edit", args=[row.pk])


def _reports_url(user: User) -> str:
    return f"{reverse('error_reports:index')}?{urlencode({'state': ErrorReport.State.NEW})}"


def page_lists() -> list[WorkList]:
    return [
        WorkList("a-relire", "À relire", 10, pages_to_review, page_url),
        WorkList(
            "erreurs", "Erreurs signalées", 25, waiting_reports, _report_url, _reports_url, menu="erreurs-signalees"
        ),
        WorkList("a-reprendre", "Textes à reprendre", 60, pages_returned, page_url),
        WorkList("brouillons", "Mes brouillons", 70, drafts_of, page_url),
    ]
