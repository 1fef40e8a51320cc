"""What is kept of the reading of a sheet: grids, answers, ticks and overrides, each tied to one text."""

from caps_sheets.review.models.grid import (
    Answer,
    Category,
    CriterionAnswer,
    GridDecision,
    GridReview,
    ReviewCriterion,
    ReviewGrid,
)
from caps_sheets.review.models.overrides import OverrideKind, PublicationOverride
from caps_sheets.review.models.safe_messaging import SafeMessagingTick, SafeWording

__all__ = [
    "Answer",
    "Category",
    "CriterionAnswer",
    "GridDecision",
    "GridReview",
    "OverrideKind",
    "PublicationOverride",
    "ReviewCriterion",
    "ReviewGrid",
    "SafeMessagingTick",
    "SafeWording",
]
