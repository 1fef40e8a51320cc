"""What the workflow of a sheet means for its case file."""

from wagtail.models import Task

from caps_sheets.capitalisation.models import CaseFile, ProofreadingTask, Stage
from caps_sheets.capitalisation.pipeline.moves import IN_WORKFLOW
from caps_sheets.models.tasks import GridReviewTask


def action_of(task: Task) -> str:
    """The action that the start of ``task`` is. Whatever comes after the grid is part of the publication."""
    specific = task.specific
    if isinstance(specific, ProofreadingTask):
        return "relecture-clsm"
    return "relecture-editoriale" if isinstance(specific, GridReviewTask) else "a-publier"


def missed_action(case_file: CaseFile) -> str | None:
    """What the sheet did while its file was before the writing or put aside; None when there is nothing to follow."""
    if case_file.sheet is None or case_file.stage not in (Stage.WRITING, *IN_WORKFLOW):
        return None
    waiting = case_file.sheet.current_workflow_task_state
    return action_of(waiting.task) if waiting else "retour"
