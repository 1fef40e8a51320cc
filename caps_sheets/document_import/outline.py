"""The parts of a document: its title, the lines of its identity card, and the text under each heading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from caps_sheets.document_import import headings
from caps_sheets.document_import.formats.document import Block, Document, Paragraph, Span, Table, cell_text, pictures_of
from caps_sheets.document_import.headings import BESIDE, IDENTITY, NUMBER, Match, match_of
from caps_sheets.document_import.labels import label_of

BEFORE = "Avant le premier titre"
MOST_WORDS = 16
#: Ranks of headings that are lines of the text, below those of styles (1 to 9).
NUMBERED, BOLD, PLAIN = 10, 11, 12
TITLE_LENGTH = 255
LABEL_LENGTH = 80


@dataclass
class Part:
    """``target``: the part of the sheet that its heading stands for; see ``headings.TARGETS``."""

    heading: str
    target: str = BESIDE
    is_certain: bool = True
    blocks: list[Block] = field(default_factory=list)


@dataclass(frozen=True)
class IdentityLine:
    """``field``: of the sheet, empty if the label is not known."""

    label: str
    value: str
    field: str = ""


@dataclass
class Outline:
    title: str = ""
    identity: list[IdentityLine] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)


@dataclass(frozen=True)
class Candidate:
    """A paragraph that may be a heading. ``rank``: 1 to 9 by its style, more for a line of the text."""

    place: int
    rank: int
    match: Match | None


def outline_of(document: Document) -> Outline:
    blocks = document.blocks
    candidates = {item.place: item for place, block in enumerate(blocks) if (item := _candidate(place, block))}
    title_place = _title_place(blocks, candidates)
    found = Outline(_text(blocks[title_place]) if title_place is not None else "")
    main = _main_rank(item for item in candidates.values() if item.place != title_place)
    found.parts = [Part(BEFORE)]
    rank = 0
    for place, block in enumerate(blocks):
        candidate = candidates.get(place)
        if place == title_place:
            continue
        if candidate and _begins_part(candidate, found.parts[-1], rank, main):
            match = candidate.match or Match(BESIDE)
            found.parts.append(Part(_text(block), match.target, match.is_certain))
            rank = candidate.rank
        else:
            found.parts[-1].blocks.append(_as_subheading(block) if candidate else block)
    for part in found.parts:
        if part.target == IDENTITY or part.heading == BEFORE:
            take_identity(part, found.identity)
    found.parts = [part for part in found.parts if not _is_empty(part)]
    return found


def _text(block: Block) -> str:
    return " ".join(block.text.split()) if isinstance(block, Paragraph) else ""


def _is_empty(part: Part) -> bool:
    """Nothing was before the first heading, or the identity card was read whole."""
    is_blank = not any(not isinstance(block, Paragraph) or block.text.strip() for block in part.blocks)
    return is_blank and part.heading == BEFORE


def _candidate(place: int, block: Block) -> Candidate | None:
    if not isinstance(block, Paragraph) or not (text := _text(block)):
        return None
    if block.style == "title" or block.level:
        return Candidate(place, block.level or 1, match_of(text))
    if len(text) > headings.LONGEST or len(text.split()) > MOST_WORDS or text[-1] in ".;,!" or block.style:
        return None
    rank, match = _line_rank(block, text), match_of(text.rstrip(" :"))
    return Candidate(place, rank, match) if _heads(block, rank, match) else None


def _heads(paragraph: Paragraph, rank: int, match: Match | None) -> bool:
    """Whether a short line of the text is a heading: alone in bold or in capitals, or the known name of a part."""
    is_known = match is not None and match.is_certain
    if paragraph.depth:
        return paragraph.is_ordered and paragraph.is_bold and is_known
    if rank == PLAIN or labelled(paragraph.text):
        return is_known
    return True


def _line_rank(paragraph: Paragraph, text: str) -> int:
    letters = [character for character in text if character.isalpha()]
    is_capital = len(letters) > 3 and all(character.isupper() for character in letters)
    if paragraph.is_bold or is_capital:
        return NUMBERED if NUMBER.match(text) or is_capital else BOLD
    return PLAIN


def _title_place(blocks: list[Block], candidates: dict[int, Candidate]) -> int | None:
    """The paragraph in the style of a title, else the first text if it heads no part of a sheet."""
    for place, block in enumerate(blocks):
        if isinstance(block, Paragraph) and block.style == "title" and 0 < len(_text(block)) <= TITLE_LENGTH:
            return place
    first = next(
        (place for place, block in enumerate(blocks) if not isinstance(block, Paragraph) or _text(block)), None
    )
    if first is None or first not in candidates or candidates[first].match:
        return None
    return first if len(_text(blocks[first])) <= TITLE_LENGTH else None


def _main_rank(candidates: Iterable[Candidate]) -> int:
    """That of most headings whose part is certain."""
    items = list(candidates)
    ranks = Counter(item.rank for item in items if item.match and item.match.is_certain) or Counter(
        item.rank for item in items
    )
    return min(ranks, key=lambda rank: (-ranks[rank], rank), default=1)


def _begins_part(candidate: Candidate, current: Part, rank: int, main: int) -> bool:
    """Otherwise it is a heading inside the current part."""
    match = candidate.match
    if match is None:
        return candidate.rank <= main
    if candidate.rank > main and current.target:
        is_other = match.target != current.target
        return match.is_certain and is_other and candidate.rank <= max(rank, main) + 1 and candidate.rank != PLAIN
    return match.is_certain or candidate.rank <= main


def _as_subheading(block: Block) -> Block:
    if not isinstance(block, Paragraph):
        return block
    return Paragraph([Span(span.text, True, span.is_italic, span.url) for span in block.spans])


# Identity card


def take_identity(part: Part, lines: list[IdentityLine]) -> None:
    """Move the lines of the identity card out of a part. Under its own heading, every line with a label is one."""
    is_card = part.target == IDENTITY
    kept: list[Block] = []
    for block in part.blocks:
        if isinstance(block, Table) and (rows := _table_lines(block, is_card)):
            lines += rows
            kept += pictures_of([block])
        elif isinstance(block, Paragraph) and (line := _line(block, is_card)):
            lines.append(line)
        else:
            kept.append(block)
    part.blocks = kept


def _line(paragraph: Paragraph, is_card: bool) -> IdentityLine | None:
    found = labelled(paragraph.text)
    if not found:
        return None
    label, value = found
    name = label_of(label)
    return IdentityLine(label, value, name) if name or (is_card and len(label.split()) <= 8) else None


def labelled(text: str) -> tuple[str, str] | None:
    """« Libellé : valeur »."""
    label, _, value = (part.strip() for part in text.partition(":"))
    is_label = 2 <= len(label) <= LABEL_LENGTH and "\n" not in label
    return (label, value) if is_label and value else None


def _table_lines(table: Table, is_card: bool) -> list[IdentityLine]:
    """A table of labels and values, two or four columns; one of other things has no line."""
    width = len(table.rows[0])
    if width < 2 or width > 4:
        return []
    pairs = []
    for row in table.rows:
        cells = [cell_text(cell).strip() for cell in row]
        pairs += [cells[0:2], cells[2:4]] if width == 4 else [[cells[0], "\n".join(filter(None, cells[1:]))]]
    pairs = [pair for pair in pairs if any(pair)]
    known = sum(bool(label_of(label)) for label, _ in pairs)
    if known * 3 < len(pairs) or (not known and not is_card):
        return []
    return [IdentityLine(label, value, label_of(label)) for label, value in pairs]
