"""What the portal understands of a document, before anything is written; the same for the screen and the command."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

from django.utils.html import strip_tags

from caps_sheets.document_import import headings
from caps_sheets.document_import.content import Content, Writer, is_quote
from caps_sheets.document_import.formats.archive import MAX_BYTES, DocumentRefusedError
from caps_sheets.document_import.formats.document import (
    SAFE,
    Aside,
    AsideKind,
    Block,
    Document,
    Paragraph,
    Picture,
    Table,
    kept_words,
    paragraphs_of,
    pictures_of,
    texts_of,
    words,
)
from caps_sheets.document_import.formats.reader import read_document
from caps_sheets.document_import.headings import IDENTITY
from caps_sheets.document_import.identity import Identity, ReadLine, read_identity
from caps_sheets.document_import.outline import Outline, Part, outline_of, take_identity
from portal.base.readings import FileReader, Reading, Remark


@dataclass
class Understanding:
    document: Document
    outline: Outline
    identity: Identity

    def content(self, images: Mapping[int, int]) -> Content:
        """What the draft holds. ``images``: identifier of the stored image of each picture, by ``id``."""
        card = self.identity.values
        content = Writer(self.document.notes, images, Content(hook=card.get("hook", ""))).write(self.outline.parts)
        if (title := self.outline.title) and card.get("title", title) != title:
            content.asides.append(Aside(AsideKind.SECOND, title, "Titre du document"))
        content.asides = [*self.document.asides, *content.asides]
        content.pictures_beside += self.document.pictures_beside
        self._add_left(content)
        self._add_addresses(content)
        return content

    def placed_pictures(self) -> list[Picture]:
        """Those that the sections show, once each part has its place."""
        pictures = self.document.pictures()
        beside = set(map(id, self.content(dict.fromkeys(map(id, pictures), 0)).pictures_beside))
        return [picture for picture in pictures if id(picture) not in beside]

    def choose(self, targets: Mapping[int, str]) -> None:
        """Give each part, by its rank, the place that somebody chose for it; an identity card is read."""
        for rank, part in enumerate(self.outline.parts):
            is_new_card = targets.get(rank) == IDENTITY != part.target
            part.target = targets.get(rank, part.target)
            if is_new_card:
                take_identity(part, self.outline.identity)
                self.identity = read_identity(self.outline.identity)

    def _add_left(self, content: Content) -> None:
        """List each text of the document, a note outside of the text for one, that the draft does not hold."""
        left = kept_words(Document(self.document.blocks, self.document.notes)) - self._placed(content)
        notes = (f"{mark} {paragraph.text}" for mark, texts in self.document.notes.items() for paragraph in texts)
        for text in (*texts_of(self.document.blocks), *notes):
            found = Counter(words(text))
            if any(left[word] > 0 for word in found):
                content.asides.append(Aside(AsideKind.LEFT, text.strip()))
                left.subtract(found)

    def _add_addresses(self, content: Content) -> None:
        """List the address of each link that neither the draft nor the list holds; those inside the document aside."""
        notes = (paragraph for texts in self.document.notes.values() for paragraph in texts)
        held = _addresses(content)
        for paragraph in paragraphs_of([*self.document.blocks, *notes]):
            for span in paragraph.spans:
                if span.url and not span.url.startswith("#") and span.url not in held:
                    held.add(span.url)
                    kind = AsideKind.ADDRESS if SAFE.fullmatch(span.url) else AsideKind.LINK
                    content.asides.append(Aside(kind, span.url, " ".join(span.text.split())))

    def _placed(self, content: Content) -> Counter[str]:
        placed: Counter[str] = Counter()
        lines = (f"{item.line.label} {item.line.value}" for item in self.identity.lines)
        titles = (part.heading for part in self.outline.parts)
        for text in (self.outline.title, *lines, *titles, *content_texts(content)):
            placed.update(words(text))
        return placed


def understand(raw: bytes) -> Understanding:
    """Raises ``DocumentRefusedError``."""
    document = read_document(raw)
    outline = outline_of(document)
    return Understanding(document, outline, read_identity(outline.identity))


def content_texts(content: Content) -> Iterator[str]:
    """Every text of the draft and of what is beside it, without tags or addresses."""
    yield from (content.hook, plain(content.summary), plain(content.easy_read), content.other_sources)
    yield from content.key_points
    for blocks in content.sections.values():
        for block in blocks:
            yield from _raw_texts(block["value"])
    yield from (aside.text for aside in content.asides)


HREF = re.compile(r'href="([^"]*)"')


def _addresses(content: Content) -> set[str]:
    """Every address that somebody reads or follows: those of links, and those written in a text."""
    html = str((content.sections, content.summary, content.easy_read))
    held = {unescape(address) for address in HREF.findall(html)}
    for text in content_texts(content):
        for word in text.split():
            held |= {word, word.strip("(),;."), f"mailto:{word}"}
    return held


def _raw_texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield plain(value)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from () if name in ("type", "alt_text") else _raw_texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _raw_texts(item)


#: Tags that end a word.
BETWEEN = re.compile(r"<(?:br/|/p|/?li|/?ul|/?ol)>")


def plain(html: str) -> str:
    """The text between the tags."""
    return unescape(strip_tags(BETWEEN.sub(" ", html)))


@dataclass(frozen=True)
class PartCounts:
    paragraphs: int
    quotes: int
    tables: int
    pictures: int


def counts(blocks: list[Block]) -> PartCounts:
    texts = [block for block in blocks if isinstance(block, Paragraph) and block.text.strip()]
    quotes = sum(map(is_quote, texts))
    tables = sum(isinstance(block, Table) for block in blocks)
    return PartCounts(len(texts) - quotes, quotes, tables, len(list(pictures_of(blocks))))


# As data, for the command « read_file »


def sheet_reader() -> FileReader:
    return FileReader("sheet", read_sheet_file)


def read_sheet_file(path: Path) -> Reading[dict[str, Any]]:
    if path.stat().st_size > MAX_BYTES:
        return Reading(errors=[Remark(f"Ce document dépasse {MAX_BYTES // 1024**2} Mo : réduisez ses images.")])
    try:
        found = understand(path.read_bytes())
    except DocumentRefusedError as refusal:
        return Reading(errors=[Remark(str(refusal))])
    pictures = {id(picture): rank for rank, picture in enumerate(found.document.pictures(), start=1)}
    content = found.content(pictures)
    items: list[dict[str, Any]] = [{"champ": "title", "valeur": found.outline.title}] if found.outline.title else []
    items += [_line_item(line) for line in found.identity.lines]
    items += [{"champ": name, "valeur": getattr(content, name)} for name in TEXT_FIELDS if getattr(content, name)]
    items += [{"section": key, "blocs": blocks} for key, blocks in content.sections.items()]
    items += [{"image": pictures[id(item)], "nom": item.name} for item in found.document.pictures()]
    return Reading(items, [*_heading_remarks(found.outline.parts), *_beside_remarks(content)])


TEXT_FIELDS = ("hook", "summary", "key_points", "easy_read", "other_sources")


def _line_item(line: ReadLine) -> dict[str, Any]:
    return {
        "libelle": line.line.label,
        "ecrit": line.line.value,
        "champ": line.line.field,
        "valeur": line.shown,
        "a_completer": line.problem,
        "remarques": line.remarks,
    }


def _heading_remarks(parts: list[Part]) -> list[Remark]:
    remarks = []
    for part in parts:
        target = headings.TARGETS[part.target]
        sure = "" if part.is_certain else ", deviné : à vérifier"
        remarks.append(
            Remark(f"titre placé dans « {target} »{sure}" if part.target else "titre à placer", text=part.heading)
        )
    return remarks


def _beside_remarks(content: Content) -> list[Remark]:
    remarks = [Remark(f"à côté du brouillon, {aside.kind} : {aside.text}") for aside in content.asides]
    return remarks + [Remark(f"à côté du brouillon, image : {picture.name}") for picture in content.pictures_beside]


def picture_of(document: Document, rank: int) -> Picture | None:
    """By its rank in the document, from 1."""
    pictures = document.pictures()
    return pictures[rank - 1] if 0 < rank <= len(pictures) else None
