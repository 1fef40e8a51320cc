"""The moderation workflows as data: their steps, who decides each, and their part of the site."""

from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import Page, Task, Workflow, WorkflowPage, WorkflowState, WorkflowTask

from caps_sheets.capitalisation.models import ProofreadingTask
from caps_sheets.models import GridReviewTask, SheetsIndexPage
from caps_sheets.podcasts.models import ShowPage
from caps_sheets.review.grid import setup_grid
from network.models import DirectoryPage
from portal.home.models import HomePage
from portal.moderation.models import ReviewTask
from portal.users.queries import EDITING, MODERATION


@dataclass(frozen=True)
class Step:
    """``groups`` is empty for a task that finds its reviewers itself."""

    name: str
    groups: tuple[str, ...] = ()
    task: type[Task] = ReviewTask


@dataclass(frozen=True)
class Circuit:
    """One workflow: its ordered steps, and the page types whose subtree it applies to."""

    name: str
    steps: tuple[Step, ...]
    page_types: tuple[type[Page], ...]


CIRCUITS = (
    Circuit(
        "Fiche CAPS",
        (
            Step("Relecture par le CLSM", task=ProofreadingTask),
            Step("Relecture éditoriale", (EDITING, MODERATION), GridReviewTask),
            Step("Validation nationale", (MODERATION,)),
        ),
        (SheetsIndexPage,),
    ),
    Circuit("Profil de CLSM", (Step("Validation du profil", (MODERATION,)),), (DirectoryPage,)),
    Circuit("Épisode", (Step("Validation de l’épisode", (MODERATION,)),), (ShowPage,)),
    Circuit("Page du site", (Step("Relecture de la page", (EDITING, MODERATION)),), (HomePage,)),
)


@transaction.atomic
def setup_workflows() -> list[str]:
    """Create what is missing, attach each workflow to its pages, and return what was done. Safe to run again.

    A step that is no longer wanted leaves its workflow. A page that waits there finishes it, then goes through the
    steps it has not passed. A later run deactivates such a step, once no page waits there.
    """
    report = setup_grid()
    report += [line for circuit in CIRCUITS for line in _setup_circuit(circuit)]
    for workflow in Workflow.objects.filter(active=True).exclude(name__in=[circuit.name for circuit in CIRCUITS]):
        # Wagtail's own « Moderators approval » would let people approve their own text.
        workflow.deactivate()
        report.append(f"Circuit « {workflow.name} » désactivé.")
    return report + _retire_left_steps()


def _setup_circuit(circuit: Circuit) -> list[str]:
    workflow, created = Workflow.objects.get_or_create(name=circuit.name, active=True)
    report = [f"Circuit « {circuit.name} » créé."] if created else []
    tasks = [_task(step) for step in circuit.steps]
    for rank, task in enumerate(tasks):
        WorkflowTask.objects.update_or_create(workflow=workflow, task=task, defaults={"sort_order": rank})
    for left in WorkflowTask.objects.filter(workflow=workflow).exclude(task__in=tasks):
        report.append(f"Circuit « {circuit.name} » : l’étape « {left.task} » d’avant est retirée.")
        left.delete()
    for page_type in circuit.page_types:
        for page in page_type.objects.all():
            WorkflowPage.objects.update_or_create(page=page, defaults={"workflow": workflow})
    return report


def _task(step: Step) -> Task:
    """The task of a step, by its name and its exact type: an older step of another type may have the same name."""
    kind = ContentType.objects.get_for_model(step.task)
    known = Task.objects.filter(name=step.name, content_type=kind, active=True).first()
    task = known.specific if known else step.task.objects.create(name=step.name)
    if step.groups and not task.groups.exists():
        task.groups.set([Group.objects.get_or_create(name=name)[0] for name in step.groups])
    return task


def _retire_left_steps() -> list[str]:
    """Deactivate the review steps that no workflow holds and where no page waits."""
    waiting = WorkflowState.objects.filter(
        status__in=[WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES]
    )
    left = ReviewTask.objects.filter(active=True, workflow_tasks=None).exclude(
        pk__in=waiting.filter(current_task_state__isnull=False).values("current_task_state__task")
    )
    report = [f"Étape « {task} » d’avant mise hors service." for task in left]
    Task.objects.filter(pk__in=[task.pk for task in left]).update(active=False)
    return report
