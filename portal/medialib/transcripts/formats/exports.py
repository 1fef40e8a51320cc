"""The formats of the podcast namespace (tag « transcript ») into which a transcript is written, everything escaped."""

import html
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby

from portal.medialib.transcripts.formats.subtitles import MARKUP, VOICE_SIGN
from portal.medialib.transcripts.formats.webvtt import LIKE_TIMES, Cue, escape, escape_words, stamp, to_vtt


@dataclass(frozen=True)
class Format:
    """``write`` takes the cues and the title of the episode."""

    mime_type: str
    write: Callable[[list[Cue], str], str]


def to_srt(cues: Iterable[Cue], title: str = "") -> str:
    """SubRip has no voices: they are written before the text, with no-break spaces that tell them from words."""
    blocks = (
        f"{number}\n{stamp(cue.start, ',')} --> {stamp(cue.end, ',')}\n{_said(cue)}\n"
        for number, cue in enumerate(cues, start=1)
    )
    return "\n".join(blocks)


def to_json(cues: Iterable[Cue], title: str = "") -> str:
    """JSON of the podcast namespace, 1.0.0. « < » is escaped: the text is inert in any page."""
    segments = [
        ({"speaker": cue.speaker} if cue.speaker else {})
        | {"startTime": cue.start, "endTime": cue.end, "body": cue.text}
        for cue in cues
    ]
    document = json.dumps({"version": "1.0.0", "segments": segments}, ensure_ascii=False)
    return document.replace("<", "\\u003c").replace("&", "\\u0026")


def to_text(cues: Iterable[Cue], title: str = "") -> str:
    """The text of each voice, one paragraph per turn."""
    return "\n\n".join(f"{speaker} : {text}" if speaker else text for speaker, _, text in _turns(cues)) + "\n"


def to_html(cues: Iterable[Cue], title: str = "") -> str:
    turns = "\n".join(
        f"{f'<cite>{escape(speaker)} :</cite>' if speaker else ''}"
        f'<time datetime="PT{start:.3f}S">{_clock(start)}</time>\n<p>{escape(text)}</p>'
        for speaker, start, text in _turns(cues)
    )
    name = f"Transcription : {escape(title)}"
    return (
        f'<!doctype html>\n<html lang="fr">\n<head><meta charset="utf-8"><title>{name}</title></head>\n'
        f"<body>\n<h1>{name}</h1>\n{turns}\n</body>\n</html>\n"
    )


def _vtt(cues: list[Cue], title: str) -> str:
    return to_vtt(cues)


#: extension of the URL → served format.
FORMATS = {
    "vtt": Format("text/vtt", _vtt),
    "srt": Format("application/x-subrip", to_srt),
    "json": Format("application/json", to_json),
    "html": Format("text/html", to_html),
    "txt": Format("text/plain", to_text),
}


def _turns(cues: Iterable[Cue]) -> list[tuple[str, float, str]]:
    """(voice, first second, text until another voice speaks)."""
    turns = []
    for speaker, group in groupby(cues, key=lambda cue: cue.speaker):
        turn = list(group)
        turns.append((speaker, turn[0].start, " ".join(cue.text for cue in turn)))
    return turns


def _clock(seconds: float) -> str:
    return stamp(seconds).partition(".")[0]


def _said(cue: Cue) -> str:
    return f"{_words(cue.speaker)}{VOICE_SIGN}{_words(cue.text)}" if cue.speaker else _words(cue.text)


def _words(text: str) -> str:
    """``text`` as it is, unless a program would take it for tags or times."""
    is_plain = html.unescape(text) == text and not MARKUP.search(text) and not LIKE_TIMES.match(text)
    return text.replace("-->", "--&gt;") if is_plain else escape_words(text)
