"""The parts of a sheet that can be commented, and the quotations that the CLSM permits one by one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from wagtail.blocks import StreamValue

from caps_sheets.models import CapsSheetPage
from caps_sheets.sections import ORDER, SECTIONS, in_official_order

WHOLE = "ensemble"
SUMMARY = "resume"
IDENTITY = "identite"
KEY_POINTS = "a-retenir"
#: key → heading, in the order of the page. The keys of the sections are those of the sheet.
HEADINGS = {
    SUMMARY: "Titre, accroche et résumé",
    IDENTITY: "Carte d’identité",
    KEY_POINTS: "À retenir",
    **{section.key: section.heading for section in SECTIONS},
    WHOLE: "L’ensemble de la fiche",
}


@dataclass(frozen=True)
class Verbatim:
    """A quotation as it would be published. ``key`` is the same wherever and whenever the same words are quoted."""

    key: str
    quote: str
    role: str
    section: str


def verbatims(sheet: CapsSheetPage) -> list[Verbatim]:
    """Every quotation of the text, in its order, without duplicates."""
    verbatims: dict[str, Verbatim] = {}
    for child in in_official_order(sheet.body):
        for quote, role in _quotations(child.value):
            key = hashlib.sha256(f"{quote}\n{role}".encode()).hexdigest()
            verbatims.setdefault(key, Verbatim(key, quote, role, child.block_type))
    return list(verbatims.values())


def _quotations(blocks: StreamValue) -> Iterator[tuple[str, str]]:
    """(words, function of the person) of the verbatim blocks, and of the highlights that quote somebody."""
    for block in blocks:
        name = {"verbatim": "quote", "highlight": "verbatim"}.get(block.block_type)
        if name and (quote := (block.value.get(name) or "").strip()):
            yield quote, (block.value.get("role") or "").strip()


@dataclass(frozen=True)
class SheetPart:
    """One part of the sheet on the proof-reading page; ``blocks`` is None for what is not a section of the text."""

    key: str
    heading: str
    number: int | None
    blocks: StreamValue | None
    verbatims: list[Verbatim]

    @property
    def slug(self) -> str:
        return self.key.replace("_", "-")


def parts(sheet: CapsSheetPage) -> list[SheetPart]:
    """The parts in their order. An empty section can be commented too: something may be missing there."""
    quoted = verbatims(sheet)
    texts = {child.block_type: child.value for child in in_official_order(sheet.body)}
    return [
        SheetPart(
            key,
            heading,
            ORDER[key] + 1 if key in ORDER else None,
            texts.get(key),
            [verbatim for verbatim in quoted if verbatim.section == key],
        )
        for key, heading in HEADINGS.items()
    ]
