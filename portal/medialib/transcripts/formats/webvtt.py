"""Timed transcripts in WebVTT: strict parsing with line numbers.

``webvtt-py`` is not used here: it silently drops a badly timed cue and accepts a cue that ends before it starts,
while an author needs the line to correct. Only the ``<v Speaker>`` tag is accepted.
"""

import hashlib
import html
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from portal.base.characters import normalize
from portal.base.errors import LineFaultError, UnreadableTextError

MAX_LENGTH = 2_000_000  # characters
END_TOLERANCE = 2.0  # seconds: players and encoders differ by a frame or more
SHOWN_ERRORS = 10
LEAST_COVERAGE = 0.9  # of the sound: below, something may be missing (RGAA 4.2.1 requires all that is heard)
LONGEST_GAP = 2.0  # seconds without text that count as covered: a pause, not a missing passage

LINE_END = re.compile(r"\r\n|\r|\n")
TIME = r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
TIMING = re.compile(rf"{TIME}[ \t]+-->[ \t]+{TIME}(?:[ \t]+\S.*)?", re.ASCII)
SRT_TIMING = re.compile(r"(\d{2}:[0-5]\d:[0-5]\d),(\d{3})(\s+-->\s+)(\d{2}:[0-5]\d:[0-5]\d),(\d{3})", re.ASCII)
#: A voice as people write it before the text: a few words, a capital first, no sentence punctuation.
NAME = r"[^\W\d_a-zà-öø-ÿ][^:.,!?;<>\r\n]{0,79}?"
SRT_VOICE = re.compile(rf"(-->[^\r\n]*(?:\r\n|\r|\n))({NAME})[ \u00a0\u202f]*:[ \u00a0\u202f]+(?=\S)")
VOICE = re.compile(r"<v(?:\.[\w.-]+)?[ \t]+([^<>]+)>")
SKIPPED_BLOCKS = ("NOTE", "STYLE", "REGION")
#: The note of a transcript whose times are estimates.
UNTIMED = "minutage à faire"
MARKER = re.compile(rf"^NOTE {UNTIMED}[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Cue:
    """The text of one person between ``start`` and ``end`` (seconds). Plain text: escape it like any other."""

    start: float
    end: float
    speaker: str
    text: str


class TranscriptError(UnreadableTextError):
    """The transcript cannot be parsed."""


def parse(text: str) -> list[Cue]:
    """Cues of a WebVTT text in their order. Raises ``TranscriptError`` with every error (the first ten)."""
    if len(text) > MAX_LENGTH:
        raise TranscriptError(["La transcription est trop longue (plus de 2 millions de caractères)."])
    lines = LINE_END.split(normalize("NFC", text.removeprefix("\ufeff")))
    if re.fullmatch(r"WEBVTT(?:[ \t].*)?", lines[0]) is None:
        raise TranscriptError(["Ligne 1 : la transcription doit commencer par le mot WEBVTT."])
    cues: list[Cue] = []
    errors: list[str] = []
    for number, block in _blocks(lines):
        try:
            cue = _read_cue(number, block)
            if cues and cue.start < cues[-1].start:
                raise LineFaultError(number, "cette réplique commence avant la précédente.")
            cues.append(cue)
        except LineFaultError as error:
            errors.append(str(error))
    if errors:
        raise TranscriptError(errors[:SHOWN_ERRORS])
    if not cues:
        raise TranscriptError(["La transcription ne contient aucune réplique minutée."])
    return cues


def read(text: str) -> list[Cue]:
    """Cues to show: empty while a draft cannot be parsed."""
    try:
        return parse(text)
    except TranscriptError:
        return []


def check(text: str, duration: float | None = None) -> list[str]:
    """Errors of a transcript, also against the ``duration`` of the sound (seconds); empty if it is correct."""
    try:
        cues = parse(text)
    except TranscriptError as error:
        return error.messages
    if duration and max(cue.end for cue in cues) > duration + END_TOLERANCE:
        return ["La transcription dépasse la durée du fichier audio : vérifiez qu’elle lui correspond."]
    return []


def to_vtt(cues: Iterable[Cue], *, is_untimed: bool = False) -> str:
    """WebVTT that ``parse`` reads back. ``is_untimed``: the times are estimates, and the text is marked so."""
    head = f"WEBVTT\n\nNOTE {UNTIMED}\n" if is_untimed else "WEBVTT\n"
    return head + "".join(f"\n{stamp(cue.start)} --> {stamp(cue.end)}\n{_spoken(cue)}\n" for cue in cues)


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


def decode(content: bytes) -> str:
    """Text of an uploaded .vtt or .srt file, as WebVTT. Raises ``TranscriptError`` unless it is UTF-8."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise TranscriptError([f"Ligne {line} : le fichier n’est pas enregistré en UTF-8."]) from error
    return text if text.startswith("WEBVTT") else srt_to_vtt(text)


def srt_to_vtt(text: str) -> str:
    """SubRip → WebVTT: same blocks, other decimal sign; « Voix : » at the start of a cue becomes its voice.

    Two lines are added above, none elsewhere. Text without any SRT timing is returned unchanged.
    """
    converted, count = SRT_TIMING.subn(r"\1.\2\3\4.\5", text)
    if not count:
        return text
    return f"WEBVTT\n\n{_with_voices(converted, count)}"


def _with_voices(text: str, cue_count: int) -> str:
    """« Voix : » becomes a voice if every cue has one, or if it recurs; otherwise it may be spoken words."""
    seen = Counter(match[2] for match in SRT_VOICE.finditer(text))
    is_everywhere = seen.total() == cue_count

    def mark(match: re.Match[str]) -> str:
        return f"{match[1]}<v {match[2]}>" if is_everywhere or seen[match[2]] > 1 else match[0]

    return SRT_VOICE.sub(mark, text)


def _blocks(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """(line number of the first line, lines) of each cue block; the header and the notes are left out."""
    block: list[str] = []
    is_header = True
    for number, line in enumerate([*lines, ""], start=1):
        if line.strip():
            block.append(line)
            continue
        if block and not is_header and not block[0].startswith(SKIPPED_BLOCKS):
            yield number - len(block), block
        block, is_header = [], False


def _read_cue(number: int, block: list[str]) -> Cue:
    if "-->" not in block[0]:  # an identifier precedes the timing
        number, block = number + 1, block[1:]
    match = TIMING.fullmatch(block[0].strip()) if block else None
    if match is None:
        raise LineFaultError(
            number, "minutage attendu, par exemple « 00:01:02.500 --> 00:01:05.000 » (point, trois décimales)."
        )
    times = match.groups()
    start, end = _seconds(times[:4]), _seconds(times[4:])
    if start >= end:
        raise LineFaultError(number, "la fin doit venir après le début.")
    speaker, text = _read_text(number + 1, block[1:])
    return Cue(start, end, speaker, text)


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, milliseconds = (int(part or 0) for part in parts)
    return ((hours * 60 + minutes) * 60_000 + seconds * 1000 + milliseconds) / 1000


def _read_text(number: int, lines: list[str]) -> tuple[str, str]:
    for offset, line in enumerate(lines):
        if "-->" in line:
            raise LineFaultError(number + offset, "il manque une ligne vide avant ce minutage.")
    raw = "\n".join(lines)
    voices = VOICE.findall(raw)
    if len(voices) > 1:
        raise LineFaultError(number, "une seule voix par réplique : séparez-les.")
    bare = VOICE.sub("", raw).replace("</v>", "")
    if "<" in bare:
        bad_line = number + bare[: bare.index("<")].count("\n")
        raise LineFaultError(bad_line, "balise refusée : seule la balise <v Fonction> est acceptée.")
    text = " ".join(html.unescape(bare).replace("\0", "").split())
    if not text:
        raise LineFaultError(number - 1, "cette réplique est vide.")
    return html.unescape(voices[0]).strip() if voices else "", text


def review_key(transcript: str, sound: str) -> str:
    """The text and sound that a proof-reading was about: the cues, or an unreadable text, and the version of the
    sound.
    """
    try:
        said: object = [[cue.start, cue.end, cue.speaker, cue.text] for cue in parse(transcript)]
    except TranscriptError:
        said = transcript
    return hashlib.sha256(json.dumps([said, sound]).encode()).hexdigest()


def stamp(seconds: float, decimal: str = ".") -> str:
    """« 00:01:02.500 »; SubRip writes a comma as its ``decimal`` sign."""
    milliseconds = round(seconds * 1000)
    minutes, left = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{left // 1000:02}{decimal}{left % 1000:03}"


def escape(text: str) -> str:
    return html.escape(text, quote=False)


def _spoken(cue: Cue) -> str:
    text = escape(cue.text)
    return f"<v {escape(cue.speaker)}>{text}</v>" if cue.speaker else text
