"""The quotations of a sheet that the CLSM permits one by one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from caps_sheets.models import CapsSheetPage
from caps_sheets.sections import in_official_order
from portal.moderation.stream_errors import Path


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
    for verbatim, _ in quotations(sheet):
        verbatims.setdefault(verbatim.key, verbatim)
    return list(verbatims.values())


def quotations(sheet: CapsSheetPage) -> Iterator[tuple[Verbatim, Path]]:
    """Each quotation, with its input in the text: the verbatim blocks, and the highlights that quote somebody."""
    for child in in_official_order(sheet.body):
        for block in child.value:
            name = {"verbatim": "quote", "highlight": "verbatim"}.get(block.block_type)
            if name and (quote := (block.value.get(name) or "").strip()):
                role = (block.value.get("role") or "").strip()
                key = hashlib.sha256(f"{quote}\n{role}".encode()).hexdigest()
                yield Verbatim(key, quote, role, child.block_type), (str(child.id), str(block.id), name)
