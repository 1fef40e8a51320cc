"""Text put in a sheet as raw material: it says so to its author, and publication refuses it."""

from typing import TYPE_CHECKING

from django.utils.html import escape
from wagtail.blocks import StreamValue

from caps_sheets.sections import SECTIONS, in_official_order

if TYPE_CHECKING:
    from caps_sheets.models import CapsSheetPage

MARK = "[à réécrire]"


def to_rewrite(text: str, *, heading: str = "") -> str:
    """The HTML of a marked paragraph from plain ``text``, whose line breaks are kept."""
    title = f" <i>{escape(heading)}</i><br/>" if heading else " "
    return f"<p><b>{MARK}</b>{title}{escape(text.strip()).replace(chr(10), '<br/>')}</p>"


def is_marked(text: str) -> bool:
    return MARK in text.lower()


def is_to_rewrite(sheet: "CapsSheetPage") -> bool:
    """Whether any part of ``sheet`` is still raw material."""
    return is_marked(sheet.summary) or bool(sections_to_rewrite(sheet))


def sections_to_rewrite(sheet: "CapsSheetPage") -> list[str]:
    """Number and heading of the sections that still hold a marked passage."""
    return [
        f"{number}. {section.heading}"
        for number, (section, child) in enumerate(zip(SECTIONS, in_official_order(sheet.body), strict=True), start=1)
        if _holds_mark(child.value)
    ]


def _holds_mark(value: StreamValue) -> bool:
    return any(is_marked(str(block.get_prep_value())) for block in value)
