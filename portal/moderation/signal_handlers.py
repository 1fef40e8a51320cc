"""Who is told of what, in place of Wagtail's own workflow e-mails."""

from typing import Any

from django.dispatch import receiver
from wagtail import signals
from wagtail.models import Page, Revision, TaskState, WorkflowState

from portal.moderation.models import ReviewTask
from portal.moderation.notify import notify
from portal.moderation.queries import contributors
from portal.moderation.signals import schedule_called_off
from portal.users.models import User

WAGTAIL_MAILS = {
    signals.task_submitted: (TaskState, "group_approval_task_submitted_email_notification"),
    signals.workflow_submitted: (WorkflowState, "workflow_state_submitted_email_notification"),
    signals.workflow_rejected: (WorkflowState, "workflow_state_rejected_email_notification"),
    signals.workflow_approved: (WorkflowState, "workflow_state_approved_email_notification"),
}


def silence_wagtail_mails() -> None:
    """Wagtail's mails are lost when the server is down, and go to people who may not decide: ours replace them."""
    for signal, (sender, uid) in WAGTAIL_MAILS.items():
        signal.disconnect(sender=sender, dispatch_uid=uid)


@receiver(signals.task_submitted)
def tell_reviewers(instance: TaskState, user: User | None = None, **kwargs: Any) -> None:
    task = instance.task.specific
    if not isinstance(task, ReviewTask):
        return
    page = instance.workflow_state.content_object
    reviewers = (
        User.objects.filter(groups__in=task.groups.all(), is_active=True).exclude(pk__in=contributors(page)).distinct()
    )
    author = instance.workflow_state.requested_by
    notify(
        reviewers,
        subject=f"À relire : {_title(page)}",
        message=f"« {_title(page)} » attend une décision à l’étape « {task.name} ». "
        f"Texte soumis par {author or 'le Centre'}.",
        page=page,
    )


@receiver(signals.workflow_rejected, sender=WorkflowState)
def tell_authors_of_return(instance: WorkflowState, user: User | None = None, **kwargs: Any) -> None:
    task_state = instance.current_task_state
    page = instance.content_object
    notify(
        _authors(instance, but=user),
        subject=f"Modifications demandées : {_title(page)}",
        message=f"À l’étape « {task_state.task.name} », {user or 'une relectrice'} demande des modifications.\n\n"
        f"Motif : {task_state.comment}",
        page=page,
    )


@receiver(signals.workflow_approved, sender=WorkflowState)
def tell_authors_of_approval(instance: WorkflowState, user: User | None = None, **kwargs: Any) -> None:
    page = instance.content_object
    notify(
        _authors(instance, but=user),
        subject=f"Approuvé : {_title(page)}",
        message=f"« {_title(page)} » a passé toutes les étapes de relecture : le texte est publié, "
        "ou le sera à la date programmée.",
        page=page,
    )


@receiver(schedule_called_off)
def tell_authors_of_called_off_schedule(page: Page, revision: Revision, reasons: list[str], **kwargs: Any) -> None:
    notify(
        {person for person in (revision.user, page.owner) if person},
        subject=f"Publication programmée annulée : {page.title}",
        message="La publication programmée n’a pas eu lieu, car il manque : " + " ".join(reasons),
        page=page,
    )


def _title(page: Page) -> str:
    return page.specific_deferred.get_admin_display_title()


def _authors(state: WorkflowState, but: User | None) -> list[User]:
    """The people who wrote or submitted the text, except the one who has just decided."""
    people = set(
        state.content_object.revisions.filter(created_at__gte=state.created_at, user__isnull=False).values_list(
            "user_id", flat=True
        )
    )
    people.add(state.requested_by_id)
    people.discard(but.pk if but else None)
    return list(User.objects.filter(pk__in=people, is_active=True))
