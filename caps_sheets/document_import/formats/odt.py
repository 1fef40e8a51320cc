"""Reading of an OpenDocument text (ODF 1.2 and 1.3): text in its order, everything else beside it.

An element that is not known is read through: its text is never skipped.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from caps_sheets.document_import.formats.archive import DAMAGED, Archive, DocumentRefusedError
from caps_sheets.document_import.formats.collector import CHECKED, UNCHECKED, Collector, Format
from caps_sheets.document_import.formats.document import (
    Aside,
    AsideKind,
    Block,
    Cell,
    Document,
    Paragraph,
    Picture,
    Table,
    add_missing,
    pictures_of,
    texts_of,
)
from caps_sheets.document_import.formats.docx import flat
from caps_sheets.document_import.formats.docx_styles import attribute, local
from caps_sheets.document_import.formats.odt_styles import OdtStyles, read_odt_styles

#: Cells that one element of a row may stand for.
MOST_REPEATED = 60
INDEXES = {"table-of-content", "alphabetical-index", "illustration-index", "table-index", "user-index"}
#: Read by their own code, or settings without text.
SKIPPED = {"forms", "sequence-decls", "variable-decls", "user-field-decls", "tracked-changes", "desc", "title",
           "note-citation", "soft-page-break", "index-title-template", "bookmark", "annotation-end", "scripts",
           "event-listeners"}  # fmt: skip
#: Frames and shapes; those without text are read through.
DRAWN = {"frame", "custom-shape", "rect", "ellipse", "line", "polygon", "path", "g"}
HEADERS = {"header", "footer", "header-left", "footer-left", "header-first", "footer-first"}


def read_odt(archive: Archive) -> Document:
    return OdtReader(archive).read()


@dataclass
class OdtReader:
    archive: Archive
    document: Document = field(default_factory=Document)
    used_media: set[str] = field(default_factory=set)
    inserted: bool = False
    boxes: dict[str, str] = field(default_factory=dict)
    list_style: str = ""

    def read(self) -> Document:
        content = self.archive.xml("content.xml")
        text = content.find("./{*}body/{*}text") if content is not None else None
        if content is None or text is None:
            raise DocumentRefusedError(DAMAGED)
        page_styles = self.archive.xml("styles.xml")
        self.styles: OdtStyles = read_odt_styles([root for root in (page_styles, content) if root is not None])
        self.changes = _changes(text)
        self.boxes = _boxes(text)
        self.document.blocks = list(self.blocks(text))
        for _, removed in self.changes.values():
            self.set_aside(AsideKind.DELETED, removed)
        if page_styles is not None:
            self._list_headers(page_styles)
        self._list_media()
        add_missing(
            self.document,
            held_paragraphs(text, lambda item: self.styles.of(attribute(item, "style-name")).over(Format()).is_listed),
        )
        return self.document

    def set_aside(self, kind: AsideKind, text: str, place: str = "") -> None:
        if text.strip():
            self.document.asides.append(Aside(kind, text.strip(), place))

    # Blocks

    def blocks(self, parent: Element, depth: int = 0, is_ordered: bool = False) -> Iterator[Block]:
        for child in parent:
            name = local(child)
            if name in ("p", "h"):
                yield from self.paragraph(child, depth, is_ordered)
            elif name == "list":
                yield from self.list_items(child, depth)
            elif name == "table":
                yield from self.table(child)
            elif name in DRAWN:
                collector = Collector()
                self.visual(child, collector)
                self.document.asides += collector.asides
                yield from collector.after
            elif name not in SKIPPED and not self._is_listed(name, child):
                yield from self.blocks(child, depth, is_ordered)

    def _is_listed(self, name: str, element: Element) -> bool:
        """Listed beside the text: the table of contents, what was removed, a hidden section."""
        if attribute(element, "display") == "none":
            self.set_aside(AsideKind.HIDDEN, all_text(element))
        elif name in INDEXES:
            self.set_aside(AsideKind.CONTENTS, all_text(element))
        elif name.startswith("change"):
            self._change(name, element)
        else:
            return False
        return True

    def list_items(self, element: Element, depth: int) -> Iterator[Block]:
        """A list inside another has its style, unless it names its own."""
        outer = self.list_style
        self.list_style = attribute(element, "style-name") or outer
        is_ordered = self.styles.is_numbered(self.list_style, depth)
        for item in element:
            if local(item) == "list-header":
                yield from self.blocks(item)
            else:
                yield from self.blocks(item, min(depth + 1, 9), is_ordered)
        self.list_style = outer

    def paragraph(self, element: Element, depth: int, is_ordered: bool) -> Iterator[Block]:
        style = self.styles.of(attribute(element, "style-name"))
        collector = Collector()
        if any(local(item) == "hidden-paragraph" and _is_true(item, "is-hidden") for item in element):
            style = replace(style, is_hidden=True)
        self.inline(element, style.over(Format()), collector)
        level = style.level
        if local(element) == "h":
            rank = attribute(element, "outline-level")
            level = int(rank) if rank.isdecimal() else level or 1
        paragraph = Paragraph(collector.spans, level=min(level, 9), style=style.role)
        if not level:
            paragraph.depth, paragraph.is_ordered = depth, is_ordered
        self.document.asides += collector.placed_asides(paragraph)
        yield paragraph
        yield from collector.after

    def table(self, element: Element) -> Iterator[Block]:
        rows = [list(self._cells(row)) for row in _rows(element)]
        width = max((_width(row) for row in rows), default=0)
        if width:
            yield Table([(row + [[] for _ in range(width)])[:width] for row in rows])

    def _cells(self, row: Element) -> Iterator[Cell]:
        for cell in row:
            if local(cell) not in ("table-cell", "covered-table-cell"):
                continue
            yield flat(self.blocks(cell))
            repeated = attribute(cell, "number-columns-repeated")
            others = int(repeated) - 1 if repeated.isdecimal() else 0
            yield from ([] for _ in range(min(others, MOST_REPEATED)))

    # Text

    def inline(self, parent: Element, style: Format, collector: Collector) -> None:
        self.add(parent.text, style, collector)
        for child in parent:
            name = local(child)
            if name == "span":
                self.inline(child, self.styles.of(attribute(child, "style-name")).over(style), collector)
            else:
                self.leaf(name, child, style, collector)
            self.add(child.tail, style, collector)

    def add(self, text: str | None, style: Format, collector: Collector) -> None:
        collector.add(_collapsed(text or ""), replace(style, is_inserted=self.inserted))

    def leaf(self, name: str, element: Element, style: Format, collector: Collector) -> None:
        if name in ("control", "fieldmark"):
            collector.add(self.boxes.get(attribute(element, "control")) or _field_value(element), style)
            self.inline(element, style, collector)
        elif name in ("s", "tab", "line-break"):
            collector.add(_blank(name, element), style)
        elif name == "note":
            self._note(element, style, collector)
        elif name == "annotation":
            collector.set_aside(AsideKind.COMMENT, _comment_text(element))
        elif name.startswith("change"):
            self._change(name, element, collector)
        elif name in DRAWN:
            self.visual(element, collector)
        elif name not in SKIPPED:
            self.inline(element, _inner(name, element, style), collector)

    def _change(self, name: str, element: Element, collector: Collector | None = None) -> None:
        kind, text = self.changes.get(attribute(element, "change-id"), ("", ""))
        if name == "change" and kind == "deletion":
            self.changes.pop(attribute(element, "change-id"))
            (collector or self).set_aside(AsideKind.DELETED, text)
        elif kind == "insertion":
            self.inserted = name == "change-start"

    def _note(self, element: Element, style: Format, collector: Collector) -> None:
        mark = f"[{len(self.document.notes) + 1}]"
        collector.add(mark, replace(style, shift="", is_struck=False, is_hidden=False))
        self.document.notes[mark] = []
        body = element.find("{*}note-body")
        content = flat(self.blocks(body)) if body is not None else []
        self.document.notes[mark] = [item for item in content if isinstance(item, Paragraph)]
        collector.after += [item for item in content if isinstance(item, Picture)]

    # Pictures, text boxes, objects

    def visual(self, element: Element, collector: Collector) -> None:
        described = element.find("{*}desc")
        described = described if described is not None else element.find("{*}title")
        alt = (described.text or "") if described is not None else ""
        is_cropped = self.styles.of(attribute(element, "style-name")).is_cropped
        pictures = [item for item in element if local(item) == "image"]
        for child in element:
            name = local(child)
            if name == "image":
                collector.after += (
                    [replace(self.picture(child, alt), is_cropped=is_cropped)] if child is pictures[0] else []
                )
                self.used_media.add(_inside(attribute(child, "href")))
                collector.after += self.blocks(child)
            elif name in ("object", "object-ole"):
                self._object(child, collector)
            elif name in DRAWN or name == "a":
                self.visual(child, collector)
            elif name == "p":
                collector.after += self.paragraph(child, 0, False)
            elif name not in SKIPPED:
                collector.after += self.blocks(child)

    def picture(self, element: Element, alt: str) -> Picture:
        target = _inside(attribute(element, "href"))
        self.used_media.add(target)
        return Picture(posixpath.basename(target)[:150], self.archive.read(target), alt)

    def _object(self, element: Element, collector: Collector) -> None:
        target = _inside(attribute(element, "href"))
        root = self.archive.xml(f"{target}/content.xml")
        if root is not None and local(root) == "math":
            # The annotation repeats the formula as it was typed.
            text = " ".join(item.text or "" for item in root.iter() if local(item) in ("mi", "mn", "mo", "mtext"))
            collector.set_aside(AsideKind.EQUATION, text)
        else:
            text = all_text(root) if root is not None else ""
            collector.set_aside(AsideKind.OBJECT, f"Objet incorporé : {text or posixpath.basename(target)}")

    # What is listed at the end

    def _list_headers(self, root: Element) -> None:
        said: set[str] = set()
        for element in root.iter():
            if local(element) in HEADERS and len(element):
                blocks = list(self.blocks(element))
                text = "\n".join(filter(str.strip, texts_of(blocks)))
                if text not in said:
                    self.set_aside(AsideKind.HEADER, text)
                said.add(text)
                self.document.pictures_beside += pictures_of(blocks)

    def _list_media(self) -> None:
        for name in self.archive.names:
            if name.startswith("Pictures/") and name not in self.used_media and not name.endswith("/"):
                self.document.pictures_beside.append(Picture(posixpath.basename(name)[:150], self.archive.read(name)))


def _field_value(element: Element) -> str:
    """Of a form field as Word has them: its box, ticked or not, or the choice in its list."""
    values = [(attribute(item, "name"), attribute(item, "value")) for item in element if local(item) == "param"]
    named, choices = dict(values), [value for name, value in values if name == "Dropdown_ListEntry"]
    if attribute(element, "type").endswith("FORMCHECKBOX"):
        return CHECKED if named.get("Checkbox_Checked") == "true" else UNCHECKED
    rank = named.get("Dropdown_Selected", "0")
    return choices[int(rank)] if rank.isdecimal() and int(rank) < len(choices) else ""


def _boxes(text: Element) -> dict[str, str]:
    """Identifier of each box of a form → its mark and its label."""
    return {
        attribute(item, "id"): f"{CHECKED if attribute(item, 'current-state') == 'checked' else UNCHECKED} "
        f"{attribute(item, 'label')} "
        for item in text.iter()
        if local(item) == "checkbox"
    }


def _changes(text: Element) -> dict[str, tuple[str, str]]:
    """Identifier of a tracked change → « deletion » or « insertion », the text that was removed."""
    changes = {}
    for region in text.findall("{*}tracked-changes/{*}changed-region"):
        for change in region:
            removed = "\n".join(all_text(item) for item in change if local(item) != "change-info")
            changes[attribute(region, "id")] = (local(change), removed)
    return changes


def _rows(element: Element) -> Iterator[Element]:
    """Of a table, not of those inside its cells."""
    for child in element:
        if local(child) == "table-row":
            yield child
        elif local(child) in ("table-header-rows", "table-rows", "table-row-group"):
            yield from _rows(child)


def _width(row: list[Cell]) -> int:
    return max((place for place, cell in enumerate(row, start=1) if cell), default=0)


def _inside(href: str) -> str:
    return posixpath.normpath(href) if href else ""


def _collapsed(text: str) -> str:
    """Blanks written between elements count as one (ODF 1.3, section 6.1.2)."""
    if not text:
        return ""
    inner = " ".join(text.split(None)) if "\n" in text else text
    if "\n" in text:
        return f"{' ' if text[0].isspace() else ''}{inner}{' ' if text[-1].isspace() and inner else ''}"
    return inner


def _blank(name: str, element: Element) -> str:
    count = attribute(element, "c")
    spaces = " " * min(int(count) if count.isdecimal() else 1, 100)
    return {"tab": "\t", "line-break": "\n"}.get(name, spaces)


def _inner(name: str, element: Element, style: Format) -> Format:
    """The format of what an element wraps."""
    if name == "a":
        return replace(style, url=attribute(element, "href"))
    return replace(style, is_hidden=True) if name == "hidden-text" and _is_true(element, "is-hidden") else style


def _is_true(element: Element, name: str) -> bool:
    return attribute(element, name) == "true"


def _comment_text(element: Element) -> str:
    author = element.find("{*}creator")
    name = (author.text or "").strip() if author is not None else ""
    text = "\n".join(all_text(item) for item in element if local(item) in ("p", "list"))
    return f"{name} : {text}" if name else text


def held_paragraphs(root: Element, is_hidden: Callable[[Element], bool] = lambda item: False) -> list[str]:
    """The text of each paragraph, deleted text and notes included; dates and names of authors left out.

    A hidden span never makes one word with the text around it.
    """
    texts: list[list[str]] = [[]]

    def walk(element: Element, current: list[str]) -> None:
        current.append(element.text or "")
        for child in element:
            name = local(child)
            if name in ("p", "h"):
                texts.append([])
                walk(child, texts[-1])
            elif name in ("s", "tab", "line-break"):
                current.append(" ")
            elif name == "span" and is_hidden(child):
                current.append(" ")
                walk(child, current)
                current.append(" ")
            elif name not in ("note-citation", "change-info", "creator", "date", "creator-initials", "desc", "title"):
                walk(child, current)
            current.append(child.tail or "")

    walk(root, texts[0])
    return ["".join(text) for text in texts if "".join(text).strip()]


def all_text(element: Element) -> str:
    return "\n".join(text.strip() for text in held_paragraphs(element))
