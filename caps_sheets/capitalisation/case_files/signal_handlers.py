"""Stages 5 to 8 follow the workflow of the sheet: signals of Wagtail move the case file, and nothing else does."""

from typing import Any

from wagtail import signals
from wagtail.models import Page, TaskState, WorkflowState

from caps_sheets.capitalisation.case_files.services import action_of, follow
from caps_sheets.capitalisation.models import CaseFile
from caps_sheets.models import CapsSheetPage
from portal.users.models import User


def connect() -> None:
    """Connect the signals of the workflows: called once, in ``AppConfig.ready()``."""
    signals.task_submitted.connect(follow_submission)
    signals.workflow_approved.connect(follow_approval, sender=WorkflowState)
    signals.workflow_rejected.connect(follow_return, sender=WorkflowState)
    signals.workflow_cancelled.connect(follow_withdrawal, sender=WorkflowState)
    signals.page_published.connect(follow_publication)


def follow_submission(instance: TaskState, user: User | None = None, **kwargs: Any) -> None:
    case_file = _case_file_of(instance.workflow_state.content_object)
    if case_file is None:
        return
    follow(case_file, action_of(instance.task), by=user)


def follow_approval(instance: WorkflowState, user: User | None = None, **kwargs: Any) -> None:
    if case_file := _case_file_of(instance.content_object):
        follow(case_file, "a-publier", by=user)


def follow_return(instance: WorkflowState, user: User | None = None, **kwargs: Any) -> None:
    if case_file := _case_file_of(instance.content_object):
        follow(case_file, "retour", by=user, reason=instance.current_task_state.comment)


def follow_withdrawal(instance: WorkflowState, user: User | None = None, **kwargs: Any) -> None:
    if case_file := _case_file_of(instance.content_object):
        follow(case_file, "retour", by=user, reason="Relecture annulée.")


def follow_publication(instance: Page, revision: Any = None, **kwargs: Any) -> None:
    if case_file := _case_file_of(instance):
        follow(case_file, "publication", by=revision.user if revision else None)


def _case_file_of(content: Any) -> CaseFile | None:
    page = content.specific_deferred if isinstance(content, Page) else content
    if not isinstance(page, CapsSheetPage):
        return None
    return CaseFile.objects.filter(sheet_id=page.pk).first()
