"""Transcripts in JSON: podcast namespace (1.0.0), Whisper and the programs that write alike.

Segments are decoded one by one: a file that was cut or badly written in one place gives all the others, and each has
its line.
"""

import json
import math
import re
from dataclasses import replace
from typing import Any

from portal.base.encodings import LINE_END
from portal.base.readings import Remark
from portal.medialib.transcripts.formats.cue_times import LATEST, FileCue, mended
from portal.medialib.transcripts.formats.webvtt import Transcript

DOCUMENT = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*[\{\]])")
#: Where the segments are: in the document itself, under one of their names, else in the first list of objects.
LISTS = (
    re.compile(r"\s*\["),
    re.compile(r'"(?:segments|transcription|cues|utterances)"\s*:\s*\['),
    re.compile(r'"(?:[^"\\]|\\.)*"\s*:\s*\[(?=\s*\{)'),
)
BETWEEN = re.compile(r"[\s,]*")
KEY = re.compile(r'("(?:[^"\\]|\\.)*")\s*:\s*')
#: Keys of the document that say nothing of what is heard.
FORMAT_KEYS = {"version"}
DEEPEST = 20  # objects around the list of segments
MOST_BAD = 100  # places badly written: the module ``json`` counts the lines from the start at each

#: What a value is → the keys that programs give it, the one that is kept first: the « voice » of Podlove is the name
#: of its « speaker ».
KEYS = {
    "start": ("startTime", "start", "start_time"),
    "end": ("endTime", "end", "end_time"),
    "duration": ("duration", "dur"),
    "speaker": ("voice", "speaker"),
    "text": ("body", "text", "transcript"),
}
#: Whole numbers may be seconds or, from AssemblyAI, milliseconds: the characters said in one tell which. Between the
#: two, only a sound too long in seconds does.
FASTEST_IN_MILLISECONDS, SLOWEST_IN_SECONDS = 0.03, 0.06
LONGEST_SOUND = 36_000  # seconds
#: Of whisper.cpp: clocks, and the same in milliseconds.
TIMESTAMPS, OFFSETS = "timestamps", "offsets"
KNOWN = {TIMESTAMPS, OFFSETS, *(key for keys in KEYS.values() for key in keys)}
BAD_JSON = "le JSON est coupé ou mal écrit ici : cette partie n’est pas lue."
CLOCK = re.compile(r"(?:(?:(\d{1,4}):)?(\d{1,3}):)?(\d{1,8}(?:[.,]\d{1,9})?)", re.ASCII)


def is_json(text: str) -> bool:
    return DOCUMENT.match(text) is not None


def read_segments(text: str) -> Transcript:
    """The segments of a JSON document as cues; never raises."""
    return _Segments(text).read()


class _Segments:
    """``position`` in the text, inside ``depth`` objects or lists around the list of segments."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.transcript = Transcript()
        self.decoder = json.JSONDecoder(strict=False)
        self.cues: list[FileCue] = []
        self.told: set[str] = set()
        self.is_whole = True
        self.position = self.depth = 0
        self.line, self.counted = 1, 0

    def read(self) -> Transcript:
        begins = LISTS[0].match(self.text) or LISTS[1].search(self.text) or LISTS[2].search(self.text)
        if begins is None and self._is_segment():
            self._read_list("")
        else:
            self._read_document(begins)
        self._set_unit()
        self.transcript.items, notices = mended(self.cues)
        self.transcript.notices += notices
        return self.transcript

    def _read_document(self, begins: re.Match[str] | None) -> None:
        """The list of segments, which ``begins`` there, and what stands around it."""
        start = self._after_spaces(begins.start()) if begins else len(self.text)
        is_over = False
        while self._advance() and not is_over:
            if begins and self.position == start:
                self.position = begins.end()
                self._read_list("]")
            else:
                self._read_around(start)
            is_over = not self.depth
        if self.depth:
            self._refuse("le JSON n’est pas fermé : la fin du fichier manque.", "")
        elif self.position < len(self.text):
            self._refuse("texte après la fin du JSON : il n’est pas lu.", self.text[self.position :])

    def _read_around(self, start: int) -> None:
        """One brace, or one value, outside the list that begins at ``start``."""
        sign = self.text[self.position]
        if sign in "{[" and self.depth < DEEPEST:
            self.position, self.depth = self.position + 1, self.depth + 1
        elif sign in "}]" and self.depth:
            self.position, self.depth = self.position + 1, self.depth - 1
        elif key := KEY.match(self.text, self.position):
            self._read_member(key, start)
        else:
            self._skip(start)

    def _read_member(self, key: re.Match[str], start: int) -> None:
        end = self._end_of(key.end())
        if end and not self.position < start < end:
            self._tell_beside(self.text[self.position : end], key[1].strip('"'))
            self.position = end
        elif self.position < start and self.text.startswith(("{", "["), key.end()):
            self.position = key.end()
        else:
            self._skip(start)

    def _skip(self, start: int) -> None:
        """Refuse what cannot be read, up to the list of segments or to the end."""
        end = start if self.position < start else len(self.text)
        self._refuse(BAD_JSON, self.text[self.position : end])
        self.position = end
        if end == len(self.text):
            self.depth = 0

    def _read_list(self, closing: str) -> None:
        """The segments up to ``closing``. After a bad one, the next object is tried."""
        text, rank, bad = self.text, 0, 0
        while self._advance() and text[self.position] != closing:
            rank += 1
            try:
                segment, end = self.decoder.raw_decode(text, self.position)
            except (ValueError, RecursionError) as error:
                reached = error.pos if isinstance(error, json.JSONDecodeError) else len(text)
                end, bad = text.find("{", max(reached, self.position + 1)), bad + 1
                if end < 0 or bad == MOST_BAD:
                    end, self.depth = len(text), 0
                self._refuse(BAD_JSON, text[self.position : end], _cell(rank))
            else:
                if cue := self._cue(segment, self._line(), rank, text[self.position : end]):
                    self.cues.append(cue)
            self.position = end
        self.position = min(self.position + len(closing), len(text))

    def _advance(self) -> bool:
        """Pass over spaces and commas; False at the end of the text."""
        self.position = self._after_spaces(self.position)
        return self.position < len(self.text)

    def _after_spaces(self, position: int) -> int:
        return BETWEEN.match(self.text, position).end()  # type: ignore[union-attr]

    def _end_of(self, position: int) -> int:
        """The end of the value at ``position``; 0 if it is cut or badly written."""
        try:
            return self.decoder.raw_decode(self.text, position)[1]
        except (ValueError, RecursionError):
            return 0

    def _is_segment(self) -> bool:
        """Whether the document is one segment, or one a line."""
        try:
            first, _ = self.decoder.raw_decode(self.text, self._after_spaces(0))
        except (ValueError, RecursionError):
            return False
        return isinstance(first, dict) and not first.keys().isdisjoint({*KEYS["start"], TIMESTAMPS})

    def _tell_beside(self, source: str, key: str) -> None:
        if key not in FORMAT_KEYS:
            message = "valeur retirée : le portail garde les répliques, leurs temps et leurs voix."
            self.transcript.notices.append(Remark(message, self._line(), text=source[:200]))

    def _line(self) -> int:
        """The line of the position, which only goes forward."""
        self.line += len(LINE_END.findall(self.text, self.counted, self.position))
        self.counted = self.position
        return self.line

    def _cue(self, segment: Any, line: int, rank: int, source: str) -> FileCue | None:
        if not isinstance(segment, dict):
            self._refuse("ce n’est pas une réplique : elle n’est pas gardée.", source, _cell(rank))
            return None
        values = {name: self._value(segment, keys, line, rank) for name, keys in KEYS.items()}
        if values["start"] is None and isinstance(clocks := segment.get(TIMESTAMPS), dict):
            values |= {"start": clocks.get("from"), "end": clocks.get("to")}
        start, end = _seconds(values["start"]), _seconds(values["end"])
        length = _seconds(values["duration"])
        if values["end"] is None and start is not None and length:  # of YouTube
            end = round(start + length, 3)
        if start is None or (end is None and values["end"] is not None):
            message = "temps illisible : cette réplique n’est pas gardée. Écrivez des secondes, par exemple 62.5."
            self._refuse(message, source, _cell(rank))
            return None
        speaker = values["speaker"]
        if type(speaker) is int:
            self._tell_once(
                "voix donnée par un numéro, comme ailleurs : nommez-la par sa fonction.", line, rank, source
            )
            speaker = str(speaker)
        if not isinstance(values["text"], str | None) or not isinstance(speaker, str | None):
            self._refuse("texte ou voix illisible : cette réplique n’est pas gardée.", source, _cell(rank))
            return None
        self._tell_other_keys(segment, line)
        text = " ".join((values["text"] or "").split())
        if not text:
            self._say("réplique vide, retirée.", line, rank, source)
            return None
        self.is_whole &= {type(values[name]) for name in ("start", "end", "duration")} <= {int, type(None)}
        return FileCue(line, start, end, " ".join((speaker or "").split()), text, source, _cell(rank))

    def _value(self, segment: dict[str, Any], keys: tuple[str, ...], line: int, rank: int) -> Any:
        """The value of the first of ``keys`` that has one; another that differs is said."""
        given = [key for key in keys if segment.get(key) not in (None, "")]
        kept = segment[given[0]] if given else None
        for key in given[1:]:
            if segment[key] != kept and (_seconds(segment[key]) is None or _seconds(segment[key]) != _seconds(kept)):
                message = f"« {key} » diffère de « {given[0]} », qui est gardé : cette valeur est retirée."
                self._say(message, line, rank, f'"{key}": {json.dumps(segment[key], ensure_ascii=False)}')
        return kept

    def _set_unit(self) -> None:
        """Read whole numbers as milliseconds where they are no seconds; refuse those that may be both."""
        cues = self.cues
        length = sum(max(0.0, cue.end - cue.start) for cue in cues if cue.end is not None)
        length = length or max((cue.start for cue in cues), default=0.0)
        if not self.is_whole or not length:
            return
        pace = sum(len(cue.text) for cue in cues) / length
        first = cues[0]
        if pace <= FASTEST_IN_MILLISECONDS or (
            pace < SLOWEST_IN_SECONDS and max(cue.start for cue in cues) > LONGEST_SOUND
        ):
            message = "trop longs pour des secondes, les temps du fichier sont lus en millisecondes : vérifiez-les."
            self.transcript.notices.append(Remark(message, first.line, first.cell, first.source[:200]))
            self.cues = [
                replace(cue, start=cue.start / 1000, end=None if cue.end is None else cue.end / 1000) for cue in cues
            ]
        elif pace < SLOWEST_IN_SECONDS:
            message = (
                "secondes ou millisecondes ? Aucune réplique n’est gardée. Écrivez les temps en secondes avec leurs "
                "décimales, par exemple 62.5."
            )
            self.transcript.errors.append(Remark(message, first.line, first.cell, first.source[:200]))
            self.cues = []

    def _tell_other_keys(self, segment: dict[str, Any], line: int) -> None:
        for key in segment.keys() - KNOWN - self.told:
            self.told.add(key)
            message = "valeur retirée, comme dans les autres répliques : le portail garde temps, voix et texte."
            self.transcript.notices.append(Remark(message, line, text=key))

    def _tell_once(self, message: str, line: int, rank: int, source: str) -> None:
        if message not in self.told:
            self.told.add(message)
            self._say(message, line, rank, source)

    def _say(self, message: str, line: int, rank: int, source: str) -> None:
        self.transcript.notices.append(Remark(message, line, _cell(rank), source[:200]))

    def _refuse(self, message: str, source: str, cell: str = "") -> None:
        """At the line of the position."""
        self.transcript.errors.append(Remark(message, self._line(), cell, source[:200].rstrip()))


def _cell(rank: int) -> str:
    return f"réplique {rank}"


def _seconds(value: Any) -> float | None:
    if isinstance(value, str):
        match = CLOCK.fullmatch(value.strip())
        if match is None:
            return None
        value = int(match[1] or 0) * 3600 + int(match[2] or 0) * 60 + float(match[3].replace(",", "."))
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return round(float(value), 3) if 0 <= value <= LATEST and math.isfinite(value) else None
