"""Transcripts: read strictly, refused with a line number, fast (A15)."""

import io
import json
import time
import timeit

import pytest
import webvtt
from hypothesis import given
from hypothesis import strategies as st

from portal.medialib.transcripts.formats import (
    Cue,
    TranscriptError,
    check,
    coverage_warning,
    is_waiting_for_times,
    parse,
    read_transcript,
    to_vtt,
)
from portal.medialib.transcripts.formats.exports import FORMATS, to_html, to_json, to_srt, to_text

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
    "bad timing dropped by webvtt-py": (vtt("0:5 --> 0:6\nBonjour"), "Ligne 3"),
    "two decimals": (vtt("00:01.000 --> 00:02.000\nUn", "00:02.00 --> 00:03.00\nDeux"), "Ligne 6"),
    "text without timing": (vtt("Sans minutage", "00:01.000 --> 00:02.000\nUn"), "Ligne 3"),
    "no words": (vtt("00:01.000 --> 00:02.000"), "aucune réplique"),
    "nothing": ("WEBVTT\n\nNOTE rien", "aucune réplique"),
    "words alone": ("Animation : Bonjour.", "aucune réplique"),
    "too long": ("WEBVTT" + "\n" * 2_000_001, "trop longue"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_transcript_is_refused_with_its_line(name):
    text, words = BAD[name]
    with pytest.raises(TranscriptError) as error:
        parse(text)
    assert words in error.value.messages[0]


def test_every_fault_is_listed():
    text = vtt("0:5 --> 0:6\nUn", "00:06,00 --> 00:07,00\nDeux", "00:06.000 --> 00:07.000\nTrois")
    assert [message[:7] for message in check(text)] == ["Ligne 3", "Ligne 6"]


def test_transcript_may_not_outlast_the_sound():
    text = vtt("00:05.000 --> 00:11.900\nUn")
    assert check(text, duration=10) == []
    assert "dépasse la durée" in check(text, duration=9)[0]


def test_voices_of_an_srt_file_are_kept_unless_they_are_words():
    said = "1\n00:00:01,000 --> 00:00:02,500\nIl a dit : bonjour.\n\n2\n00:00:03,000 --> 00:00:04,000\nMerci.\n"
    assert parse(said)[0] == Cue(1.0, 2.5, "", "Il a dit : bonjour.")


TURNS = """Animation : Bonjour.
Bienvenue à tous.

[00:10] Coordination du CLSM : Merci.
(Rires.)
Habitante (0:20) : On vient comme on est.
"""


def test_pasted_text_with_times_keeps_them():
    transcript = read_transcript("[00:00] " + TURNS, duration=30)
    assert not transcript.is_untimed
    assert transcript.items == [
        Cue(0.0, 10.0, "Animation", "Bonjour. Bienvenue à tous."),
        Cue(10.0, 20.0, "Coordination du CLSM", "Merci. (Rires.)"),
        Cue(20.0, 30.0, "Habitante", "On vient comme on est."),
    ]


def test_pasted_text_without_times_is_spread_over_the_sound_and_says_so():
    text = read_transcript("Animation : Un deux.\nÉlue :\nTrois quatre cinq six sept.", duration=60).to_vtt()
    cues = parse(text)
    assert is_waiting_for_times(text)
    assert [cue.speaker for cue in cues] == ["Animation", "Élue"]
    assert (cues[0].start, cues[-1].end) == (0.0, 60.0)
    assert cues[0].end == cues[1].start < 30
    assert not is_waiting_for_times(to_vtt(cues))


def test_long_turn_is_cut_after_a_sentence():
    sentence = "Une phrase d’une cinquantaine de caractères, environ. "
    cues = read_transcript(f"Animation : {sentence * 20}", duration=100).items
    assert len(cues) > 3
    assert all(len(cue.text) <= 220 and cue.text.endswith("environ.") for cue in cues)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Ligne 1"),
        ("Bonjour à tous", "Ligne 1"),
        ("Animation : Bonjour.\nÉlue :\nÉlu : Merci.", "Ligne 2"),
        ("00:10 Animation : Bonjour.\n\n00:05 Élue : Merci.", "Ligne 3"),
        ("01:00 Animation : Bonjour.", "Ligne 1 : cette réplique commence après la fin"),
        ("Animation : " + "Bonjour à tous. " * 3000, "bien trop long pour le temps donné"),
        ("A" * 2_000_001, "trop longue"),
    ],
)
def test_pasted_text_is_refused_with_its_line(text, words):
    transcript = read_transcript(text, duration=30)
    assert transcript.items == []
    assert words in str(transcript.errors[0])


def test_uncovered_sound_is_said():
    cues = [Cue(0, 10, "", "Un"), Cue(11, 20, "", "Deux")]
    assert coverage_warning(cues, 20) == ""
    assert coverage_warning(cues, 21.5) == ""
    assert "80 %" in coverage_warning(cues, 25)
    assert "71" in coverage_warning([Cue(0, 10, "", "Un"), Cue(18, 28, "", "Deux")], 28)


HOSTILE = [Cue(0.5, 2.25, "Élue <b>&", "<script>alert(1)</script> & --> 3 < 5")]


def test_every_form_keeps_the_voice_and_none_lets_a_tag_through():
    document = json.loads(to_json(HOSTILE))
    segment = {"speaker": "Élue <b>&", "startTime": 0.5, "endTime": 2.25, "body": HOSTILE[0].text}
    assert document == {"version": "1.0.0", "segments": [segment]}
    assert "<script" not in to_json(HOSTILE) + to_html(HOSTILE, "<script>") + to_vtt(HOSTILE)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; --&gt; 3 &lt; 5" in to_html(HOSTILE)
    assert parse(to_vtt(HOSTILE)) == HOSTILE
    assert to_srt(HOSTILE).count("-->") == 1
    assert to_text(HOSTILE) == "Élue <b>& : <script>alert(1)</script> & --> 3 < 5\n"


def test_an_hour_of_short_cues_is_read_in_a_blink():
    def stamp(second: float) -> str:
        return f"{int(second) // 3600:02}:{int(second) // 60 % 60:02}:{second % 60:06.3f}"

    text = vtt(*[f"{stamp(n)} --> {stamp(n + 0.9)}\n<v Animation>Réplique {n}</v>" for n in range(3_600)])
    assert min(timeit.repeat(lambda: parse(text), timer=time.process_time, number=1, repeat=5)) < 0.2
    cues = parse(text)
    for file_format in FORMATS.values():
        start = time.process_time()
        assert len(file_format.write(cues, "Épisode")) > 3_600
        assert time.process_time() - start < 0.2


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
    assert parse(to_vtt(ours)) == ours


@given(st.text(max_size=300))
def test_any_text_gives_cues_or_a_message(text):
    try:
        assert parse("WEBVTT\n\n" + text)
    except TranscriptError as error:
        assert error.messages
