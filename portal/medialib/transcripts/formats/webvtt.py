"""Cues, and WebVTT, in which a transcript is stored."""

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from portal.base.encodings import LINE_END
from portal.base.errors import UnreadableTextError
from portal.base.readings import Reading, Remark

MAX_LENGTH = 2_000_000  # characters
END_TOLERANCE = 2.0  # seconds: players and encoders differ by a frame or more
SHOWN_ERRORS = 10
LEAST_COVERAGE = 0.9  # of the sound: below, something may be missing (RGAA 4.2.1 requires all that is heard)
LONGEST_GAP = 2.0  # seconds without text that count as covered: a pause, not a missing passage

#: A voice as people write it before the text: a few words, a capital first, no sentence punctuation.
NAME = r"[^\W\d_a-zà-öø-ÿ][^:.,!?;<>\r\n]{0,79}?"
#: The note of a transcript whose times are estimates.
UNTIMED = "minutage à faire"
MARKER = re.compile(rf"^NOTE {UNTIMED}[ \t]*$", re.MULTILINE)
#: Words that a reader may take for the times of a cue.
LIKE_TIMES = re.compile(r"(?=.*\d[ \t]?:)(?:.*[→⟶➔➜⇒➝>]|-?\d[\d:. \t]*,)")


@dataclass(frozen=True, slots=True)
class Cue:
    """The text of one person between ``start`` and ``end`` (seconds). Plain text: escape it like any other."""

    start: float
    end: float
    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """A comment of the team (block NOTE), as it is written, before the first cue that starts at ``start`` or later."""

    start: float
    text: str


@dataclass
class Transcript(Reading[Cue]):
    """A reading with its notes. ``is_untimed``: its times are estimates."""

    notes: list[Note] = field(default_factory=list)
    is_untimed: bool = False

    def to_vtt(self) -> str:
        return to_vtt(self.items, self.notes, is_untimed=self.is_untimed)


class TranscriptError(UnreadableTextError):
    """The transcript cannot be parsed."""

    def __init__(self, remarks: Sequence[Remark]) -> None:
        super().__init__([str(remark) for remark in remarks[:SHOWN_ERRORS]])
        self.remarks = list(remarks)


def to_vtt(cues: Iterable[Cue], notes: Iterable[Note] = (), *, is_untimed: bool = False) -> str:
    """WebVTT that is read back without a remark. ``is_untimed``: the times are estimates, and the text says so."""
    blocks = [f"WEBVTT\n\nNOTE {UNTIMED}\n" if is_untimed else "WEBVTT\n"]
    waiting = sorted(notes, key=lambda note: note.start)
    for cue in cues:
        while waiting and waiting[0].start <= cue.start:
            blocks.append(f"{waiting.pop(0).text}\n")
        blocks.append(f"{stamp(cue.start)} --> {stamp(cue.end)}\n{_spoken(cue)}\n")
    return "\n".join([*blocks, *(f"{note.text}\n" for note in waiting)])


def is_waiting_for_times(transcript: str) -> bool:
    """Whether the times of a stored transcript are estimates."""
    return MARKER.search(LINE_END.sub("\n", transcript)) is not None


def coverage_warning(cues: list[Cue], duration: float) -> str:
    """The warning if the cues leave much of the sound (``duration`` in seconds) without text; empty otherwise."""
    covered, reached = 0.0, 0.0
    for cue in cues:
        start = reached if cue.start - reached <= LONGEST_GAP else cue.start
        covered += max(0.0, cue.end - max(start, reached))
        reached = max(reached, cue.end)
    if 0 <= duration - reached <= LONGEST_GAP:
        covered += duration - reached
    if not cues or duration <= 0 or covered >= LEAST_COVERAGE * duration:
        return ""
    return (
        f"La transcription couvre {covered / duration:.0%} du son : vérifiez que rien ne manque, et décrivez entre "
        "parenthèses les musiques et les bruits utiles."
    ).replace("%", " %")


def stamp(seconds: float, decimal: str = ".") -> str:
    """« 00:01:02.500 »; SubRip writes a comma as its ``decimal`` sign."""
    milliseconds = round(seconds * 1000)
    minutes, left = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{left // 1000:02}{decimal}{left % 1000:03}"


def escape(text: str) -> str:
    return html.escape(text, quote=False)


def escape_words(text: str) -> str:
    """``text`` as the words of a cue: neither a tag, nor an entity, nor times."""
    escaped = escape(text).replace("{", "&#123;").replace("\\", "&#92;")
    return escaped.replace(":", "&#58;") if LIKE_TIMES.match(text) else escaped


def _spoken(cue: Cue) -> str:
    return f"<v {escape(cue.speaker)}>{escape_words(cue.text)}</v>" if cue.speaker else escape_words(cue.text)
