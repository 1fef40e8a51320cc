"""A transcript in the forms that listening apps read (podcast namespace, tag « transcript »). Everything is escaped."""

import html
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby

from caps_sheets.podcasts.transcripts.reading import Cue

UNTIMED = "minutage à faire"


@dataclass(frozen=True)
class Format:
    """``write`` takes the cues and the title of the episode."""

    mime_type: str
    write: Callable[[list[Cue], str], str]


def to_vtt(cues: Iterable[Cue], *, is_untimed: bool = False) -> str:
    """WebVTT that ``parse`` reads back. ``is_untimed``: the times are guesses, and the text says so."""
    head = f"WEBVTT\n\nNOTE {UNTIMED}\n" if is_untimed else "WEBVTT\n"
    return head + "".join(f"\n{_stamp(cue.start)} --> {_stamp(cue.end)}\n{_spoken(cue)}\n" for cue in cues)


def to_srt(cues: Iterable[Cue], title: str = "") -> str:
    """SubRip has no voices: they are written before what they say."""
    blocks = (
        f"{number}\n{_stamp(cue.start, ',')} --> {_stamp(cue.end, ',')}\n{_said(cue).replace('-->', '→')}\n"
        for number, cue in enumerate(cues, start=1)
    )
    return "\n".join(blocks)


def to_json(cues: Iterable[Cue], title: str = "") -> str:
    """JSON of the podcast namespace, 1.0.0. « < » is escaped: the text stays inert wherever it is put."""
    segments = [
        ({"speaker": cue.speaker} if cue.speaker else {})
        | {"startTime": cue.start, "endTime": cue.end, "body": cue.text}
        for cue in cues
    ]
    document = json.dumps({"version": "1.0.0", "segments": segments}, ensure_ascii=False)
    return document.replace("<", "\\u003c").replace("&", "\\u0026")


def to_text(cues: Iterable[Cue], title: str = "") -> str:
    """What each voice says, one paragraph as long as it speaks."""
    return "\n\n".join(f"{speaker} : {text}" if speaker else text for speaker, _, text in _turns(cues)) + "\n"


def to_html(cues: Iterable[Cue], title: str = "") -> str:
    turns = "\n".join(
        f"{f'<cite>{_escape(speaker)} :</cite>' if speaker else ''}"
        f'<time datetime="PT{start:.3f}S">{_clock(start)}</time>\n<p>{_escape(text)}</p>'
        for speaker, start, text in _turns(cues)
    )
    name = f"Transcription : {_escape(title)}"
    return (
        f'<!doctype html>\n<html lang="fr">\n<head><meta charset="utf-8"><title>{name}</title></head>\n'
        f"<body>\n<h1>{name}</h1>\n{turns}\n</body>\n</html>\n"
    )


def _vtt(cues: list[Cue], title: str) -> str:
    return to_vtt(cues)


#: extension of the address → what is served.
FORMATS = {
    "vtt": Format("text/vtt", _vtt),
    "srt": Format("application/x-subrip", to_srt),
    "json": Format("application/json", to_json),
    "html": Format("text/html", to_html),
    "txt": Format("text/plain", to_text),
}


def _turns(cues: Iterable[Cue]) -> list[tuple[str, float, str]]:
    """(voice, first second, all that it says before another voice speaks)."""
    turns = []
    for speaker, group in groupby(cues, key=lambda cue: cue.speaker):
        said = list(group)
        turns.append((speaker, said[0].start, " ".join(cue.text for cue in said)))
    return turns


def _stamp(seconds: float, decimal: str = ".") -> str:
    milliseconds = round(seconds * 1000)
    minutes, left = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{left // 1000:02}{decimal}{left % 1000:03}"


def _clock(seconds: float) -> str:
    return _stamp(seconds).partition(".")[0]


def _escape(text: str) -> str:
    return html.escape(text, quote=False)


def _spoken(cue: Cue) -> str:
    text = _escape(cue.text)
    return f"<v {_escape(cue.speaker)}>{text}</v>" if cue.speaker else text


def _said(cue: Cue) -> str:
    return f"{cue.speaker} : {cue.text}" if cue.speaker else cue.text
