"""The part of ``docs/capitalisation.md`` that is drawn from the code: census, then case files."""

from collections.abc import Iterator

from caps_sheets.capitalisation.case_files.permissions import CHANGE, CHANGE_EVERY
from caps_sheets.capitalisation.case_files.table import HEADINGS, decision_rows, followed_rows, markdown, needs
from caps_sheets.capitalisation.case_files.transitions import CENTRE, OWNER
from caps_sheets.capitalisation.census.transitions import CENSUS
from caps_sheets.capitalisation.models import CaseFile, CensusState
from portal.base.transitions import Actor
from portal.site_setup.roles import ROLES


def actors_by_role() -> dict[str, set[Actor[CaseFile]]]:
    """As whom the people of each role decide on case files, from the rights of the role."""
    held = {CHANGE_EVERY: CENTRE, CHANGE: OWNER}
    return {role.name: {actor for right, actor in held.items() if right in role.permissions} for role in ROLES}


def census_rows() -> Iterator[list[str]]:
    """One row per state and transition of a census answer."""
    for state in CensusState:
        for transition in CENSUS:
            if state in transition.paths:
                actors = ", ".join(actor.label for actor in transition.actors)
                yield [state.label, transition.label, transition.paths[state].label, needs(transition), actors]


def tables() -> str:
    roles = actors_by_role()
    census = markdown(("État de l’action", "Passage", "Mène à", "Conditions", "Par"), census_rows())
    decisions = markdown((*HEADINGS, *roles), decision_rows(roles))
    followed = markdown(("Étape", "Ce que fait la fiche", "Mène à"), followed_rows())
    return (
        f"Une action recensée (seul son dossier change son état, tant qu’il est en cours ou ajourné) :\n\n{census}\n\n"
        "Un dossier, par une personne, avec un bouton (« ses dossiers » : ceux qui lui sont confiés) :\n\n"
        f"{decisions}\n\nUn dossier, par le circuit de la fiche, sans bouton :\n\n{followed}"
    )
