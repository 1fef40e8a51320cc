"""Subtitles and transcripts: cues, and what is said by line and original text."""

import pytest

from tests.cases import FOLDER, names, places, read_file

HELLO, THANKS = (0, 2, "", "Bonjour"), (2, 4, "", "Merci")

#: File → (start, end, voice, text) of each cue, (line, original text) of each notice.
READ = {
    "comma_in_vtt.vtt": ([HELLO], []),
    "cr_only.vtt": ([HELLO, THANKS], []),
    "json_p20.json": ([(0, 2, "A", "Bonjour")], []),
    "no_hours.vtt": ([HELLO], []),
    "sbv.sbv": ([HELLO], []),
    "srt_blankline_in_cue.srt": ([(0, 2, "", "Bonjour et bienvenue"), THANKS], [(5, "et bienvenue")]),
    "srt_cp1252.srt": ([(0, 2, "", "Équipe à l’écoute")], [(1, "1"), (2, "1"), (4, "Équipe à l’écoute")]),
    "srt_font.srt": ([HELLO], [(3, '<font color="#ffff00">Bonjour</font>')]),
    "srt_italic.srt": (
        [(0, 2, "", "musique douce"), (2, 4, "", "Bonjour à toutes")],
        [(3, "<i>musique douce</i>")],
    ),
    "srt_no_blank.srt": ([HELLO, THANKS], []),
    "srt_no_number.srt": ([HELLO, THANKS], []),
    "srt_utf16.srt": ([HELLO], [(None, "")]),
    "vtt_amp.vtt": ([(0, 2, "", "R&D et Q&R ©")], []),
    "vtt_b_i.vtt": (
        [(0, 2, "", "Bonjour musique coping")],
        [(4, "<b>Bonjour</b> <i>musique</i> <lang en>coping</lang>")],
    ),
    "vtt_entities.vtt": ([(0, 2, "", "Tom & Léa <3 fin 5 < 6")], []),
    "vtt_id_note.vtt": (
        [HELLO, THANKS, (4, 5, "", "Fin")],
        [(3, "NOTES de la coordination 1"), (7, "REGION-2")],
    ),
    "vtt_leading_blank.vtt": ([HELLO], []),
    "vtt_note_style_region.vtt": (
        [HELLO],
        [(1, "WEBVTT - titre"), (6, "STYLE"), (7, "::cue { color: red }"), (9, "REGION"), (10, "id:fred")],
    ),
    "vtt_two_voices.vtt": (
        [(0, 5, "Animatrice", "Bonjour"), (0, 5, "Invitee", "Merci")],
        [(3, "<v Animatrice>Bonjour</v>\n<v Invitee>Merci</v>")],
    ),
    "vtt_unicode_arrow.vtt": ([HELLO], []),
    "vtt_whisper_short.vtt": ([(0, 2.5, "", "Bonjour")], []),
    "vtt_youtube.vtt": (
        [(0.16, 2.23, "", "bonjour et bienvenue")],
        [
            (2, "Kind: captions"),
            (3, "Language: fr"),
            (5, "00:00:00.160 --> 00:00:02.230 align:start position:0%"),
            (7, "bonjour<00:00:00.480><c> et</c><00:00:00.800><c> bienvenue</c>"),
            (9, "00:00:02.230 --> 00:00:02.240 align:start position:0%"),
            (10, "bonjour et bienvenue"),
        ],
    ),
    "vtt_zero_len.vtt": ([HELLO, (2, 3, "", "Merci")], [(6, "00:00:02.000 --> 00:00:02.000")]),
}
#: The second of its two cues cannot be read.
PARTLY_READ = "srt_mixed_bad.srt"


def cues(items: list[dict]) -> list[tuple]:
    return [(item["start"], item["end"], item["voice"], item["text"]) for item in items]


@pytest.mark.parametrize("name", READ)
def test_every_cue_is_read_and_every_change_said(name: str):
    expected, notices = READ[name]
    read = read_file("transcript", FOLDER / "transcripts" / name)
    assert cues(read["items"]) == expected
    assert places(read["notices"]) == [(line, "", text) for line, text in notices]
    assert read["errors"] == []


@pytest.mark.parametrize(
    ("name", "line", "said"),
    [
        ("vtt_youtube.vtt", 10, "déjà dite par la réplique précédente"),
        ("srt_italic.srt", 3, "mise en forme retirée"),
        ("vtt_two_voices.vtt", 3, "aux mêmes temps"),
        ("vtt_zero_len.vtt", 6, "elle dure 1,0 s"),
        ("srt_cp1252.srt", 4, "lu en Windows-1252"),
        ("srt_utf16.srt", None, "lu en UTF-16"),
        ("vtt_id_note.vtt", 7, "nom de réplique retiré"),
    ],
)
def test_a_notice_says_what_was_done(name: str, line: int | None, said: str):
    read = read_file("transcript", FOLDER / "transcripts" / name)
    assert said in next(notice["message"] for notice in read["notices"] if notice["line"] == line)


def test_the_good_cue_is_kept_and_the_bad_one_has_its_line():
    read = read_file("transcript", FOLDER / "transcripts" / PARTLY_READ)
    assert cues(read["items"]) == [HELLO]
    assert read["notices"] == []
    assert places(read["errors"]) == [(6, "", "00:00:02,00 --> 00:00:04,00\nMerci")]
    assert "Écrivez par exemple « 00:01:02.500 --> 00:01:05.000 »" in read["errors"][0]["message"]


def test_no_file_is_forgotten():
    assert names("transcripts") == {*READ, PARTLY_READ}
