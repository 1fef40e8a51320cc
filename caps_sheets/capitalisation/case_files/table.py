"""The table of transitions in French, for the documentation: who may decide what at each stage."""

from collections.abc import Iterable, Iterator, Mapping

from caps_sheets.capitalisation.case_files.transitions import CENTRE, DECISIONS, FOLLOWED, OWNER, CaseTransition
from caps_sheets.capitalisation.models import CaseFile, Stage
from portal.base.transitions import Actor, Transition

EVERY, OWN, NONE = "oui", "ses dossiers", "–"
HEADINGS = ("Étape", "Décision", "Mène à", "Conditions")


def decision_rows(roles: Mapping[str, set[Actor[CaseFile]]]) -> Iterator[list[str]]:
    """One row per stage and decision; ``roles``: name → actor types of its members."""
    for stage in Stage:
        for entry in DECISIONS:
            if stage in entry.paths:
                yield [named(stage), entry.label, target(entry, stage), needs(entry), *_cells(entry, roles.values())]


def followed_rows() -> Iterator[list[str]]:
    """One row per stage and event of the workflow of the sheet."""
    for stage in Stage:
        for entry in FOLLOWED:
            if stage in entry.paths:
                yield [named(stage), entry.label, target(entry, stage)]


def named(stage: Stage) -> str:
    return f"{stage.value}. {stage.label}"


def target(entry: CaseTransition, stage: Stage) -> str:
    """The next stage, or the status if the file stays at its stage."""
    after = entry.paths[stage]
    if after != stage:
        return named(after)
    return f"même étape, {entry.status_after.label}"


def needs(entry: Transition) -> str:
    return ", ".join(entry.requirements) or NONE


def _cells(entry: CaseTransition, roles: Iterable[set[Actor[CaseFile]]]) -> Iterator[str]:
    for actors in roles:
        allowed = actors & set(entry.actors)
        yield EVERY if CENTRE in allowed else OWN if OWNER in allowed else NONE


def markdown(headings: Iterable[str], rows: Iterable[list[str]]) -> str:
    lines = [list(headings)]
    lines += [["---"] * len(lines[0]), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
