"""Factories of the imports of tables."""

from dataclasses import asdict

from portal.base.readings import Remark
from portal.base.tables.lines import Heading
from portal.imports.models import ImportLine, ImportStep, KnownHeading, LineState, TableImport
from portal.users.models import User


def make_import(kind: str, owner: User, step: ImportStep = ImportStep.REPORT, **kw: object) -> TableImport:
    """Two lines, one refused for its title, one accepted or still to check; a heading that somebody told."""
    headings = [Heading(0, "identifiant", "identifiant"), Heading(1, "Ville", "", is_certain=False)]
    values = {"name": "actions.csv", "headings": [asdict(heading) for heading in headings]} | kw
    table = TableImport.objects.create(kind=kind, owner=owner, step=step, **values)
    KnownHeading.objects.get_or_create(kind=kind, heading="ville", shown="Ville")
    title = "nom" if kind == "clsm" else "intitule"
    refused = Remark("cellule vide.", 2, title)
    states = (
        (LineState.WAITING, LineState.WAITING) if step == ImportStep.CHECK else (LineState.REFUSED, LineState.CREATED)
    )
    for number, state in enumerate(states, start=2):
        remarks = [asdict(refused)] if state == LineState.REFUSED else []
        ImportLine.objects.create(
            table=table,
            number=number,
            key=f"A{number}",
            cells={"identifiant": f"A{number}"},
            state=state,
            remarks=remarks,
        )
    return table
