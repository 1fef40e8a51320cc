"""Filling the grid: what it says of a text, what blocks, what changed since the text before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from wagtail.log_actions import log
from wagtail.models import Revision

from caps_sheets.clearance import text_key
from caps_sheets.review.grids import current_grid
from caps_sheets.review.models.grid import Answer, CriterionAnswer, GridDecision, GridReview, ReviewCriterion
from caps_sheets.review.overrides import waives_grid
from portal.base.errors import Refused, already_decided
from portal.base.locks import locked
from portal.moderation.models.authorship import contributors
from portal.users.models import User

if TYPE_CHECKING:
    from caps_sheets.models import CapsSheetPage

GRID_FILLED = "caps_sheets.grid_filled"
RIGHT = "caps_sheets.add_gridreview"
NO_GRID = "La grille de relecture n’a pas été remplie pour ce texte."

#: criterion id -> (answer, comment)
Filled = Mapping[int, tuple[str, str]]


def review_of(sheet: CapsSheetPage, revision: Revision) -> GridReview | None:
    """The grid filled for the text of ``revision``, its answers at hand."""
    reviews = GridReview.objects.filter(sheet=sheet.pk, text_key=text_key(revision))
    return reviews.select_related("grid", "reviewer").prefetch_related("answers__criterion").first()


def stamp(review: GridReview | None) -> str:
    """What tells one state of a grid from the next."""
    return f"{review.pk}-{review.updated_at.isoformat()}" if review else ""


def criteria_of(review: GridReview | None) -> list[ReviewCriterion]:
    """Those of the version that the review was started with, else of the version in use."""
    grid = review.grid if review else current_grid()
    return sorted(grid.criteria.all(), key=lambda one: (one.category, one.sort_order or 0)) if grid else []


def may_fill(user: User, sheet: CapsSheetPage) -> bool:
    """Whoever has the right, unless they took part in the text."""
    return user.has_perm(RIGHT) and user.pk not in contributors(sheet)


@transaction.atomic
def fill(sheet: CapsSheetPage, filled: Filled, *, by: User, seen: str | None = None) -> GridReview:
    """Save the answers about the latest text, complete or not. Raises ``Refused``.

    ``seen``: the stamp of the grid when the form was opened, so that nobody's answers are overwritten unseen.
    """
    sheet = locked(sheet)
    revision = sheet.get_latest_revision()
    grid = current_grid()
    if revision is None or grid is None:
        raise Refused("Il n’y a pas encore de texte à relire, ou pas de grille en service.")
    if not may_fill(by, sheet):
        raise Refused("Une autre personne doit relire ce texte : vous y avez pris part.")
    known = review_of(sheet, revision)
    if seen is not None and known and seen != stamp(known):
        what = f"grille {known.get_decision_display()}" if known.decision else "grille enregistrée"
        decided = already_decided(what, by=known.reviewer, at=known.updated_at)
        raise Refused(*decided.messages, "La grille a changé pendant votre lecture : ouvrez-la de nouveau.")
    if seen is not None and seen != stamp(known):
        raise Refused("Le texte a changé pendant votre lecture : ouvrez la grille de nouveau.")
    review, _ = GridReview.objects.get_or_create(
        sheet=sheet, text_key=text_key(revision), defaults={"grid": grid, "revision": revision, "reviewer": by}
    )
    criteria = {one.pk: one for one in criteria_of(review)}
    if problems := uncommented(criteria, filled):
        raise Refused(*problems.values())
    for pk, (value, comment) in filled.items():
        if pk in criteria:
            CriterionAnswer.objects.update_or_create(
                review=review, criterion=criteria[pk], defaults={"value": value, "comment": comment.strip()}
            )
    review.revision, review.reviewer = revision, by
    review.save()
    log(instance=sheet, action=GRID_FILLED, user=by, revision=revision, data={"version": review.grid.version})
    return review


def uncommented(criteria: Mapping[int, ReviewCriterion], filled: Filled) -> dict[int, str]:
    """Each « non » without its comment, by criterion: the author has to know what to change."""
    return {
        pk: f"« {criteria[pk]} » : dites pourquoi « non »."
        for pk, (value, comment) in filled.items()
        if pk in criteria and value == Answer.NO and not comment.strip()
    }


def grid_problems(review: GridReview | None) -> list[str]:
    """What in the grid keeps the text from being approved."""
    if review is None:
        return [NO_GRID]
    answers = {answer.criterion_id: answer for answer in review.answers.all()}
    missing = [one for one in criteria_of(review) if not (one.pk in answers and answers[one.pk].value)]
    problems = [f"La grille de relecture attend encore {len(missing)} réponse(s)."] if missing else []
    blocking = [answer for answer in answers.values() if answer.is_blocking]
    return problems + [f"Grille de relecture, « non » : {one.criterion}. {one.comment}".strip() for one in blocking]


def reasons_of(review: GridReview) -> list[str]:
    """Each « non » with its comment, as the author reads it."""
    return [f"« {one.criterion} » : {one.comment}" for one in review.answers.all() if one.value == Answer.NO]


def remarks_of(review: GridReview) -> list[str]:
    """Each answer that says something more than « oui » or « nr »."""
    said = [one for one in review.answers.all() if one.comment]
    return [f"« {one.criterion} », {one.get_value_display()} : {one.comment}" for one in said]


def note_decision(review: GridReview, action: str, reason: str) -> None:
    """Keep on the grid what was decided with it."""
    review.decision = GridDecision.APPROVED if action == "approve" else GridDecision.RETURNED
    review.reason = reason.strip()
    review.save(update_fields=["decision", "reason", "updated_at"])


def grid_errors(sheet: CapsSheetPage, revision: Revision) -> list[str]:
    """What of the grid keeps the text from its approval and from its publication (``caps_sheets.clearance``).

    Nothing when the Centre decided, for this text, to do without: the step and the publication ask the same question.
    """
    if waives_grid(sheet.pk, text_key(revision)):
        return []
    return grid_problems(review_of(sheet, revision))


@dataclass(frozen=True)
class Change:
    """A criterion answered otherwise than for the text before."""

    label: str
    before: str
    after: str
    comment: str


def changes(before: GridReview | None, after: GridReview) -> list[Change]:
    """What the grid says anew, criterion by criterion; criteria are the same when their key is."""
    if before is None:
        return []
    known = {answer.criterion.key: answer for answer in before.answers.all()}
    found = []
    for answer in after.answers.all():
        old = known.pop(answer.criterion.key, None)
        if (old.value if old else "") != answer.value:
            found.append(Change(str(answer.criterion), old.value if old else "", answer.value, answer.comment))
    return found + [Change(str(old.criterion), old.value, "", "") for old in known.values() if old.value]


def history(sheet: CapsSheetPage) -> list[tuple[GridReview, list[Change]]]:
    """Every grid of a sheet with what it changed, latest first."""
    reviews = list(
        GridReview.objects.filter(sheet=sheet.pk)
        .select_related("grid", "reviewer", "revision")
        .prefetch_related("answers__criterion")
    )
    before = [*reviews[1:], None]
    return [(review, changes(older, review)) for review, older in zip(reviews, before, strict=False)]
