"""The paragraph that a reader is making, whatever the format: its spans, and what stands beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from caps_sheets.document_import.formats.document import LOWERED, RAISED, Aside, AsideKind, Block, Paragraph, Span

#: Where the fonts of signs have theirs: another font shows nothing there.
PRIVATE_USE = re.compile("[\ue000-\uf8ff]")
#: Boxes and ticks of the fonts « Wingdings » and « Wingdings 2 », by their code there.
BOXES = {
    "Wingdings": {0x6F: "☐", 0x71: "☐", 0x72: "☐", 0xA8: "☐", 0x78: "☒", 0xFD: "☒", 0xFE: "☑", 0xFC: "✓", 0xFB: "✗"},
    "Wingdings 2": {0x2A: "☐", 0x30: "☐", 0xA3: "☐", 0x51: "☒", 0x53: "☒", 0x54: "☒", 0x52: "☑", 0x50: "✓", 0x4F: "✗"},
}
CHECKED, UNCHECKED = "☒", "☐"
SHIFTED = {"raised": RAISED, "lowered": LOWERED}
#: Runs of one kind that follow each other are listed as one.
JOINED = {AsideKind.DELETED, AsideKind.INSERTED, AsideKind.STRUCK, AsideKind.HIDDEN}


@dataclass(frozen=True)
class Format:
    is_bold: bool = False
    is_italic: bool = False
    url: str = ""
    is_inserted: bool = False
    is_struck: bool = False
    is_hidden: bool = False
    #: « raised » above the line, « lowered » below it, or empty.
    shift: str = ""
    font: str = ""

    @property
    def is_listed(self) -> bool:
        """Whether its text is beside the draft, and not in it."""
        return self.is_struck or self.is_hidden


def sign(code: int, font: str) -> str:
    """A sign of a font; a bullet for one that says nothing elsewhere."""
    is_private = 0xE000 <= code < 0xF900
    if box := BOXES.get(font, {}).get(code - 0xF000 if is_private else code):
        return box
    return "•" if is_private or not 32 <= code < 0xD800 else chr(code)


def shifted(text: str, shift: str) -> str:
    """« 10³ » and not « 103 »; as it is written if a character has no such form."""
    table = SHIFTED.get(shift, {})
    return text.translate(table) if all(character.isspace() or ord(character) in table for character in text) else text


@dataclass
class Collector:
    """``after``: the text boxes and pictures anchored in the paragraph, which follow it."""

    spans: list[Span] = field(default_factory=list)
    after: list[Block] = field(default_factory=list)
    asides: list[Aside] = field(default_factory=list)
    #: Whether the last text is the last aside: what follows it may be the same one.
    is_aside_last: bool = False

    def add(self, text: str, style: Format) -> None:
        if not text:
            return
        if style.is_listed:
            self.set_aside(AsideKind.HIDDEN if style.is_hidden else AsideKind.STRUCK, text)
            return
        text = shifted(PRIVATE_USE.sub(lambda found: sign(ord(found[0]), style.font), text), style.shift)
        span = Span(text, style.is_bold, style.is_italic, style.url)
        last = self.spans[-1] if self.spans else None
        if last and replace(last, text="") == replace(span, text=""):
            self.spans[-1] = replace(last, text=last.text + span.text)
        else:
            self.spans.append(span)
        self.is_aside_last = self.is_aside_last and style.is_inserted
        if style.is_inserted:
            self.set_aside(AsideKind.INSERTED, text)

    def set_aside(self, kind: AsideKind, text: str) -> None:
        last = self.asides[-1] if self.asides else None
        if last and last.kind is kind and kind in JOINED and self.is_aside_last:
            self.asides[-1] = replace(last, text=last.text + text)
        elif text.strip():
            self.asides.append(Aside(kind, text))
        self.is_aside_last = True

    def placed_asides(self, paragraph: Paragraph) -> list[Aside]:
        start = " ".join(paragraph.text.split())
        place = start if len(start) <= 80 else f"{start[:79]}…"
        return [replace(aside, text=aside.text.strip(), place=place) for aside in self.asides]
