"""The generated part of ``docs/capitalisation.md``: stages × decisions × roles."""

from caps_sheets.capitalisation.case_files.permissions import CHANGE, CHANGE_EVERY
from caps_sheets.capitalisation.case_files.table import HEADINGS, decision_rows, followed_rows, markdown
from caps_sheets.capitalisation.case_files.transitions import Actor
from portal.site_setup.roles import ROLES


def actors_by_role() -> dict[str, set[Actor]]:
    """The actor types of each role in decisions on case files, from the rights of the role."""
    held = {CHANGE_EVERY: Actor.CENTRE, CHANGE: Actor.OWNER}
    return {role.name: {actor for right, actor in held.items() if right in role.permissions} for role in ROLES}


def tables() -> str:
    roles = actors_by_role()
    decisions = markdown((*HEADINGS, *roles), decision_rows(roles))
    followed = markdown(("Étape", "Ce que fait la fiche", "Mène à"), followed_rows())
    return (
        f"Par une personne, avec un bouton (« ses dossiers » : ceux qui lui sont confiés) :\n\n{decisions}\n\n"
        f"Par le circuit de la fiche, sans bouton :\n\n{followed}"
    )
