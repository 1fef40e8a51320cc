"""The models of CAPS sheets, one module per subject."""

from caps_sheets.models.document_import import DocumentImport
from caps_sheets.models.index import SheetsIndexPage
from caps_sheets.models.lifecycle import Erratum, Reuse, ReuseState, SheetConfirmation, SheetReminder
from caps_sheets.models.related import SheetClsm, SheetCommune, SheetKeyword, SheetPartner, SheetTheme
from caps_sheets.models.review import (
    Answer,
    Category,
    CriterionAnswer,
    GridDecision,
    GridReview,
    OverrideKind,
    PublicationOverride,
    ReviewCriterion,
    ReviewGrid,
    SafeMessagingTick,
    SafeWording,
)
from caps_sheets.models.sheet import CapsSheetPage
from caps_sheets.models.tasks import GridReviewTask

__all__ = [
    "Answer",
    "CapsSheetPage",
    "Category",
    "CriterionAnswer",
    "DocumentImport",
    "Erratum",
    "GridDecision",
    "GridReview",
    "GridReviewTask",
    "OverrideKind",
    "PublicationOverride",
    "Reuse",
    "ReuseState",
    "ReviewCriterion",
    "ReviewGrid",
    "SafeMessagingTick",
    "SafeWording",
    "SheetClsm",
    "SheetCommune",
    "SheetConfirmation",
    "SheetKeyword",
    "SheetPartner",
    "SheetReminder",
    "SheetTheme",
    "SheetsIndexPage",
]
