"""Where each sentence of a draft sheet was heard, kept apart from the sheet, for who may hear it.

A page is copied in its revisions, in the search index, in exports and comparisons: a second written in it would leak
there. A row of its own names the sheet, the block and the sentence; it dies with the answers of its interview.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import unescape

from django.utils.html import strip_tags

from caps_sheets.capitalisation.models import FileKind, PrivateFile, SheetSource
from caps_sheets.models import CapsSheetPage
from portal.base.time_marks import split_at_marks

SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")
#: Block → (heading of its section, digest of each sentence → the sentence).
Written = Mapping[str, tuple[str, dict[str, str]]]
#: Heard at (second), and the words: what a block of the draft comes from.
Heard = list[tuple[int, str]]


def heard_in(notes: str, first: int | None = None) -> Heard:
    """The sentences of marked ``notes``, each with the mark before it; ``first``: the mark of the whole answer."""
    heard = []
    for part in split_at_marks(notes):
        second = part.seconds if part.seconds is not None else first
        if second is not None:
            heard += [(second, sentence) for sentence in sentences(part.text)]
    return heard


def sentences(text: str) -> list[str]:
    return [" ".join(sentence.split()) for sentence in SENTENCE_END.split(text) if sentence.strip()]


def sentence_key(sentence: str) -> str:
    return hashlib.sha256(" ".join(sentence.split()).casefold().encode()).hexdigest()[:16]


@dataclass
class BlockSources:
    """Of one block: (second, the sentence as it is written now, or empty once rewritten)."""

    block_id: str
    section: str
    marks: list[tuple[int, str]] = field(default_factory=list)
    sounds: list[PrivateFile] = field(default_factory=list)


def sources_of(sheet: CapsSheetPage) -> list[BlockSources]:
    """What may still be heard of ``sheet``: nothing of an interview whose consent was withdrawn or answers deleted.

    The caller has checked who asks. Two queries.
    """
    rows = SheetSource.objects.filter(
        sheet=sheet.pk, interview__consent__withdrawn_on=None, interview__answers_deleted_on=None
    ).exclude(interview__consent=None)
    kept = list(rows)
    audio = PrivateFile.objects.filter(
        interview__in={row.interview_id for row in kept}, kind=FileKind.AUDIO, deleted_on=None
    )
    sounds: dict[int, list[PrivateFile]] = defaultdict(list)
    for sound in audio:
        sounds[sound.interview_id].append(sound)
    return _by_block(kept, _written(sheet), sounds) if kept else []


def _by_block(
    rows: Iterable[SheetSource],
    written: Mapping[str, tuple[str, dict[str, str]]],
    sounds: Mapping[int, list[PrivateFile]],
) -> list[BlockSources]:
    marks: dict[str, dict[tuple[int, str], None]] = defaultdict(dict)
    interviews: dict[str, int] = {}
    for row in rows:
        if row.block_id in written:
            marks[row.block_id][row.second, written[row.block_id][1].get(row.sentence, "")] = None
            interviews[row.block_id] = row.interview_id
    return [
        BlockSources(block_id, written[block_id][0], list(found), sounds.get(interviews[block_id], []))
        for block_id, found in marks.items()
    ]


def _written(sheet: CapsSheetPage) -> Written:
    return {
        block.id: (str(section.block.label), {sentence_key(one): one for one in sentences(_words(block.value))})
        for section in sheet.body
        for block in section.value
        if block.id
    }


def _words(value: object) -> str:
    """The words of a paragraph, or of a quotation."""
    if hasattr(value, "get") and (quote := value.get("quote")):
        return str(quote)
    html = re.sub(r"<br\s*/?>|</p>", "\n", str(getattr(value, "source", "")))
    return unescape(strip_tags(html))
