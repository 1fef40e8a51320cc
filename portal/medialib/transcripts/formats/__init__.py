"""Transcripts: read in any form that people have, written in those that players and podcast apps read.

A transcript is stored once, as WebVTT; every other format is derived from it.
"""

from portal.medialib.transcripts.formats.reader import (
    check,
    parse,
    read,
    read_stored,
    read_transcript,
    read_transcript_file,
    review_key,
)
from portal.medialib.transcripts.formats.webvtt import (
    MAX_LENGTH,
    Cue,
    Note,
    Transcript,
    TranscriptError,
    coverage_warning,
    is_waiting_for_times,
    to_vtt,
)

__all__ = [
    "MAX_LENGTH",
    "Cue",
    "Note",
    "Transcript",
    "TranscriptError",
    "check",
    "coverage_warning",
    "is_waiting_for_times",
    "parse",
    "read",
    "read_stored",
    "read_transcript",
    "read_transcript_file",
    "review_key",
    "to_vtt",
]
