"""A typed text as a timed transcript.

A line is « Voix : ce qu’elle dit », with or without a time. A missing time is estimated: speech between two known
times is spread by its length. The result is marked as waiting for times, and is not published before somebody
corrected it while listening.
"""

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from portal.base.characters import normalize
from portal.medialib.transcripts.formats.webvtt import (
    LINE_END,
    MAX_LENGTH,
    NAME,
    SHOWN_ERRORS,
    Cue,
    TranscriptError,
    to_vtt,
)

PACE = 15.0  # characters a second of unhurried French: used if no sound gives the duration

LONGEST_CUE = 220  # characters: above, a paragraph is cut after a sentence

SHORTEST_CUE = 0.2  # seconds: below, the sound does not match the text

TIME = r"(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)(?:[.,](\d{1,3}))?"

#: All spaces have been replaced by single spaces.
LEADING_TIME = re.compile(rf"[\[(]?{TIME}[\])]? ?[-–—]? ?", re.ASCII)

SPEAKER = re.compile(rf"({NAME}) ?(?:[\[(]({TIME})[\])])? ?:(?: (.+)|$)")

SENTENCE_END = re.compile(r"(?<=[.!?…]) ")


@dataclass(frozen=True)
class _Turn:
    """``start``: seconds, or None if the text does not give it."""

    line: int
    start: float | None
    speaker: str
    text: str

    @property
    def is_time_alone(self) -> bool:
        return self.start is not None and not self.speaker and not self.text


def read_pasted(text: str, duration: float | None = None) -> str:
    """WebVTT of a pasted text. Raises ``TranscriptError`` with line numbers. ``duration`` of the sound, in seconds."""
    if len(text) > MAX_LENGTH:
        raise TranscriptError(["La transcription est trop longue (plus de 2 millions de caractères)."])
    turns = _read_turns(normalize("NFC", text.removeprefix("\ufeff")))
    _check_times(turns, duration)
    is_untimed = any(turn.start is None for turn in turns)
    pieces = [piece for turn in turns for piece in _pieces(turn)]
    # A turn with a known start still has estimated times inside once it is cut; they are close enough.
    cues = _timed(pieces, duration)
    if any(cue.end - cue.start < SHORTEST_CUE for cue in cues):
        raise TranscriptError(["Ce texte est bien plus long que le fichier audio : vérifiez qu’il lui correspond."])
    return to_vtt(cues, is_untimed=is_untimed)


def _read_turns(text: str) -> list[_Turn]:
    """The turns of each voice; a line without a voice continues the line before."""
    turns: list[_Turn] = []
    for number, line in enumerate(LINE_END.split(text), start=1):
        content = " ".join(line.split())
        if not content:
            continue
        turn = _read_line(number, content)
        if turn.start is None and turn.speaker and turns and turns[-1].is_time_alone:
            turn = replace(turn, start=turns.pop().start)
        if turn.speaker or turn.start is not None or not turns:
            turns.append(turn)
        else:
            turns[-1] = replace(turns[-1], text=f"{turns[-1].text} {turn.text}".strip())
    if not any(turn.speaker for turn in turns):
        raise TranscriptError(["Ligne 1 : nommez chaque voix par sa fonction, « Coordination du CLSM : Bonjour. »."])
    if empty := [turn.line for turn in turns if not turn.text]:
        raise TranscriptError([f"Ligne {line} : cette réplique est vide." for line in empty[:SHOWN_ERRORS]])
    return turns


def _read_line(number: int, content: str) -> _Turn:
    start = None
    if leading := LEADING_TIME.match(content):
        start, content = _seconds(leading.groups()), content[leading.end() :]
    match = SPEAKER.fullmatch(content)
    if match is None:
        return _Turn(number, start, "", content)
    if match[2]:
        start = _seconds(match.groups()[2:6])
    return _Turn(number, start, match[1].strip(), match[7] or "")


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, decimals = parts
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0) + float(f"0.{decimals or 0}")


def _check_times(turns: list[_Turn], duration: float | None) -> None:
    errors, last = [], -1.0
    for turn in turns:
        if turn.start is None:
            continue
        if turn.start <= last:
            errors.append(f"Ligne {turn.line} : cette réplique doit commencer après la précédente.")
        if duration and turn.start >= duration:
            errors.append(f"Ligne {turn.line} : cette réplique commence après la fin du fichier audio.")
        last = turn.start
    if errors:
        raise TranscriptError(errors[:SHOWN_ERRORS])


def _pieces(turn: _Turn) -> list[_Turn]:
    """The turn cut after sentences, so that a paragraph is not one long cue."""
    pieces: list[str] = []
    for sentence in SENTENCE_END.split(turn.text):
        if pieces and len(pieces[-1]) + len(sentence) < LONGEST_CUE:
            pieces[-1] = f"{pieces[-1]} {sentence}"
        else:
            pieces.append(sentence)
    return [replace(turn, text=text, start=turn.start if not rank else None) for rank, text in enumerate(pieces)]


def _timed(pieces: list[_Turn], duration: float | None) -> list[Cue]:
    """Consecutive cues; between two known starts, each takes a share of the time by its length."""
    known = [(rank, piece.start) for rank, piece in enumerate(pieces) if piece.start is not None]
    if not known or known[0][0]:
        known.insert(0, (0, 0.0))
    bounds = [*known, (len(pieces), _end(pieces, known[-1], duration))]
    cues = []
    for (first, start), (last, end) in pairwise(bounds):
        cues += _spread(pieces[first:last], start, end)
    return cues


def _end(pieces: list[_Turn], last_known: tuple[int, float], duration: float | None) -> float:
    rank, start = last_known
    return duration or start + sum(len(piece.text) for piece in pieces[rank:]) / PACE


def _spread(pieces: list[_Turn], start: float, end: float) -> list[Cue]:
    total = sum(len(piece.text) for piece in pieces)
    cues, said = [], 0
    for piece in pieces:
        begins = start + (end - start) * said / total
        said += len(piece.text)
        ends = start + (end - start) * said / total
        cues.append(Cue(round(begins, 3), round(ends, 3), piece.speaker, piece.text))
    return cues
