"""The table of transitions in French, for the documentation: who may decide what at each stage."""

from collections.abc import Iterable, Iterator, Mapping

from caps_sheets.capitalisation.case_files.transitions import DECISIONS, FOLLOWED, Actor, Move
from caps_sheets.capitalisation.models import CaseStatus, Stage

EVERY, OWN, NONE = "oui", "ses dossiers", "–"
HEADINGS = ("Étape", "Décision", "Mène à", "Conditions")


def decision_rows(roles: Mapping[str, set[Actor]]) -> Iterator[list[str]]:
    """One row per stage and decision; ``roles``: name → as whom its people decide."""
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


def target(entry: Move, stage: Stage) -> str:
    """The stage after, or the situation when the file stays where it is."""
    after = entry.paths[stage]
    if after != stage:
        return named(after)
    return f"même étape, {entry.status_after.label}"


def needs(entry: Move) -> str:
    words = [condition.label for condition in entry.conditions]
    words += ["motif"] if entry.needs_reason else []
    words += [f"dossier {_either(entry.statuses)}"] if entry.statuses != (CaseStatus.ACTIVE,) else []
    return ", ".join(words) or NONE


def _either(statuses: Iterable[CaseStatus]) -> str:
    return " ou ".join(status.label for status in statuses)


def _cells(entry: Move, roles: Iterable[set[Actor]]) -> Iterator[str]:
    for actors in roles:
        allowed = actors & set(entry.actors)
        yield EVERY if Actor.CENTRE in allowed else OWN if Actor.OWNER in allowed else NONE


def markdown(headings: Iterable[str], rows: Iterable[list[str]]) -> str:
    lines = [list(headings)]
    lines += [["---"] * len(lines[0]), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
