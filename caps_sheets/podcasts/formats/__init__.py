"""Timed transcripts: strict parsing, free pasting, and the formats that podcast apps read.

A transcript is stored once, as WebVTT; every other format is derived from it.
"""

from caps_sheets.podcasts.formats.transcript_formats import is_waiting_for_times, read_pasted, to_vtt
from caps_sheets.podcasts.formats.transcripts import (
    MAX_LENGTH,
    Cue,
    TranscriptError,
    check,
    coverage_warning,
    decode,
    parse,
    review_key,
    srt_to_vtt,
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
    "read_pasted",
    "review_key",
    "srt_to_vtt",
    "to_vtt",
]
