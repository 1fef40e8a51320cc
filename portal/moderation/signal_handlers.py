"""Notices sent at each step of a workflow, in place of Wagtail's own e-mails."""

from typing import Any

from django.dispatch import receiver
from wagtail import signals
from wagtail.models import Page, Revision, TaskState, WorkflowState

from portal.moderation.decisions import automatic_steps
from portal.moderation.models import ReviewTask
from portal.moderation.notifications import tell
from portal.moderation.queries import reviewers
from portal.moderation.workflow import schedule_called_off
from portal.users.models import User

WAGTAIL_MAILS = {
    signals.task_submitted: (TaskState, "group_approval_task_submitted_email_notification"),
    signals.workflow_submitted: (WorkflowState, "workflow_state_submitted_email_notification"),
    signals.workflow_rejected: (WorkflowState, "workflow_state_rejected_email_notification"),
    signals.workflow_approved: (WorkflowState, "workflow_state_approved_email_notification"),
}


def silence_wagtail_mails() -> None:
    """Wagtail's e-mails are lost if the server is down, and go to people who may not decide: ours replace them."""
    for signal, (sender, uid) in WAGTAIL_MAILS.items():
        signal.disconnect(sender=sender, dispatch_uid=uid)


@receiver(signals.task_submitted)
def tell_reviewers(instance: TaskState, user: User | None = None, **kwargs: Any) -> None:
    task = instance.task.specific
    if not isinstance(task, ReviewTask):
        return
    page = instance.workflow_state.content_object
    author = instance.workflow_state.requested_by or "le Centre"
    tell(
        "review_requested",
        reviewers(task, page),
        page=page,
        step=task.name,
        author=author,
        automatic=automatic_steps(instance.workflow_state),
    )


@receiver(signals.workflow_rejected, sender=WorkflowState)
def tell_authors_of_return(instance: WorkflowState, user: User | None = None, **kwargs: Any) -> None:
    state = instance.current_task_state
    tell(
        "review_returned",
        _authors(instance, but=user),
        page=instance.content_object,
        step=state.task.name,
        reviewer=user or "une relectrice",
        reason=state.comment,
    )


@receiver(signals.workflow_approved, sender=WorkflowState)
def tell_authors_of_approval(instance: WorkflowState, user: User | None = None, **kwargs: Any) -> None:
    tell("review_approved", _authors(instance, but=user), page=instance.content_object)


@receiver(schedule_called_off)
def tell_authors_of_called_off_schedule(page: Page, revision: Revision, reasons: list[str], **kwargs: Any) -> None:
    tell("schedule_called_off", (revision.user, page.owner), page=page, reasons=reasons)


def _authors(state: WorkflowState, but: User | None) -> list[User]:
    """Those who wrote or submitted the text, except the one who has just decided."""
    people = set(
        state.content_object.revisions.filter(created_at__gte=state.created_at, user__isnull=False).values_list(
            "user_id", flat=True
        )
    )
    people.add(state.requested_by_id)
    people.discard(but.pk if but else None)
    return list(User.objects.filter(pk__in=people, is_active=True))
