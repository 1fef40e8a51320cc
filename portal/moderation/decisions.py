"""One decision at a time about a page: the second person is told who decided first and what was decided."""

from collections.abc import Collection
from datetime import datetime

from django.template.defaultfilters import date as format_date
from django.utils import timezone
from wagtail.log_actions import LogContext, log
from wagtail.models import Page, PageLogEntry, TaskState, WorkflowState

from portal.base.errors import RefusedError, already_decided
from portal.users.models import User

#: The log actions that change the state of a page, and their wording for the second of two people.
DECISIONS = {
    "wagtail.publish": "page publiée",
    "wagtail.publish.scheduled": "page publiée à la date prévue",
    "wagtail.publish.schedule": "publication programmée",
    "wagtail.schedule.cancel": "publication programmée annulée",
    "wagtail.unpublish": "page dépubliée",
    "wagtail.unpublish.scheduled": "page dépubliée à la date prévue",
    "portal.taken_down": "page retirée en urgence",
    "wagtail.workflow.start": "page soumise à la relecture",
    "wagtail.workflow.approve": "étape approuvée",
    "wagtail.workflow.reject": "modifications demandées",
    "wagtail.workflow.resume": "page soumise de nouveau à la relecture",
    "wagtail.workflow.cancel": "relecture annulée",
}


def lock(page_ids: Collection[int]) -> None:
    """Lock these pages until the end of the transaction, so that nobody else decides about them.

    Pages are locked before any other row of a decision, so that two decisions never deadlock.
    """
    list(Page.objects.select_for_update().filter(pk__in=page_ids).order_by("pk").values_list("pk"))


def claim(task_state: TaskState, user: User | None) -> None:
    """Lock the page of a review step and reload it for ``user``. Raises ``RefusedError`` if somebody has decided."""
    lock([int(task_state.workflow_state.object_id)])
    task_state.refresh_from_db()
    if task_state.status != TaskState.STATUS_IN_PROGRESS:
        raise decided_before(task_state.workflow_state.content_object, user)


#: First word of the comment of a step that passed by itself.
AUTOMATIC = "Automatique"
AUTOMATIC_STEP = "portal.automatic_step"


def pass_automatically(task_state: TaskState, reason: str) -> None:
    """Approve a step that needs nobody: neither the history nor a notice names the person who caused it."""
    task_state.status = TaskState.STATUS_APPROVED
    task_state.finished_at = timezone.now()
    task_state.finished_by = None
    task_state.comment = f"{AUTOMATIC} : {reason}"
    task_state.save()
    page = task_state.workflow_state.content_object
    with LogContext():  # that of the request would sign with its user
        log(instance=page, action=AUTOMATIC_STEP, revision=task_state.revision,
            data={"step": task_state.task.name, "reason": reason})  # fmt: skip


def automatic_steps(state: WorkflowState) -> list[str]:
    """The steps that passed by themselves for this text, each with the reason."""
    passed = state.successful_task_states.filter(comment__startswith=AUTOMATIC).select_related("task")
    return [f"{one.task.name}, {one.comment.removeprefix(f'{AUTOMATIC} : ')}" for one in passed]


def last_decision(page: Page) -> PageLogEntry | None:
    return PageLogEntry.objects.filter(page=page.pk, action__in=DECISIONS).order_by("-timestamp", "-pk").first()


def decided_before(page: Page, user: User | None) -> RefusedError:
    """The message for ``user``, whose decision comes second."""
    entry = last_decision(page)
    if entry is None:
        return RefusedError("Cette décision n’est plus possible : la page n’attend rien.")
    if user is not None and entry.user_id == user.pk:
        return RefusedError(f"Votre décision est déjà enregistrée : {DECISIONS[entry.action]}.")
    return already_decided(DECISIONS[entry.action], by=entry.user, at=entry.timestamp)


def outcome(task_state: TaskState) -> str:
    """The message that reports a decision about a review step."""
    task_state = TaskState.objects.select_related("workflow_state", "task").get(pk=task_state.pk)
    state = task_state.workflow_state
    page = state.content_object.specific_deferred
    title = f"« {page.get_admin_display_title()} »"
    if task_state.status == TaskState.STATUS_REJECTED:
        return f"{title} est renvoyée à ses auteurs, avec votre motif."
    if state.status == WorkflowState.STATUS_APPROVED:
        return f"{title} est approuvée{_publication(page)}."
    if state.status != WorkflowState.STATUS_IN_PROGRESS or task_state.status == TaskState.STATUS_IN_PROGRESS:
        return f"{title} n’a pas changé d’étape."
    return f"Étape « {task_state.task.name} » passée. {title} attend maintenant : « {state.current_task_state.task} »."


def saved(page: Page) -> str:
    """The message that reports a save, told from a publication: who reads the new text."""
    title = f"« {page.get_admin_display_title()} »"
    if page.workflow_in_progress:
        return f"Le brouillon de {title} est enregistré : c’est lui qui est relu. Rien n’est publié."
    if page.live:
        return f"Le brouillon de {title} est enregistré. Le public lit toujours la version publiée."
    return f"Le brouillon de {title} est enregistré. Il n’est pas publié."


def _publication(page: Page) -> str:
    if page.live and page.live_revision_id == page.latest_revision_id:
        return " et publiée"
    return f" et {scheduled(page)}" if page.scheduled_revision else ", sans être publiée"


def scheduled(page: Page) -> str:
    """« programmée pour le 3 mai à 14 h 05 », for a page with a scheduled revision."""
    return f"programmée pour le {_moment(page.scheduled_revision.approved_go_live_at)}"


def _moment(at: datetime) -> str:
    return format_date(timezone.localtime(at), r"j F à H\hi")
