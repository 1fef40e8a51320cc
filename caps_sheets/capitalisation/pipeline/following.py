"""Stages 5 to 8 follow the workflow of the sheet: what Wagtail signals moves the case file, nobody else does."""

from typing import Any

from django.dispatch import receiver
from wagtail import signals
from wagtail.models import Page, TaskState, WorkflowState

from caps_sheets.capitalisation.models import CaseFile, Stage
from caps_sheets.capitalisation.pipeline.moving import follow
from caps_sheets.models import CapsSheetPage
from portal.users.models import User

#: Type of a workflow step → what its start means for the case file. Any later step is part of the publication.
STEPS = {"ProofreadingTask": "relecture-clsm", "GridReviewTask": "relecture-editoriale"}


@receiver(signals.task_submitted)
def follow_submission(instance: TaskState, user: User | None = None, **kwargs: Any) -> None:
    case_file = _case_file_of(instance.workflow_state.content_object)
    if case_file is None:
        return
    action = STEPS.get(type(instance.task.specific).__name__)
    if action is None and case_file.stage == Stage.REVIEW:
        action = "a-publier"
    if action is not None:
        follow(case_file, action, by=user)


@receiver(signals.workflow_approved, sender=WorkflowState)
def follow_approval(instance: WorkflowState, user: User | None = None, **kwargs: Any) -> None:
    if case_file := _case_file_of(instance.content_object):
        follow(case_file, "a-publier", by=user)


@receiver(signals.workflow_rejected, sender=WorkflowState)
def follow_return(instance: WorkflowState, user: User | None = None, **kwargs: Any) -> None:
    if case_file := _case_file_of(instance.content_object):
        follow(case_file, "retour", by=user, reason=instance.current_task_state.comment)


@receiver(signals.workflow_cancelled, sender=WorkflowState)
def follow_withdrawal(instance: WorkflowState, user: User | None = None, **kwargs: Any) -> None:
    if case_file := _case_file_of(instance.content_object):
        follow(case_file, "retour", by=user, reason="Relecture annulée.")


@receiver(signals.page_published)
def follow_publication(instance: Page, revision: Any = None, **kwargs: Any) -> None:
    if case_file := _case_file_of(instance):
        follow(case_file, "publication", by=revision.user if revision else None)


def _case_file_of(content: Any) -> CaseFile | None:
    page = content.specific_deferred if isinstance(content, Page) else content
    if not isinstance(page, CapsSheetPage):
        return None
    return CaseFile.objects.filter(sheet_id=page.pk).first()
