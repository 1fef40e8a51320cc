"""What the parts of a document become in a sheet, as the raw values of its fields; what does not fit is listed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.utils.html import escape

from caps_sheets.document_import.formats.document import (
    SAFE,
    Aside,
    AsideKind,
    Block,
    Cell,
    Paragraph,
    Picture,
    Span,
    Table,
    cell_text,
    pictures_of,
    with_addresses,
)
from caps_sheets.document_import.headings import BESIDE, EASY, HOOK, POINTS, SOURCES, SUMMARY, WITHIN
from caps_sheets.document_import.outline import Part
from caps_sheets.sections import ORDER

NOTE = re.compile(r"\[\d+\]")
OPENING, CLOSING = '«“"', '»”"'
#: What follows a quotation: nothing, or who said it.
SAID_BY = re.compile(r"[.,]?\s*(?:[(–—\-,:]+\s*(?P<role>[^)\n]{2,120}?)\)?\.?)?")
LONGEST_END = 200
#: Fewer words between quotation marks, in bold or before others, are a name: « Ensemble », un dispositif de la ville.
FEWEST_WORDS = 4
SIGNATURE = re.compile(r"\s*[–—-]\s*(?P<role>\S[^\n]{1,118})\s*")
HOOK_LENGTH, POINT_LENGTH, ROLE_LENGTH, HEADING_LENGTH = 200, 160, 120, 250

Raw = dict[str, Any]


@dataclass
class Content:
    """``sections``: raw blocks by section. ``asides``: what no field takes, with its text."""

    hook: str = ""
    summary: str = ""
    easy_read: str = ""
    other_sources: str = ""
    key_points: list[str] = field(default_factory=list)
    sections: dict[str, list[Raw]] = field(default_factory=dict)
    asides: list[Aside] = field(default_factory=list)
    pictures_beside: list[Picture] = field(default_factory=list)


@dataclass
class Writer:
    """``notes``: text of each note by its mark. ``images``: key of the stored image of each picture, by its ``id``."""

    notes: Mapping[str, list[Paragraph]]
    images: Mapping[int, int]
    content: Content = field(default_factory=Content)

    def write(self, parts: Iterable[Part]) -> Content:
        target = BESIDE
        for part in parts:
            inside = part.target == WITHIN or bool(self.content.sections.get(part.target))
            target = target if part.target == WITHIN else part.target
            blocks = [Paragraph([Span(part.heading, is_bold=True)]), *part.blocks] if inside else part.blocks
            self.place(target, part.heading, [*blocks, *self._notes_of(blocks)])
        return self.content

    def place(self, target: str, heading: str, blocks: list[Block]) -> None:
        if target in ORDER:
            self.content.sections.setdefault(target, []).extend(self.section(blocks))
        elif target == SUMMARY:
            self.content.summary += "".join(self.html(self._texts(blocks), lists=False))
        elif target == EASY:
            self.content.easy_read += "".join(self.html(self._texts(blocks), lists=True))
        elif target == SOURCES:
            self.content.other_sources += "\n".join(map(with_addresses, self._texts(blocks))) + "\n"
        elif target == HOOK:
            self._hook(self._texts(blocks))
        elif target == POINTS:
            self._points(self._texts(blocks))
        else:
            self.beside(heading, blocks)

    # Sections

    def section(self, blocks: list[Block]) -> Iterator[Raw]:
        for kind, group in groupby(_quotes_signed(blocks), key=_kind):
            if kind == "text":
                html = "".join(self.html([item for item in group if isinstance(item, Paragraph)], lists=True))
                yield from [{"type": "paragraph", "value": html}] if html else []
            else:
                for block in group:
                    yield from self._block(block)

    def _block(self, block: Block) -> Iterator[Raw]:
        if isinstance(block, Picture):
            yield from self._illustration(block)
        elif isinstance(block, Table):
            yield {"type": "table", "value": self.table(block)}
            for picture in pictures_of([block]):
                yield from self._illustration(picture)
        else:
            yield {"type": "verbatim", "value": self.verbatim(block)}

    def verbatim(self, paragraph: Paragraph) -> Raw:
        quote, role = quoted(paragraph.text) or (paragraph.text.strip(), "")
        lines = quote.rsplit("\n", 1)
        if not role and len(lines) == 2 and (signed := SIGNATURE.fullmatch(lines[1])):
            quote, role = lines[0].strip(' \n«»“”"'), signed["role"]
        return {"quote": quote, "role": role.strip(), "has_consent": False}

    def _illustration(self, picture: Picture) -> Iterator[Raw]:
        if id(picture) in self.images and not picture.is_cropped:
            image = {"image": self.images[id(picture)], "decorative": False, "alt_text": picture.alt[:255]}
            yield {"type": "illustration", "value": {"image": image, "caption": ""}}
        else:
            self.content.pictures_beside.append(picture)

    def table(self, table: Table) -> Raw:
        first, *others = table.rows
        titles = [cell_text(cell).strip() for cell in first]
        has_titles = bool(others) and all(titles) and all(len(title) <= HEADING_LENGTH for title in titles)
        has_titles = has_titles and all(
            len([part for part in cell if isinstance(part, Paragraph)]) == 1 for cell in first
        )
        titles = titles if has_titles else [""] * len(first)
        rows = [{"values": [self._cell(cell) for cell in row]} for row in (others if has_titles else table.rows)]
        columns = [{"type": "text", "heading": " ".join(title.split())} for title in titles]
        return {"columns": columns, "rows": rows, "caption": ""}

    def _cell(self, cell: Cell) -> str:
        return "".join(self.html([part for part in cell if isinstance(part, Paragraph)], lists=True))

    # Other fields

    def _texts(self, blocks: Iterable[Block]) -> list[Paragraph]:
        """The paragraphs, those of tables included; the pictures of a part without pictures are listed."""
        texts: list[Paragraph] = []
        for block in blocks:
            if isinstance(block, Paragraph):
                texts += [block] if block.text.strip() else []
            elif isinstance(block, Table):
                texts += [Paragraph([Span(" | ".join(map(_cell_line, row)))]) for row in block.rows]
        self.content.pictures_beside += pictures_of(blocks)
        return texts

    def _hook(self, texts: list[Paragraph]) -> None:
        text = " ".join(" ".join(item.text.split()) for item in texts)
        if text and self.content.hook not in ("", text):
            self.content.asides.append(Aside(AsideKind.SECOND, text, "Accroche"))
        elif len(text) > HOOK_LENGTH:
            self.content.asides.append(Aside(AsideKind.TOO_LONG, text, f"Accroche, {HOOK_LENGTH} caractères au plus"))
        elif text:
            self.content.hook = text

    def _points(self, texts: list[Paragraph]) -> None:
        for item in texts:
            text = " ".join(item.text.split())
            if len(text) <= POINT_LENGTH:
                self.content.key_points.append(text)
            else:
                place = f"À retenir, {POINT_LENGTH} caractères au plus"
                self.content.asides.append(Aside(AsideKind.TOO_LONG, text, place))

    def beside(self, heading: str, blocks: list[Block]) -> None:
        text = "\n".join(map(with_addresses, self._texts(blocks)))
        if text.strip():
            self.content.asides.append(Aside(AsideKind.UNPLACED, text.strip(), heading))

    def _notes_of(self, blocks: Iterable[Block]) -> Iterator[Paragraph]:
        """Notes stand at the end of the part that calls them."""
        for text in _called(blocks):
            for mark in NOTE.findall(text):
                first, *others = self.notes.get(mark) or [Paragraph()]
                if first.text.strip():
                    yield Paragraph([Span(f"{mark} "), *first.spans])
                    yield from others

    # Rich text

    def html(self, paragraphs: list[Paragraph], *, lists: bool) -> Iterator[str]:
        """One string for each paragraph or run of list items."""
        for is_item, group in groupby(paragraphs, key=lambda item: bool(item.depth)):
            items = [item for item in group if item.text.strip()]
            if is_item and lists and items:
                yield self._list(items)
            else:
                sign = "– " if is_item else ""
                yield from (f"<p>{sign}{self._inline(item)}</p>" for item in items)

    def _list(self, items: list[Paragraph]) -> str:
        """Nested lists; a depth that jumps is that of the item above it plus one."""
        written = ""
        opened: list[str] = []
        for item in items:
            depth = min(item.depth, len(opened) + 1)
            while len(opened) > depth:
                written += f"</li></{opened.pop()}>"
            tag = "ol" if item.is_ordered else "ul"
            if len(opened) == depth and opened[-1] != tag:
                written += f"</li></{opened.pop()}>"
            if len(opened) == depth:
                written += "</li><li>"
            else:
                opened.append(tag)
                written += f"<{tag}><li>"
            written += self._inline(item)
        return written + "".join(f"</li></{tag}>" for tag in reversed(opened))

    def _inline(self, paragraph: Paragraph) -> str:
        return "".join(self._span(span) for span in paragraph.spans).strip()

    def _span(self, span: Span) -> str:
        text = escape(span.text.replace("\t", " ")).replace("\n", "<br/>")
        if not text.strip():
            return text
        text = f"<i>{text}</i>" if span.is_italic else text
        text = f"<b>{text}</b>" if span.is_bold else text
        if not span.url:
            return text
        if SAFE.fullmatch(span.url):
            return f'<a href="{escape(span.url)}">{text}</a>'
        if not span.url.startswith("#"):
            self.content.asides.append(Aside(AsideKind.LINK, span.url, span.text))
        return text


def _cell_line(cell: Cell) -> str:
    texts = (with_addresses(part) for part in cell if isinstance(part, Paragraph))
    return " ".join(" ".join(texts).split())


def _kind(block: Block) -> str:
    if isinstance(block, Paragraph):
        return "verbatim" if is_quote(block) else "text"
    return "other"


def quoted(text: str) -> tuple[str, str] | None:
    """A text that is a quotation and nothing else: its words, and who said them. In a time in proportion to it."""
    text = text.strip()
    ends = [place for place, character in enumerate(text) if place and character in CLOSING]
    if not ends or text[0] not in OPENING:
        return None
    for end in dict.fromkeys((ends[0], ends[-1])):
        quote, rest = text[1:end].strip(), text[end + 1 :].strip()
        if not quote or len(rest) > LONGEST_END or any(mark in quote for mark in "«»“”"):
            continue
        if found := SAID_BY.fullmatch(rest):
            return quote, found["role"] or ""
    return None


def is_quote(paragraph: Paragraph) -> bool:
    if not paragraph.text.strip() or NOTE.search(paragraph.text) or any(span.url for span in paragraph.spans):
        return False
    if paragraph.style == "quote":
        return True
    found = None if paragraph.depth else quoted(paragraph.text)
    if found is None:
        return False
    quote, role = found
    return len(quote.split()) >= FEWEST_WORDS or not (role or paragraph.is_bold)


def _quotes_signed(blocks: list[Block]) -> list[Block]:
    """The blocks with text; a line « – infirmière » after a quotation signs it."""
    kept: list[Block] = []
    for block in _unboxed(blocks):
        last = kept[-1] if kept else None
        if isinstance(block, Paragraph) and not block.text.strip():
            continue
        if isinstance(last, Paragraph) and isinstance(block, Paragraph) and is_quote(last) and _signs(block):
            kept[-1] = Paragraph([*last.spans, Span("\n"), *block.spans], style="quote")
        else:
            kept.append(block)
    return kept


def _signs(paragraph: Paragraph) -> bool:
    return not paragraph.depth and (paragraph.style == "quote" or bool(SIGNATURE.fullmatch(paragraph.text)))


def _unboxed(blocks: Iterable[Block]) -> Iterator[Block]:
    """Boxed text, in a table of one cell, is text."""
    for block in blocks:
        if isinstance(block, Table) and len(block.rows) == len(block.rows[0]) == 1:
            yield from block.rows[0][0]
        else:
            yield block


def _called(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.text
        elif isinstance(block, Table):
            yield from (cell_text(cell) for row in block.rows for cell in row)
