"""CAPS sheets, split by subject."""

from caps_sheets.models.index import SheetsIndexPage
from caps_sheets.models.parts import SheetClsm, SheetCommune, SheetKeyword, SheetPartner, SheetTheme
from caps_sheets.models.sheet import CapsSheetPage

__all__ = [
    "CapsSheetPage",
    "SheetClsm",
    "SheetCommune",
    "SheetKeyword",
    "SheetPartner",
    "SheetTheme",
    "SheetsIndexPage",
]
