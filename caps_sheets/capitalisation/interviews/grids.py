"""Versions of the interview grid: the first one is shipped, the next ones are copies that the Centre edits."""

import tomllib
from pathlib import Path

from django.db import transaction
from wagtail.log_actions import log

from caps_sheets.capitalisation.models import InterviewGrid, InterviewQuestion
from portal.base.errors import RefusedError
from portal.users.models import User

FIRST_GRID = Path(__file__).parents[1] / "data" / "interview_grid.toml"


@transaction.atomic
def load_first_grid() -> int:
    """Create version 1 and return its number of questions; 0 if the portal already has a grid."""
    if InterviewGrid.objects.exists():
        return 0
    data = tomllib.loads(FIRST_GRID.read_text(encoding="utf-8"))
    grid = InterviewGrid.objects.create(version=1, is_current=True, comment=data["comment"])
    questions = [
        InterviewQuestion(
            grid=grid,
            part=row["part"],
            order=order,
            label=row["label"],
            prompts="\n".join(row["prompts"]),
            section=row.get("section", ""),
        )
        for order, row in enumerate(data["question"], start=1)
    ]
    return len(InterviewQuestion.objects.bulk_create(questions))


def current_grid() -> InterviewGrid:
    """The version of the next interviews; ``RefusedError`` if the portal has none yet."""
    grid = InterviewGrid.in_use()
    if grid is None:
        raise RefusedError("Aucune grille d’entretien n’est en service : mettez-en une en service d’abord.")
    return grid


@transaction.atomic
def copy_grid(grid: InterviewGrid, *, by: User) -> InterviewGrid:
    """A new version with the same questions, to be edited before it is put in use."""
    copy = InterviewGrid.next_version(grid)
    copy.created_by = by
    copy.save()
    log(instance=copy, action="capitalisation.grid_copied", user=by, data={"from": grid.version})
    return copy


@transaction.atomic
def make_current(grid: InterviewGrid, *, by: User) -> None:
    """Use ``grid`` for the next interviews; existing ones keep theirs."""
    if not InterviewQuestion.objects.filter(grid=grid).exists():
        raise RefusedError("Cette version n’a aucune question.")
    grid.put_in_use()
    log(instance=grid, action="capitalisation.grid_made_current", user=by)
