"""Transcripts: read strictly, refused with a line number, fast (A15)."""

import io
import time

import pytest
import webvtt
from hypothesis import given
from hypothesis import strategies as st

from caps_sheets.podcasts.transcripts import Cue, TranscriptError, check, decode, parse

GOOD = """WEBVTT – épisode d’exemple

NOTE relue le 3 mars

1
00:00.000 --> 00:04.200 align:start
<v Animation>Bonjour,
et bienvenue.</v>

00:00:04.200 --> 01:00:09.000
Un rire &amp; une musique, 3 &lt; 5.
"""


def vtt(*blocks: str) -> str:
    return "\n\n".join(["WEBVTT", *blocks])


def test_cues_keep_times_speakers_and_words():
    assert parse(GOOD) == [
        Cue(0.0, 4.2, "Animation", "Bonjour, et bienvenue."),
        Cue(4.2, 3609.0, "", "Un rire & une musique, 3 < 5."),
    ]


@pytest.mark.parametrize("line_end", ["\r\n", "\r", "\n"])
def test_line_ends_and_byte_order_mark_are_accepted(line_end):
    assert len(parse("\ufeff" + GOOD.replace("\n", line_end))) == 2


BAD = {
    "no header": ("00:00.000 --> 00:01.000\nBonjour", "Ligne 1"),
    "end before start": (vtt("00:05.000 --> 00:04.000\nBonjour"), "Ligne 3"),
    "no length": (vtt("00:05.000 --> 00:05.000\nBonjour"), "Ligne 3"),
    "going back": (vtt("00:05.000 --> 00:06.000\nUn", "00:02.000 --> 00:03.000\nDeux"), "Ligne 6"),
    "decimal comma": (vtt("00:05,000 --> 00:06,000\nBonjour"), "Ligne 3"),
    "bad timing dropped by webvtt-py": (vtt("0:5 --> 0:6\nBonjour"), "Ligne 3"),
    "text without timing": (vtt("00:01.000 --> 00:02.000\nUn", "Sans minutage"), "Ligne 7"),
    "script": (vtt("00:01.000 --> 00:02.000\nUn\n<script>alert(1)</script>"), "Ligne 5"),
    "other tag": (vtt("00:01.000 --> 00:02.000\n<b>Un</b>"), "Ligne 4"),
    "two voices": (vtt("00:01.000 --> 00:02.000\n<v A>Un</v> <v B>Deux</v>"), "Ligne 4"),
    "no words": (vtt("00:01.000 --> 00:02.000"), "Ligne 3"),
    "blank line forgotten": (vtt("00:01.000 --> 00:02.000\nUn\n00:02.000 --> 00:03.000\nDeux"), "Ligne 5"),
    "nothing": ("WEBVTT\n\nNOTE rien", "aucune réplique"),
    "too long": ("WEBVTT" + "\n" * 2_000_001, "trop longue"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_transcript_is_refused_with_its_line(name):
    text, words = BAD[name]
    with pytest.raises(TranscriptError) as error:
        parse(text)
    assert words in error.value.messages[0]


def test_every_fault_is_listed():
    text = vtt("00:05.000 --> 00:04.000\nUn", "00:06.000 --> 00:07.000\n<i>Deux</i>")
    assert [message[:7] for message in check(text)] == ["Ligne 3", "Ligne 7"]


def test_transcript_may_not_outlast_the_sound():
    text = vtt("00:05.000 --> 00:11.900\nUn")
    assert check(text, duration=10) == []
    assert "dépasse la durée" in check(text, duration=9)[0]


def test_file_must_be_utf8():
    with pytest.raises(TranscriptError, match="Ligne 4 : le fichier n’est pas enregistré en UTF-8"):
        decode(vtt("00:01.000 --> 00:02.000\nété").encode("latin-1"))


def test_srt_file_becomes_vtt():
    srt = "1\r\n00:00:01,000 --> 00:00:02,500\r\nBonjour.\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\nMerci.\r\n"
    assert parse(decode(srt.encode())) == [Cue(1.0, 2.5, "", "Bonjour."), Cue(3.0, 4.0, "", "Merci.")]


def test_an_hour_of_short_cues_is_read_in_a_blink():
    def stamp(second: float) -> str:
        return f"{int(second) // 3600:02}:{int(second) // 60 % 60:02}:{second % 60:06.3f}"

    text = vtt(*[f"{stamp(n)} --> {stamp(n + 0.9)}\n<v Animation>Réplique {n}</v>" for n in range(3_600)])
    start = time.perf_counter()
    assert len(parse(text)) == 3_600
    assert time.perf_counter() - start < 0.2


words = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="<>&"), min_size=1)
moments = st.lists(st.integers(0, 35_999_999), min_size=2, max_size=40, unique=True).map(sorted)


@given(moments, words, words)
def test_right_cues_are_read_as_webvtt_py_reads_them(times, speaker, text):
    def stamp(ms: int) -> str:
        return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"

    pairs = list(zip(times[::2], times[1::2], strict=False))
    content = vtt(*[f"{stamp(a)} --> {stamp(b)}\n<v {speaker}>{text}</v>" for a, b in pairs])
    ours = parse(content)
    theirs = webvtt.from_buffer(io.StringIO(content))
    assert [(cue.start, cue.end) for cue in ours] == [(a / 1000, b / 1000) for a, b in pairs]
    assert [stamp(round(cue.start * 1000)) for cue in ours] == [caption.start for caption in theirs]


@given(st.text(max_size=300))
def test_any_text_gives_cues_or_a_message(text):
    try:
        assert parse("WEBVTT\n\n" + text)
    except TranscriptError as error:
        assert error.messages
