"""The moderation workflows, as data: which steps, decided by whom, for which part of the site."""

from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.db import transaction
from wagtail.models import Page, Workflow, WorkflowPage, WorkflowTask

from caps_sheets.models import SheetsIndexPage
from caps_sheets.podcasts.models import ShowPage
from network.models import DirectoryPage
from portal.home.models import HomePage
from portal.moderation.models import ReviewTask


@dataclass(frozen=True)
class Step:
    name: str
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Circuit:
    """One workflow: its steps in order, and the page types whose subtree it applies to."""

    name: str
    steps: tuple[Step, ...]
    page_types: tuple[type[Page], ...]


CIRCUITS = (
    Circuit(
        "Fiche CAPS",
        (
            Step("Relecture éditoriale", ("Édition", "Modération")),
            Step("Validation nationale", ("Modération",)),
        ),
        (SheetsIndexPage,),
    ),
    Circuit("Profil de CLSM", (Step("Validation du profil", ("Modération",)),), (DirectoryPage,)),
    Circuit("Épisode", (Step("Validation de l’épisode", ("Modération",)),), (ShowPage,)),
    Circuit("Page du site", (Step("Relecture de la page", ("Édition", "Modération")),), (HomePage,)),
)


@transaction.atomic
def setup_workflows() -> list[str]:
    """Create what is missing, attach each workflow to its pages, and say what was done. Safe to run again."""
    report = [line for circuit in CIRCUITS for line in _setup_circuit(circuit)]
    for workflow in Workflow.objects.filter(active=True).exclude(name__in=[circuit.name for circuit in CIRCUITS]):
        # Wagtail's own « Moderators approval » would let people approve their own text.
        workflow.deactivate()
        report.append(f"Circuit « {workflow.name} » désactivé.")
    return report


def _setup_circuit(circuit: Circuit) -> list[str]:
    workflow, created = Workflow.objects.get_or_create(name=circuit.name, active=True)
    report = [f"Circuit « {circuit.name} » créé."] if created else []
    for rank, step in enumerate(circuit.steps):
        task = ReviewTask.objects.filter(name=step.name).first() or ReviewTask.objects.create(name=step.name)
        if not task.groups.exists():
            task.groups.set([Group.objects.get_or_create(name=name)[0] for name in step.groups])
        WorkflowTask.objects.get_or_create(workflow=workflow, task=task, defaults={"sort_order": rank})
    for page_type in circuit.page_types:
        for page in page_type.objects.all():
            WorkflowPage.objects.update_or_create(page=page, defaults={"workflow": workflow})
    return report
