"""Transcripts in JSON: podcast namespace (1.0.0), Whisper and the programs that write alike.

Segments are decoded one by one: a file that was cut gives those before the cut, and each has its line.
"""

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from portal.base.encodings import LINE_END
from portal.base.readings import Remark
from portal.medialib.transcripts.formats.cue_times import LATEST, FileCue, mended
from portal.medialib.transcripts.formats.webvtt import Transcript

DOCUMENT = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*[\{\]])")
FIRST_SEGMENT = re.compile(r'"(?:segments|transcription|cues)"\s*:\s*\[|\s*\[')
BETWEEN = re.compile(r"[\s,]*")
OPENING = re.compile(r"\s*\{")
KEY = re.compile(r'[\s,]*("(?:[^"\\]|\\.)*")\s*:\s*')
#: Keys of the document that say nothing of what is heard.
FORMAT_KEYS = {"version"}

#: What a value is → the keys that programs give it.
KEYS = {
    "start": ("startTime", "start"),
    "end": ("endTime", "end"),
    "speaker": ("speaker", "voice"),
    "text": ("body", "text"),
}
#: Of whisper.cpp: clocks, and the same in milliseconds.
TIMESTAMPS, OFFSETS = "timestamps", "offsets"
KNOWN = {TIMESTAMPS, OFFSETS, *(key for keys in KEYS.values() for key in keys)}
CLOCK = re.compile(r"(?:(?:(\d{1,4}):)?(\d{1,3}):)?(\d{1,8}(?:[.,]\d{1,9})?)", re.ASCII)


def is_json(text: str) -> bool:
    return DOCUMENT.match(text) is not None


def read_segments(text: str) -> Transcript:
    """The segments of a JSON document as cues; never raises."""
    return _Segments(text).read()


class _Segments:
    def __init__(self, text: str) -> None:
        self.text = text
        self.transcript = Transcript()
        self.told: set[str] = set()
        self.line, self.counted = 1, 0

    def read(self) -> Transcript:
        text, decoder, cues = self.text, json.JSONDecoder(), []
        begins = FIRST_SEGMENT.match(text) or FIRST_SEGMENT.search(text)
        self._tell_values_beside(begins)
        position = begins.end() if begins else len(text)
        rank = 0
        while (position := BETWEEN.match(text, position).end()) < len(text) and text[position] != "]":  # type: ignore[union-attr]
            line, rank = self._line_at(position), rank + 1
            try:
                segment, end = decoder.raw_decode(text, position)
            except (ValueError, RecursionError):
                self._refuse(
                    "le JSON est coupé ou mal écrit ici : la suite n’est pas lue.", line, rank, text[position:]
                )
                break
            if cue := self._cue(segment, line, rank, text[position:end]):
                cues.append(cue)
            position = end
        else:
            if position >= len(text) and begins:
                self._refuse("le JSON n’est pas fermé : la fin du fichier manque.", self._line_at(len(text)), rank, "")
        self.transcript.items, notices = mended(cues)
        self.transcript.notices += notices
        return self.transcript

    def _tell_values_beside(self, begins: re.Match[str] | None) -> None:
        """The values of the objects around the list of segments, each by its line."""
        opening, beside = OPENING.match(self.text), []
        while opening is not None:
            position, opening = opening.end(), None
            for key, value, end in self._members(position):
                if begins is not None and key <= begins.start() < end:
                    opening = OPENING.match(self.text, value)
                elif json.JSONDecoder().raw_decode(self.text, key)[0] not in FORMAT_KEYS:
                    beside.append((key, end))
        line, counted = 1, 0
        message = "valeur retirée : le portail garde les répliques, leurs temps et leurs voix."
        for key, end in sorted(beside):
            line += len(LINE_END.findall(self.text, counted, key))
            counted = key
            self.transcript.notices.append(Remark(message, line, text=self.text[key:end][:200]))

    def _members(self, position: int) -> Iterator[tuple[int, int, int]]:
        """Where the key and the value of each member of an object begin, and where the value ends, if it is whole."""
        decoder = json.JSONDecoder()
        while key := KEY.match(self.text, position):
            try:
                position = decoder.raw_decode(self.text, key.end())[1]
            except (ValueError, RecursionError):
                return
            yield key.start(1), key.end(), position

    def _line_at(self, position: int) -> int:
        """Positions are asked in their order."""
        self.line += len(LINE_END.findall(self.text, self.counted, position))
        self.counted = position
        return self.line

    def _cue(self, segment: Any, line: int, rank: int, source: str) -> FileCue | None:
        if not isinstance(segment, dict):
            self._refuse("ce n’est pas une réplique : elle n’est pas gardée.", line, rank, source)
            return None
        values = {name: next((segment[key] for key in keys if key in segment), None) for name, keys in KEYS.items()}
        if values["start"] is None and isinstance(clocks := segment.get(TIMESTAMPS), dict):
            values |= {"start": clocks.get("from"), "end": clocks.get("to")}
        start, end = _seconds(values["start"]), _seconds(values["end"])
        if start is None or (end is None and values["end"] is not None):
            message = "temps illisible : cette réplique n’est pas gardée. Écrivez des secondes, par exemple 62.5."
            self._refuse(message, line, rank, source)
            return None
        if not isinstance(values["text"], str | None) or not isinstance(values["speaker"], str | None):
            self._refuse("texte ou voix illisible : cette réplique n’est pas gardée.", line, rank, source)
            return None
        self._tell_other_keys(segment, line)
        text = " ".join((values["text"] or "").split())
        if not text:
            self._say("réplique vide, retirée.", line, rank, source)
            return None
        speaker = " ".join((values["speaker"] or "").split())
        return FileCue(line, start, end, speaker, text, source, _cell(rank))

    def _tell_other_keys(self, segment: dict[str, Any], line: int) -> None:
        for key in segment.keys() - KNOWN - self.told:
            self.told.add(key)
            message = "valeur retirée, comme dans les autres répliques : le portail garde temps, voix et texte."
            self.transcript.notices.append(Remark(message, line, text=key))

    def _say(self, message: str, line: int, rank: int, source: str) -> None:
        self.transcript.notices.append(Remark(message, line, _cell(rank), source[:200]))

    def _refuse(self, message: str, line: int, rank: int, source: str) -> None:
        self.transcript.errors.append(Remark(message, line, _cell(rank), source[:200]))


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
