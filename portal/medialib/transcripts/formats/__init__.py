"""Timed transcripts: strict parsing, free pasting, and the formats that players and podcast apps read.

A transcript is stored once, as WebVTT; every other format is derived from it.
"""

from portal.medialib.transcripts.formats.pasted import read_pasted
from portal.medialib.transcripts.formats.webvtt import (
    MAX_LENGTH,
    Cue,
    TranscriptError,
    check,
    coverage_warning,
    decode,
    is_waiting_for_times,
    parse,
    read,
    review_key,
    srt_to_vtt,
    to_vtt,
)

__all__ = [
    "MAX_LENGTH",
    "Cue",
    "TranscriptError",
    "check",
    "coverage_warning",
    "decode",
    "is_waiting_for_times",
    "parse",
    "read",
    "read_pasted",
    "review_key",
    "srt_to_vtt",
    "to_vtt",
]
