"""CAPS sheets, split by subject."""

from caps_sheets.models.index import SheetsIndexPage
from caps_sheets.models.parts import SheetClsm, SheetCommune, SheetKeyword, SheetPartner, SheetTheme
from caps_sheets.models.sheet import CapsSheetPage
from caps_sheets.review.models import (
    Answer,
    Category,
    CriterionAnswer,
    GridDecision,
    GridReview,
    GridReviewTask,
    OverrideKind,
    PublicationOverride,
    ReviewCriterion,
    ReviewGrid,
    SafeMessagingTick,
    SafeWording,
)

__all__ = [
    "Answer",
    "CapsSheetPage",
    "Category",
    "CriterionAnswer",
    "GridDecision",
    "GridReview",
    "GridReviewTask",
    "OverrideKind",
    "PublicationOverride",
    "ReviewCriterion",
    "ReviewGrid",
    "SafeMessagingTick",
    "SafeWording",
    "SheetClsm",
    "SheetCommune",
    "SheetKeyword",
    "SheetPartner",
    "SheetTheme",
    "SheetsIndexPage",
]
