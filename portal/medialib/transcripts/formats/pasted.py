"""A typed text as a timed transcript.

A line is « Voix : ce qu’elle dit », with or without a time. A missing time is estimated: speech between two known
times is spread by its length. The result is marked as waiting for times, and is not published before somebody
corrected it while listening.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from portal.base.encodings import LINE_END
from portal.base.plurals import counted
from portal.base.readings import Remark
from portal.medialib.transcripts.formats.cue_times import PACE
from portal.medialib.transcripts.formats.webvtt import (
    NAME,
    Cue,
    Transcript,
    TranscriptError,
)

LONGEST_CUE = 220  # characters: above, a paragraph is cut after a sentence

SHOWN_VOICES = 20

FASTEST = 75.0  # characters a second: above, the sound does not match the text

SHORTEST_END = 1.0  # seconds of the last turn, if the length of the sound is not known

TIME = r"(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)(?:[.,](\d{1,3}))?"

#: All spaces have been replaced by single spaces.
LEADING_TIME = re.compile(rf"[\[(]?{TIME}[\])]? ?(?P<dash>[-–—→]|--?>)? ?", re.ASCII)
#: What is meant as a time, where ``LEADING_TIME`` reads none or a part of it.
ODD_TIME = re.compile(r"[\[(]?\d{1,3}:\d|[:;.,]\d", re.ASCII)
#: « Durand Anne   0:12 » (Teams, Otter), not « Rendez-vous à 0:12 ».
NAME_THEN_TIME = re.compile(rf"({NAME})(?P<gap>[ \u00a0]*\t[ \t]*|[ \u00a0]+){TIME}")
#: The title, the author… of a song (LRC).
SONG_TAG = re.compile(r"\[(?:ti|ar|al|au|by|length|offset|re|ve|la|tool|#):[^\[\]]*\]", re.IGNORECASE)
#: « Transcribed by https://otter.ai », at the end of the texts of such programs.
FOOTER = re.compile(
    r"(?:transcribed|transcript|transcrit|transcription) (?:by|par|with|avec) (?=\S*\w\.\w)\S+", re.IGNORECASE
)

SPEAKER = re.compile(rf"({NAME}) ?(?:[\[(]({TIME})[\])])? ?:(?: (.+)|$)")

#: « Coordination [00:12:34] Bonjour. », as typed in a word processor: at most five words before the time.
SPEAKER_THEN_TIME = re.compile(rf"(?=[^\s\[(]+(?: [^\s\[(]+){{0,4}} ?[\[(])({NAME}) ?[\[(]({TIME})[\])] ?(.*)")

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


def read_pasted(text: str, duration: float | None = None) -> Transcript:
    """The cues of a typed text. Raises ``TranscriptError`` with line numbers. ``duration`` of the sound, in seconds."""
    notices: list[Remark] = []
    turns = _read_turns(text, notices)
    _check_times(turns, duration)
    is_untimed = any(turn.start is None for turn in turns)
    pieces = [piece for turn in turns for piece in _pieces(turn)]
    # A turn with a known start still has estimated times inside once it is cut; they are close enough.
    cues = _timed(pieces, duration)
    return Transcript(cues, [*_guessed(turns, is_untimed=is_untimed), *notices], is_untimed=is_untimed)


def _guessed(turns: list[_Turn], *, is_untimed: bool) -> Iterator[Remark]:
    """What no line of the text says as such: its times, and which words are voices."""
    if is_untimed:
        yield Remark("Le texte n’a pas tous ses temps : ils sont estimés d’après sa longueur.")
    else:
        yield Remark("Chaque réplique dure jusqu’au début de la suivante.")
    names = list(dict.fromkeys(turn.speaker for turn in turns if turn.speaker))
    shown = ", ".join(f"« {name} »" for name in names[:SHOWN_VOICES])
    more = f" et {counted(len(names) - SHOWN_VOICES, 'autre')}" if len(names) > SHOWN_VOICES else ""
    yield Remark(f"Les voix comprises sont {shown}{more}." if names else "Le texte ne nomme aucune voix.")


def _dropped(content: str) -> str:
    """What a line is that nobody says, "" for any other."""
    if SONG_TAG.fullmatch(content):
        return "cette étiquette"
    return "cette mention du logiciel" if FOOTER.fullmatch(content) else ""


def _read_turns(text: str, notices: list[Remark]) -> list[_Turn]:
    """The turns of each voice; a line without a voice continues the line before."""
    errors: list[Remark] = []
    turns: list[_Turn] = []
    texts: list[list[str]] = []
    for number, line in enumerate(LINE_END.split(text), start=1):
        content = " ".join(line.split())
        if not content:
            continue
        if dropped := _dropped(content):
            notices.append(Remark(f"{dropped} n’est pas une réplique : elle est retirée.", number, text=line))
            continue
        turn = _read_line(number, line, content, notices, errors)
        if turn.start is None and turn.speaker and turns and turns[-1].is_time_alone and not any(texts[-1]):
            texts.pop()
            turn = replace(turn, start=turns.pop().start)
        if turn.speaker or turn.start is not None or not turns:
            turns.append(turn)
            texts.append([turn.text])
        else:
            texts[-1].append(turn.text)
    turns = [replace(turn, text=" ".join(parts).strip()) for turn, parts in zip(turns, texts, strict=True)]
    if errors:
        raise TranscriptError(errors)
    _check_voices(turns)
    if empty := [turn.line for turn in turns if not turn.text]:
        raise TranscriptError([Remark("cette réplique est vide.", line) for line in empty])
    return turns


def _check_voices(turns: list[_Turn]) -> None:
    """Voices may be missing where all times are given, as in subtitles."""
    untimed = next((turn for turn in turns if turn.start is None), None)
    if not turns or (untimed and not any(turn.speaker for turn in turns)):
        message = (
            "nommez chaque voix par sa fonction, « Coordination du CLSM : Bonjour. », "
            "ou envoyez un fichier de sous-titres (VTT, SRT)."
        )
        raise TranscriptError([Remark(message, untimed.line if untimed else 1, text=untimed.text if untimed else "")])


def _read_line(number: int, line: str, content: str, notices: list[Remark], errors: list[Remark]) -> _Turn:
    start = None
    if leading := LEADING_TIME.match(content):
        start, content = _seconds(leading.groups()[:4]), content[leading.end() :]
        if leading["dash"] and (end := LEADING_TIME.match(content)):
            content = content[end.end() :]
            notices.append(Remark("le temps de fin n’est pas gardé.", number, text=line))
    if ODD_TIME.match(content):
        message = "temps illisible : écrivez par exemple « 01:02:05 » (heures, minutes, secondes), sans numéro d’image."
        errors.append(Remark(message, number, text=line))
    if (last := NAME_THEN_TIME.fullmatch(line.strip())) and start is None:
        if last["gap"] not in (" ", "\u00a0"):
            return _Turn(number, _seconds(last.groups()[2:]), " ".join(last[1].split()), "")
        notices.append(Remark("le temps qui finit cette ligne est gardé comme des mots.", number, text=line))
    match = SPEAKER.fullmatch(content) or SPEAKER_THEN_TIME.fullmatch(content)
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
            errors.append(Remark("cette réplique doit commencer après la précédente.", turn.line))
        if duration and turn.start >= duration:
            errors.append(Remark("cette réplique commence après la fin du fichier audio.", turn.line))
        last = turn.start
    if errors:
        raise TranscriptError(errors)


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
    return duration or start + max(SHORTEST_END, sum(len(piece.text) for piece in pieces[rank:]) / PACE)


def _spread(pieces: list[_Turn], start: float, end: float) -> list[Cue]:
    total = sum(len(piece.text) for piece in pieces)
    if total > FASTEST * max(end - start, SHORTEST_END):
        message = "ce qui est dit à partir d’ici est bien trop long pour le temps donné : vérifiez les temps et le son."
        raise TranscriptError([Remark(message, pieces[0].line, text=pieces[0].text)])
    cues, said = [], 0
    for piece in pieces:
        begins = start + (end - start) * said / total
        said += len(piece.text)
        ends = start + (end - start) * said / total
        cues.append(Cue(round(begins, 3), round(ends, 3), piece.speaker, piece.text))
    return cues
