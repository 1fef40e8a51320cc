"""The paragraph that a reader is making, whatever the format: its spans, and what stands beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from caps_sheets.document_import.formats.document import Aside, AsideKind, Block, Paragraph, Span

#: Where the fonts of signs have theirs: another font shows nothing there.
PRIVATE_USE = re.compile("[\ue000-\uf8ff]")


@dataclass(frozen=True)
class Format:
    is_bold: bool = False
    is_italic: bool = False
    url: str = ""
    is_inserted: bool = False


@dataclass
class Collector:
    """``after``: the text boxes and pictures anchored in the paragraph, which follow it."""

    spans: list[Span] = field(default_factory=list)
    after: list[Block] = field(default_factory=list)
    asides: list[Aside] = field(default_factory=list)

    def add(self, text: str, style: Format) -> None:
        if not text:
            return
        span = Span(PRIVATE_USE.sub("•", text), style.is_bold, style.is_italic, style.url)
        last = self.spans[-1] if self.spans else None
        if last and replace(last, text="") == replace(span, text=""):
            self.spans[-1] = replace(last, text=last.text + text)
        else:
            self.spans.append(span)
        if style.is_inserted:
            self.set_aside(AsideKind.INSERTED, text)

    def set_aside(self, kind: AsideKind, text: str) -> None:
        """Runs of one change follow each other: they are listed as one."""
        last = self.asides[-1] if self.asides else None
        if last and last.kind is kind and kind in (AsideKind.DELETED, AsideKind.INSERTED):
            self.asides[-1] = replace(last, text=last.text + text)
        elif text.strip():
            self.asides.append(Aside(kind, text))

    def placed_asides(self, paragraph: Paragraph) -> list[Aside]:
        start = " ".join(paragraph.text.split())
        place = start if len(start) <= 80 else f"{start[:79]}…"
        return [replace(aside, text=aside.text.strip(), place=place) for aside in self.asides]
