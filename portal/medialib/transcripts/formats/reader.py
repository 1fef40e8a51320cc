"""Any transcript that somebody brings → cues, and what was dropped, changed or refused.

``pysubs2``, ``webvtt-py`` and ``srt`` are not used here (ADR 7): each drops cues, or voices, without a word.
"""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from portal.base.characters import clean, normalize
from portal.base.encodings import LINE_END, decode
from portal.base.readings import Reading, Remark
from portal.medialib.transcripts.formats.docx import docx_text
from portal.medialib.transcripts.formats.pasted import read_pasted
from portal.medialib.transcripts.formats.segments import is_json, read_segments
from portal.medialib.transcripts.formats.subtitles import HEADER, has_times, read_subtitles
from portal.medialib.transcripts.formats.webvtt import (
    END_TOLERANCE,
    MAX_LENGTH,
    Cue,
    Transcript,
    TranscriptError,
)

REMEDY = "Enregistrez les sous-titres en .vtt ou en .srt, puis envoyez-les."
OFFICE = "un document de bureautique"
#: Of an archive, which a Word document is.
ARCHIVE = b"PK\x03\x04"
#: First characters of files that are no subtitles here → what they are.
OTHERS = (
    (re.compile(r"\s*\[Script Info\]", re.IGNORECASE), "un fichier ASS ou SSA"),
    (re.compile(r"\s*(?:<\?xml\b[^>]*>\s*)?<(?:\w+:)?tt[\s>]", re.IGNORECASE), "un fichier TTML"),
    (re.compile(r"\s*(?:<!doctype html|<html)", re.IGNORECASE), "une page web"),
    (re.compile(r"\s*<\?xml\b", re.IGNORECASE), "un fichier XML"),
    (re.compile(r"\s*\{\d+\}\{\d+\}"), "un fichier MicroDVD, dont les temps sont des numéros d’images"),
    (re.compile(r"PK\x03\x04|%PDF|\{\\rtf|\xd0\xcf\x11\xe0"), OFFICE),
)
LOST = "\ufffd"
NO_TEXT = Remark("Ce fichier n’est pas du texte, ou il est abîmé. " + REMEDY)


def read_transcript(content: bytes | str, duration: float | None = None) -> Transcript:
    """A file or a text in any form that the portal reads; never raises.

    ``duration`` of the sound, in seconds: a text without times is spread over it.
    """
    if len(content) > MAX_LENGTH:
        return Transcript(errors=[Remark("La transcription est trop longue (plus de 2 Mo).")])
    if isinstance(content, bytes) and content.startswith(ARCHIVE):
        return _read_document(content, duration)
    text, notice = decode(content) if isinstance(content, bytes) else (content, None)
    kind = next((kind for start, kind in OTHERS if start.match(text)), "")
    if kind:
        return Transcript(errors=[Remark(f"C’est {kind}, que le portail ne lit pas. {REMEDY}")])
    text, notices = _cleaned(text)
    transcript = _read(text, duration)
    if notices and not transcript.items:
        transcript.errors.insert(0, NO_TEXT)
    transcript.notices += [notice, *notices] if notice else notices
    transcript.notices.sort(key=lambda remark: remark.line or 0)
    return transcript


def _read_document(content: bytes, duration: float | None) -> Transcript:
    """The words of a Word document, and what of it is left aside."""
    word = docx_text(content)
    if word is None:
        return Transcript(errors=[Remark(f"C’est {OFFICE}, que le portail ne lit pas. {REMEDY}")])
    text, left = word
    transcript = read_transcript(text, duration)
    transcript.notices += left
    return transcript


def read_transcript_file(path: Path) -> Reading[dict[str, Any]]:
    """For the command ``read_file``."""
    transcript = read_transcript(path.read_bytes())
    items = [{"start": cue.start, "end": cue.end, "voice": cue.speaker, "text": cue.text} for cue in transcript.items]
    return Reading(items, transcript.notices, transcript.errors)


def parse(text: str) -> list[Cue]:
    """Cues of a stored transcript in their order. Raises ``TranscriptError`` with the lines that cannot be read."""
    transcript = read_stored(text)
    if transcript.errors:
        raise TranscriptError(transcript.errors)
    return transcript.items


def read(text: str) -> list[Cue]:
    """Cues to show: empty while a draft cannot be parsed."""
    try:
        return parse(text)
    except TranscriptError:
        return []


def read_stored(text: str) -> Transcript:
    """The same for a stored text, whose times are written."""
    if len(text) > MAX_LENGTH:
        return Transcript(errors=[Remark("La transcription est trop longue (plus de 2 millions de caractères).")])
    text, notices = _cleaned(text)
    transcript = _timed(text)
    if transcript is None:
        return Transcript(errors=[Remark("La transcription ne contient aucune réplique minutée.")])
    transcript.notices += notices
    return transcript


def check(text: str, duration: float | None = None) -> list[str]:
    """Errors of a transcript, also against the ``duration`` of the sound (seconds); empty if it is correct."""
    try:
        cues = parse(text)
    except TranscriptError as error:
        return error.messages
    if duration and max(cue.end for cue in cues) > duration + END_TOLERANCE:
        return ["La transcription dépasse la durée du fichier audio : vérifiez qu’elle lui correspond."]
    return []


def review_key(transcript: str, sound: str) -> str:
    """The text and sound that a proof-reading was about: the cues, or an unreadable text, and the version of the
    sound.
    """
    try:
        said: object = [[cue.start, cue.end, cue.speaker, cue.text] for cue in parse(transcript)]
    except TranscriptError:
        said = transcript
    return hashlib.sha256(json.dumps([said, sound]).encode()).hexdigest()


def _read(text: str, duration: float | None) -> Transcript:
    transcript = _timed(text)
    if transcript is not None:
        return transcript
    if HEADER.fullmatch(LINE_END.split(text.lstrip(), maxsplit=1)[0]):
        return Transcript(errors=[Remark("La transcription ne contient aucune réplique minutée.")])
    try:
        return read_pasted(text, duration)
    except TranscriptError as error:
        return Transcript(errors=error.remarks)


def _timed(text: str) -> Transcript | None:
    """None if nothing in the text looks like times."""
    if is_json(text):
        transcript = read_segments(text)
    elif has_times(text):
        transcript = read_subtitles(text)
    else:
        return None
    if not transcript.items and not transcript.errors:
        transcript.errors.append(Remark("La transcription ne contient aucune réplique."))
    return transcript


def _cleaned(text: str) -> tuple[str, list[Remark]]:
    """``text`` without characters that no text may hold, and the lines that had some or that lost one."""
    text = normalize("NFC", text.removeprefix("\ufeff"))
    if LOST not in text and clean(text) == text:
        return text, []
    lines, ends = LINE_END.split(text), [*LINE_END.findall(text), ""]
    kept, notices = [], []
    for number, line in enumerate(lines, start=1):
        kept.append(clean(line))
        if LOST in line:
            notices.append(Remark("caractère illisible.", number, text=kept[-1]))
        if kept[-1] != line:
            notices.append(Remark("caractères de contrôle retirés.", number, text=kept[-1]))
    return "".join(line + end for line, end in zip(kept, ends, strict=True)), notices
