"""Reading of a Word document (ECMA-376, transitional and strict): text in its order, everything else beside it.

Elements are known by their local name, which both variants of the standard share. An element that is not known is
read through: its text is never skipped.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from caps_sheets.document_import.formats.archive import DAMAGED, Archive, DocumentRefusedError
from caps_sheets.document_import.formats.collector import CHECKED, UNCHECKED, Collector, Format, sign
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
from caps_sheets.document_import.formats.docx_styles import (
    Numbering,
    Styles,
    attribute,
    is_on,
    local,
    read_numbering,
    read_styles,
)

BODY = "word/document.xml"
#: Read by their own code, or properties without text.
SKIPPED = {"pPr", "rPr", "sdtPr", "sdtEndPr", "tblPr", "tblGrid", "trPr", "tcPr", "sectPr", "fldData",
           "numberingChange", "binData", "delInstrText", "posOffset", "pctWidth", "pctHeight", "rubyPr"}  # fmt: skip
GONE = {"del", "moveFrom"}
ADDED = {"ins", "moveTo"}
VISUALS = {"drawing", "pict", "object"}
BREAKS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011"}
HYPERLINK = re.compile(r'\s*HYPERLINK\s+(?:"([^"]*)"|([^\s\\]\S*))?')
#: The place inside the address of a link, or inside the document.
ANCHOR = re.compile(r'\\l\s+"([^"]*)"')
#: The parts whose text counts.
TEXT_PARTS = re.compile(
    r"word/(?:document|footnotes|endnotes|comments|header\d*|footer\d*|charts/chart\d*|diagrams/data\d*)\.xml"
)


def read_docx(archive: Archive) -> Document:
    return DocxReader(archive).read()


@dataclass
class XmlPart:
    """A part of the archive, and the target of each of its relationships."""

    root: Element
    targets: dict[str, str]


@dataclass
class DocxReader:
    archive: Archive
    document: Document = field(default_factory=Document)
    used_media: set[str] = field(default_factory=set)
    said_comments: set[str] = field(default_factory=set)
    #: The instruction of each field that is open.
    fields: list[str] = field(default_factory=list)

    def read(self) -> Document:
        self.body_name = _main_part(self.archive)
        body = self.part(self.body_name)
        if body is None or (root := body.root.find("./{*}body")) is None:
            raise DocumentRefusedError(DAMAGED)
        self.styles: Styles = read_styles(self.archive.xml("word/styles.xml"))
        self.numbering: Numbering = read_numbering(self.archive.xml("word/numbering.xml"))
        self.notes = {kind: self._by_id(f"word/{kind}s.xml", kind) for kind in ("footnote", "endnote")}
        self.comments = self._by_id("word/comments.xml", "comment")
        self.current = body
        self.document.blocks = list(self.blocks(root))
        self._list_comments()
        self._list_headers()
        self._list_media()
        add_missing(self.document, self._held())
        return self.document

    def part(self, name: str) -> XmlPart | None:
        root = self.archive.xml(name)
        if root is None:
            return None
        folder, base = posixpath.split(name)
        links = self.archive.xml(f"{folder}/_rels/{base}.rels")
        targets = {}
        for link in links if links is not None else ():
            target = link.get("Target", "")
            is_outside = link.get("TargetMode") == "External"
            inside = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
            targets[link.get("Id", "")] = target if is_outside else inside
        return XmlPart(root, targets)

    def _by_id(self, name: str, kind: str) -> dict[str, tuple[XmlPart, Element]]:
        part = self.part(name)
        if part is None:
            return {}
        items = (item for item in part.root if local(item) == kind and "eparator" not in attribute(item, "type"))
        return {attribute(item, "id"): (part, item) for item in items}

    # Blocks

    def blocks(self, parent: Element) -> Iterator[Block]:
        for child in parent:
            name = local(child)
            if name == "p":
                yield from self.paragraph(child)
            elif name == "tbl":
                yield from self.table(child)
            elif name == "AlternateContent":
                yield from self.blocks(alternate(child))
            elif name not in SKIPPED and not self._is_listed(name, child):
                yield from self.blocks(child)

    def _is_listed(self, name: str, element: Element) -> bool:
        """Listed beside the text: what was removed, the table of contents, a document inside the document."""
        if name in GONE:
            self.set_aside(AsideKind.DELETED, all_text(element))
        elif name == "sdt" and _is_contents(element):
            self.set_aside(AsideKind.CONTENTS, all_text(element))
        elif name == "altChunk":
            target = self.current.targets.get(attribute(element, "id"), "")
            self.set_aside(AsideKind.OBJECT, f"Document inséré dans le document : {posixpath.basename(target)}")
        else:
            return False
        return True

    def set_aside(self, kind: AsideKind, text: str, place: str = "") -> None:
        if text.strip():
            self.document.asides.append(Aside(kind, text.strip(), place))

    def paragraph(self, element: Element) -> Iterator[Block]:
        properties = element.find("{*}pPr")
        style = self.styles.of_paragraph(properties)
        if style.is_contents:
            self.set_aside(AsideKind.CONTENTS, all_text(element))
            return
        collector = Collector()
        self.inline(element, self.styles.of_text(style), collector)
        paragraph = Paragraph(collector.spans, level=style.level, style=style.role)
        if not style.level:
            paragraph.depth, paragraph.is_ordered = self.numbering.of_paragraph(properties, style)
        self.document.asides += collector.placed_asides(paragraph)
        yield paragraph
        yield from collector.after

    def table(self, element: Element) -> Iterator[Block]:
        rows = [list(self._cells(row)) for row in _inside(element, "tr") if not self._is_gone(row)]
        width = max(map(len, rows), default=0)
        if width:
            yield Table([row + [[] for _ in range(width - len(row))] for row in rows])

    def _is_gone(self, row: Element) -> bool:
        is_gone, is_hidden = row.find("{*}trPr/{*}del") is not None, is_on(row.find("{*}trPr/{*}hidden"))
        if is_gone or is_hidden:
            self.set_aside(AsideKind.DELETED if is_gone else AsideKind.HIDDEN, all_text(row))
        return is_gone or is_hidden

    def _cells(self, row: Element) -> Iterator[Cell]:
        yield from ([] for _ in range(_skipped(row)))
        for cell in _inside(row, "tc"):
            yield flat(self.blocks(cell))
            span = cell.find("{*}tcPr/{*}gridSpan")
            others = int(attribute(span, "val") or 1) - 1 if span is not None else 0
            yield from ([] for _ in range(min(others, 60)))

    # Text

    def inline(self, parent: Element, style: Format, collector: Collector) -> None:
        for child in parent:
            name = local(child)
            if name == "r":
                self.run(child, style, collector)
            elif name in GONE:
                collector.set_aside(AsideKind.DELETED, all_text(child))
            elif name.startswith("oMath"):
                collector.set_aside(AsideKind.EQUATION, all_text(child))
            elif name not in SKIPPED:
                self.leaf(name, child, self._inner(name, child, style), collector)

    def _inner(self, name: str, element: Element, style: Format) -> Format:
        """The format of what an element wraps."""
        if name in ADDED:
            return replace(style, is_inserted=True)
        if name == "hyperlink":
            return replace(style, url=self.current.targets.get(attribute(element, "id"), ""))
        if name == "fldSimple":
            return replace(style, url=_url(attribute(element, "instr")) or style.url)
        return style

    def run(self, element: Element, style: Format, collector: Collector) -> None:
        style = self.styles.of_run(element.find("{*}rPr"), style)
        if style.is_hidden:
            collector.set_aside(AsideKind.HIDDEN, all_text(element))
        else:
            self.inline(element, style, collector)

    def leaf(self, name: str, element: Element, style: Format, collector: Collector) -> None:
        """What stands inside a run, and what is read through."""
        if name in ("t", "delText"):
            self._text(name, element.text or "", style, collector)
        elif name in BREAKS:
            collector.add(BREAKS[name], style)
        elif name == "sym":
            collector.add(_sign(attribute(element, "char"), attribute(element, "font")), style)
        elif name in ("fldChar", "instrText"):
            collector.add(_box(element), style)
            self._field(attribute(element, "fldCharType"), element.text or "")
        elif name.endswith("Reference"):
            self._reference(name.removesuffix("Reference"), attribute(element, "id"), style, collector)
        elif name in VISUALS:
            self.visual(element, collector)
        else:
            self.inline(alternate(element) if name == "AlternateContent" else element, style, collector)

    def _text(self, name: str, text: str, style: Format, collector: Collector) -> None:
        if name == "delText":
            collector.set_aside(AsideKind.DELETED, text)
        else:
            url = style.url or next(filter(None, map(_url, reversed(self.fields))), "")
            collector.add(text, replace(style, url=url))

    def _reference(self, kind: str, identifier: str, style: Format, collector: Collector) -> None:
        if kind == "comment" and identifier in self.comments:
            _, element = self.comments.pop(identifier)
            collector.set_aside(AsideKind.COMMENT, _comment_text(element))
        elif identifier in self.notes.get(kind, {}):
            self._note(kind, identifier, style, collector)

    def _field(self, kind: str, instruction: str) -> None:
        """A field: its instruction, then its result, which is its text; fields nest."""
        if kind == "begin":
            self.fields.append("")
        elif kind == "end" and self.fields:
            self.fields.pop()
        elif not kind and self.fields:
            self.fields[-1] += instruction

    def _note(self, kind: str, identifier: str, style: Format, collector: Collector) -> None:
        part, element = self.notes[kind].pop(identifier)
        mark = f"[{len(self.document.notes) + 1}]"
        collector.add(mark, replace(style, shift="", is_struck=False))
        self.document.notes[mark] = []
        before, self.current = self.current, part
        content = flat(self.blocks(element))
        self.current = before
        self.document.notes[mark] = [item for item in content if isinstance(item, Paragraph)]
        collector.after += [item for item in content if isinstance(item, Picture)]

    # Pictures, text boxes, objects

    def visual(self, element: Element, collector: Collector) -> None:
        alt, is_cropped = _alternative(element), any(map(_crops, element.iter()))
        for item in _visible(element):
            name = local(item)
            if name == "txbxContent":
                collector.after += self.blocks(item)
            elif name in ("blip", "imagedata"):
                picture = self.picture(item, alt, is_cropped)
                collector.after += [picture] if picture else []
            elif name in ("chart", "relIds", "OLEObject"):
                self._object(item, collector)
            elif name.startswith("oMath"):
                collector.set_aside(AsideKind.EQUATION, all_text(item))
            elif name == "textpath":
                collector.set_aside(AsideKind.HIDDEN, item.get("string", ""))

    def picture(self, element: Element, alt: str, is_cropped: bool) -> Picture | None:
        key = attribute(element, "embed") or attribute(element, "link") or attribute(element, "id")
        target = self.current.targets.get(key, "")
        if not target:
            return None
        self.used_media.add(target)
        self.used_media |= {self.current.targets.get(attribute(item, "embed"), "") for item in element.iter()}
        return Picture(posixpath.basename(target)[:150], self.archive.read(target), alt, is_cropped)

    def _object(self, element: Element, collector: Collector) -> None:
        target = self.current.targets.get(attribute(element, "id") or attribute(element, "dm"), "")
        if local(element) == "OLEObject":
            kind = element.get("ProgID", "")
            collector.set_aside(AsideKind.OBJECT, f"{kind or 'Objet'} : {posixpath.basename(target)}")
        elif target in self.archive.names and (root := self.archive.xml(target)) is not None:
            collector.set_aside(AsideKind.OBJECT, f"Graphique ou schéma : {all_text(root)}")

    # What is listed at the end

    def _list_comments(self) -> None:
        for _, element in self.comments.values():
            self.set_aside(AsideKind.COMMENT, _comment_text(element))

    def _list_headers(self) -> None:
        said: set[str] = set()
        for name in self.archive.names:
            if not re.fullmatch(r"word/(?:header|footer)\d*\.xml", name) or (part := self.part(name)) is None:
                continue
            self.current = part
            blocks = list(self.blocks(part.root))
            text = "\n".join(filter(str.strip, texts_of(blocks)))
            if text not in said:
                self.set_aside(AsideKind.HEADER, text)
            said.add(text)
            self.document.pictures_beside += pictures_of(blocks)

    def _list_media(self) -> None:
        for name in self.archive.names:
            if name.startswith("word/media/") and name not in self.used_media and not name.endswith("/"):
                self.document.pictures_beside.append(Picture(posixpath.basename(name)[:150], self.archive.read(name)))

    def _held(self) -> Iterator[str]:
        for name in self.archive.names:
            if (TEXT_PARTS.fullmatch(name) or name == self.body_name) and (root := self.archive.xml(name)) is not None:
                yield from held_paragraphs(root, self._is_apart)

    def _is_apart(self, element: Element) -> bool:
        is_run = local(element) == "r"
        return is_apart(element) or (is_run and self.styles.of_run(element.find("{*}rPr"), Format()).is_listed)


def _main_part(archive: Archive) -> str:
    """Its name, which some programs change."""
    links = archive.xml("_rels/.rels")
    for link in links if links is not None else ():
        if link.get("Type", "").endswith("/officeDocument"):
            return posixpath.normpath(link.get("Target", BODY).lstrip("/"))
    return BODY


def alternate(element: Element) -> Element:
    """The branch that holds text or a picture: Word writes the same content in both."""
    branches = [*element.findall("{*}Choice"), *element.findall("{*}Fallback")]
    for branch in branches:
        if any(local(item) in ("t", "blip", "imagedata", "chart", "relIds") for item in branch.iter()):
            return branch
    return branches[0] if branches else element


def _alternative(element: Element) -> str:
    """The description of a drawing."""
    for item in element.iter():
        if local(item) in ("docPr", "shape"):
            return item.get("descr") or item.get("alt") or item.get("title") or ""
    return ""


def _chosen(choices: Element) -> str:
    """The first choice unless another one is named by its rank."""
    texts = [attribute(entry, "val") for entry in choices.findall("{*}listEntry")]
    named = next((item for tag in ("result", "default") if (item := choices.find(f"{{*}}{tag}")) is not None), None)
    rank = attribute(named, "val") if named is not None else "0"
    return texts[int(rank)] if rank.isdecimal() and int(rank) < len(texts) else ""


def _skipped(row: Element) -> int:
    """Columns of the table before the first cell of a row."""
    before = row.find("{*}trPr/{*}gridBefore")
    count = attribute(before, "val") if before is not None else ""
    return min(int(count), 60) if count.isdecimal() else 0


def _crops(element: Element) -> bool:
    """Whether a part of the picture is cut off: shares of each side, negative for a margin."""
    sides = {"srcRect": ("l", "t", "r", "b"), "imagedata": ("cropleft", "croptop", "cropright", "cropbottom")}
    written = [element.get(side, "") for side in sides.get(local(element), ())]
    return any(share.strip("0.f%") and not share.startswith("-") for share in written)


def _visible(element: Element) -> Iterator[Element]:
    """The elements of a drawing; those of a text box are read as blocks, a content in two versions as one."""
    for child in element:
        name = local(child)
        if name == "AlternateContent":
            yield from _visible(alternate(child))
            continue
        yield child
        if name != "txbxContent" and not name.startswith("oMath"):
            yield from _visible(child)


def _inside(parent: Element, wanted: str) -> Iterator[Element]:
    """The rows of a table, the cells of a row, inside the wrappers that Word puts around them."""
    for child in parent:
        if local(child) == wanted:
            yield child
        elif local(child) in {"sdt", "sdtContent", "customXml", "ins", "moveTo"}:
            yield from _inside(child, wanted)


def flat(blocks: Iterable[Block]) -> Cell:
    """The content of a cell: a table inside it becomes its paragraphs."""
    content: Cell = []
    for block in blocks:
        if isinstance(block, Table):
            content += [part for row in block.rows for cell in row for part in cell]
        else:
            content.append(block)
    return content


def is_apart(element: Element) -> bool:
    name = local(element)
    return name in GONE or name.startswith("oMath") or element.tag.endswith("/math}r")


def held_paragraphs(root: Element, is_apart: Callable[[Element], bool] = is_apart) -> list[str]:
    """The text of each paragraph of a part, deleted and hidden text included.

    What is listed apart from its sentence never makes one word with it.
    """
    texts: list[list[str]] = [[]]

    def walk(element: Element, current: list[str]) -> None:
        for child in element:
            name = local(child)
            if name in ("t", "delText", "v"):
                current.append(child.text or "")
            elif name in BREAKS:
                current.append(" ")
            elif name in ("p", "tc", "pt"):
                texts.append([])
                walk(child, texts[-1])
            elif name not in SKIPPED and name != "instrText":
                apart = [" "] if is_apart(child) else []
                current += apart
                walk(alternate(child) if name == "AlternateContent" else child, current)
                current += apart

    walk(root, texts[0])
    return ["".join(text) for text in texts if "".join(text).strip()]


def all_text(element: Element) -> str:
    return "\n".join(held_paragraphs(element))


def _is_contents(element: Element) -> bool:
    gallery = element.find("{*}sdtPr/{*}docPartObj/{*}docPartGallery")
    return gallery is not None and attribute(gallery, "val") == "Table of Contents"


def _comment_text(element: Element) -> str:
    author = attribute(element, "author").strip()
    return f"{author} : {all_text(element)}" if author else all_text(element)


def _url(instruction: str) -> str:
    match = HYPERLINK.match(instruction)
    if not match:
        return ""
    address, anchor = match[1] or match[2] or "", ANCHOR.search(instruction, match.end())
    return f"{address}#{anchor[1]}" if anchor else address


def _sign(code: str, font: str) -> str:
    try:
        return sign(int(code, 16), font)
    except ValueError:
        return ""


def _box(field: Element) -> str:
    """The box of a form field, ticked or not, or the choice in a list; empty for another field."""
    box, choices = field.find("{*}ffData/{*}checkBox"), field.find("{*}ffData/{*}ddList")
    if choices is not None:
        return _chosen(choices)
    if box is None:
        return ""
    checked = box.find("{*}checked")
    return CHECKED if is_on(checked if checked is not None else box.find("{*}default")) else UNCHECKED
