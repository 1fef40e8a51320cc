"""The quotations of a sheet that the CLSM permits one by one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from wagtail.blocks import StreamValue

from caps_sheets.models import CapsSheetPage
from caps_sheets.sections import in_official_order


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
