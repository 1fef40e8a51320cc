"""The editorial step of the workflow of a sheet, whose form is the official grid."""

from django.urls import reverse
from wagtail.models import Page, TaskState

from caps_sheets.models.clearance import text_key
from caps_sheets.models.review import (
    NO_GRID,
    GridReview,
    fillers,
    grid_errors,
    note_decision,
    reasons_of,
    remarks_of,
    review_of,
)
from portal.moderation.models import ReviewTask
from portal.moderation.models.authorship import draft_errors
from portal.moderation.notifications import tell
from portal.users.models import User

GRID_APPROVED = "grid_approved"


class GridReviewTask(ReviewTask):
    """A review with the official grid, by somebody who took no part in the text."""

    class Meta:
        verbose_name = "relecture éditoriale par la grille"
        verbose_name_plural = "relectures éditoriales par la grille"

    def text_refusals(self, obj: Page) -> list[str]:
        """Also refuses if the grid of this very text is missing, incomplete or has « non » for a main criterion."""
        return super().text_refusals(obj) or _grid_errors(obj)

    def takers(self, task_state: TaskState) -> set[int | None]:
        """Also who filled the grid: that is the review."""
        review = _review(task_state.workflow_state.content_object)
        return super().takers(task_state) | (fillers(review) if review else set())

    def lead(self, obj: Page, user: User) -> tuple[str, str] | None:
        if self.personal_refusals(obj, user) or draft_errors(obj) or not _grid_errors(obj):
            return None
        return "Remplir la grille de relecture", reverse("review_grid", args=[obj.pk])

    def needs_reason(self, obj: Page) -> bool:
        """The « non » of the grid are reasons already, each with its comment."""
        review = _review(obj)
        return review is None or not reasons_of(review)

    def decide(self, task_state: TaskState, user: User, action_name: str, comment: str) -> None:
        """Record the decision on the grid; the author reads each « non » below the reason."""
        page = task_state.workflow_state.content_object
        review = _review(page)
        if action_name == "reject" and review:
            note_decision(review, action_name, comment)
            comment = "\n".join(filter(None, [comment.strip(), *reasons_of(review)]))
        super().decide(task_state, user, action_name, comment)
        if action_name == "approve" and review:
            note_decision(review, action_name, comment)
            authors = {page.owner, task_state.workflow_state.requested_by} - {user}
            tell(GRID_APPROVED, authors, page=page, reviewer=user, remarks=remarks_of(review))

    @classmethod
    def get_description(cls) -> str:
        return "Un membre des groupes choisis remplit la grille de relecture, puis approuve ou demande des changements."


def _grid_errors(page: Page) -> list[str]:
    revision = page.get_latest_revision()
    return grid_errors(page, revision, text_key(revision)) if revision else [NO_GRID]


def _review(page: Page) -> GridReview | None:
    revision = page.get_latest_revision()
    return review_of(page, text_key(revision)) if revision else None
