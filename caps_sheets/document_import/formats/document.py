"""A text document as blocks in their order, with what it holds beside its text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby


class AsideKind(StrEnum):
    """What is listed beside the draft, as the screens name it."""

    DELETED = "texte supprimé, en suivi des modifications"
    INSERTED = "texte ajouté, en suivi des modifications (il est dans le brouillon)"
    COMMENT = "commentaire"
    HEADER = "en-tête ou pied de page"
    CONTENTS = "table des matières"
    EQUATION = "équation"
    OBJECT = "objet incorporé"
    PICTURE = "image non placée"
    LINK = "adresse d’un lien qui n’est pas du web"
    HIDDEN = "texte masqué, ou dessiné derrière la page"
    STRUCK = "texte barré (il n’est pas dans le brouillon)"
    UNPLACED = "partie du document à placer"
    ADDRESS = "adresse d’un lien, que son champ ne garde pas"
    SECOND = "second texte d’un champ déjà rempli"
    TOO_LONG = "texte trop long pour son champ, à raccourcir"
    LEFT = "texte qui n’a pas trouvé de place"


@dataclass(frozen=True)
class Aside:
    """``place``: the start of the paragraph beside which it stands; empty if it has no place in the text."""

    kind: AsideKind
    text: str
    place: str = ""


@dataclass(frozen=True)
class Span:
    text: str
    is_bold: bool = False
    is_italic: bool = False
    url: str = ""


@dataclass
class Paragraph:
    """``level``: of a heading by its style, 0 for none. ``depth``: of a list item, 0 for none.

    ``style``: « title », « quote » or empty.
    """

    spans: list[Span] = field(default_factory=list)
    level: int = 0
    style: str = ""
    depth: int = 0
    is_ordered: bool = False

    @property
    def text(self) -> str:
        return "".join(span.text for span in self.spans)

    @property
    def is_bold(self) -> bool:
        """Whether every word is in bold."""
        return bool(self.text.strip()) and all(span.is_bold for span in self.spans if span.text.strip())


@dataclass
class Picture:
    """``content``: empty if the document does not hold it. ``is_cropped``: the document shows only a part of it."""

    name: str
    content: bytes
    alt: str = ""
    is_cropped: bool = False


Cell = list["Paragraph | Picture"]


@dataclass
class Table:
    """``rows`` all have the same number of cells; a merged cell stands in its first place."""

    rows: list[list[Cell]]


Block = Paragraph | Table | Picture


@dataclass
class Document:
    """``notes``: footnotes and endnotes, by the mark that stands for each in the text, « [1] »."""

    blocks: list[Block] = field(default_factory=list)
    notes: dict[str, list[Paragraph]] = field(default_factory=dict)
    asides: list[Aside] = field(default_factory=list)
    pictures_beside: list[Picture] = field(default_factory=list)

    def pictures(self) -> list[Picture]:
        """Those of the text, in their order, then those beside it."""
        return [*pictures_of(self.blocks), *self.pictures_beside]


def pictures_of(blocks: Iterable[Block]) -> Iterator[Picture]:
    for block in blocks:
        if isinstance(block, Picture):
            yield block
        elif isinstance(block, Table):
            yield from (part for row in block.rows for cell in row for part in cell if isinstance(part, Picture))


def texts_of(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.text
        elif isinstance(block, Table):
            yield from (cell_text(cell) for row in block.rows for cell in row)


def paragraphs_of(blocks: Iterable[Block]) -> Iterator[Paragraph]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        elif isinstance(block, Table):
            yield from (part for row in block.rows for cell in row for part in cell if isinstance(part, Paragraph))


#: What a link of the draft may point to.
SAFE = re.compile(r"(?:https?://|mailto:)\S+", re.IGNORECASE)


def with_addresses(paragraph: Paragraph) -> str:
    """Its text for a field without links: « le guide (https://…) »."""
    written = ""
    for url, spans in groupby(paragraph.spans, key=lambda span: span.url):
        text = "".join(span.text for span in spans)
        is_said = not SAFE.fullmatch(url) or url.removeprefix("mailto:").rstrip("/") in text
        written += text if is_said else f"{text.rstrip()} ({url}){text[len(text.rstrip()) :]}"
    return written


def cell_text(cell: Cell) -> str:
    return "\n".join(part.text for part in cell if isinstance(part, Paragraph))


#: Characters that keep their meaning above or below the line; letters (« 1er », « XIXe ») are read as well on it.
ON_LINE = "0123456789+-−–=()"
RAISED = str.maketrans(f"{ON_LINE}n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ⁿ")
LOWERED = str.maketrans(ON_LINE, "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎")
LEVELLED = {shifted: plain for table in (RAISED, LOWERED) for plain, shifted in table.items()}
WORD = re.compile(r"\w+")


def words(text: str) -> list[str]:
    """Characters above or below the line count as those on it: a reader may have moved them."""
    return WORD.findall(text.translate(LEVELLED))


def kept_words(document: Document) -> Counter[str]:
    """Every word that is in the text, in a note, or listed beside."""
    counts: Counter[str] = Counter()
    notes = (paragraph for paragraphs in document.notes.values() for paragraph in paragraphs)
    for text in (*texts_of(document.blocks), *texts_of(notes), *(aside.text for aside in document.asides)):
        counts.update(words(text))
    return counts


def add_missing(document: Document, paragraphs: Iterable[str]) -> None:
    """List beside each paragraph of the file that holds a word that is nowhere yet."""
    paragraphs = list(paragraphs)
    held: Counter[str] = Counter()
    for text in paragraphs:
        held.update(words(text))
    missing = held - kept_words(document)
    for text in paragraphs:
        found = Counter(words(text))
        if any(missing[word] > 0 for word in found):
            document.asides.append(Aside(AsideKind.LEFT, text.strip()))
            missing.subtract(found)
