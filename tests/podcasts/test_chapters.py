"""Chapters as people and tools write them, as they are kept, and as applications read them."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caps_sheets.podcasts.formats import chapters
from caps_sheets.podcasts.formats.chapters import Chapter, read_chapters
from tests.timing import assert_proportional

LINES = """00:00:00 Bonjour

00:12:30 La commission | le cadre | /fiches/stages-croises/
01:02:03 Et après ? | https://exemple.example/suite?a=1
"""
READ = [
    Chapter(0, "Bonjour"),
    Chapter(750, "La commission | le cadre", "/fiches/stages-croises/"),
    Chapter(3723, "Et après ?", "https://exemple.example/suite?a=1"),
]
THREE = [Chapter(0, "Intro"), Chapter(60, "Deux"), Chapter(3720, "Trois")]
VTT = "WEBVTT\n\n00:00:00.000 --> 00:01:00.000\nIntro\n\n2\n00:01:00.000 --> 01:02:00.000\nDeux\n\n"
VTT += "01:02:00.000 --> 01:03:00.000\nTrois\n"
PODLOVE = '<psc:chapters xmlns:psc="http://podlove.org/simple-chapters" version="1.2">{}</psc:chapters>'


def notices(content: bytes | str) -> list[tuple[int | None, str, str, str]]:
    """(line, cell, original text, message) of each notice; there is no error."""
    reading = read_chapters(content)
    assert reading.errors == []
    return [(remark.line, remark.cell, remark.text, remark.message) for remark in reading.notices]


def test_lines_are_read_and_written_back():
    assert read_chapters(LINES).items == chapters.read(LINES) == READ
    assert notices(LINES) == [] == chapters.check(LINES)
    assert read_chapters(chapters.write(READ)).items == READ
    assert chapters.read("\ufeff\n" + LINES) == READ
    assert chapters.read(" \n") == []
    assert chapters.check("") == []


@pytest.mark.parametrize(
    "line",
    [
        "00:00 Intro - 05:30 Suite - 10:00 Fin",
        "00:00 Intro, 05:30 Suite, 10:00 Fin",
        "[00:00] Intro [05:30] Suite [10:00] Fin",
        "00:00:00 Intro 00:05:30 Suite 00:10:00 Fin",
    ],
)
def test_a_list_that_lost_its_line_breaks_gives_its_chapters_and_says_so(line):
    reading = read_chapters(line)
    assert [(chapter.start, chapter.title) for chapter in reading.items] == [(0, "Intro"), (330, "Suite"), (600, "Fin")]
    assert "cette ligne est lue comme 3 chapitres, un par temps" in reading.notices[0].message


def test_a_time_in_a_title_stays_there_and_is_said():
    reading = read_chapters("00:00 Intro\n05:00 Rendez-vous à 10:30 demain\n10:00 Fin")
    assert reading.items[1].title == "Rendez-vous à 10:30 demain"
    assert [(remark.line, remark.text) for remark in reading.notices] == [(2, "05:00 Rendez-vous à 10:30 demain")]


@pytest.mark.parametrize("heading", ["", "temps;titre;lien\n", "Timecode;Titre;URL\n"])
def test_columns_between_semicolons_give_time_title_and_link(heading):
    reading = read_chapters(
        f"{heading}00:00;Intro;https://a.example\n05:30;Suite;/fiches/\n10:00;Fin;https://b.example/x"
    )
    assert [chapter.title for chapter in reading.items][::2] == ["Intro", "Fin"]
    assert [chapter.url for chapter in reading.items][::2] == ["https://a.example", "https://b.example/x"]


def test_a_no_break_space_of_french_stays_in_the_title():
    assert read_chapters("00:00\u00a0Bonjour\u00a0!").items == [Chapter(0, "Bonjour\u00a0!")]


@pytest.mark.parametrize(
    "text",
    [
        "00:00:00 Intro\n00:01:00 Deux\n01:02:00 Trois",
        "0:00:00 Intro\n0:01:00 Deux\n1:02:00 Trois",
        "00:00 Intro\n1:00 Deux\n62:00 Trois",
        "00:00:00.000 Intro\r\n00:01:00.000 Deux\r\n01:02:00.000 Trois\r\n",
        "00:00:00\u00a0\u00a0Intro\r00:01:00\tDeux\r01:02:00\u202fTrois",
        "\ufeff00:00:00 Intro\n\n  00:01:00\u200b Deux  \n1h02 Trois",
        VTT,
        json.dumps({"chapters": [{"startTime": c.start, "title": c.title} for c in THREE]}),
        json.dumps([{"start": str(c).split()[0] + ".000", "title": c.title, "href": ""} for c in THREE]),
        json.dumps({"chapters": [{"start_time": f"{c.start}.0", "tags": {"title": c.title}} for c in THREE]}),
        PODLOVE.format("".join(f'<psc:chapter start="{c.start}" title="{c.title}"/>' for c in THREE)),
    ],
)
def test_ways_of_writing_that_lose_nothing_have_no_notice(text):
    assert read_chapters(text).items == THREE
    assert [message for *_, message in notices(text)] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "[00:00:00] Intro\n[00:01:00] Deux\n(01:02:00) Trois",
            (
                1,
                "",
                "[00:00:00] Intro",
                "les crochets autour du temps ne sont pas gardés, ici et dans 2 autres chapitres",
            ),
        ),
        (
            "00:00:00 Intro\n00:01:00 – Deux\n01:02:00 — Trois",
            (
                2,
                "",
                "00:01:00 – Deux",
                "le signe entre le temps et le titre n’est pas gardé, ici et dans 1 autre chapitre",
            ),
        ),
        (
            "1. 00:00 Intro\n- 01:00 Deux\n3) 62:00 Trois",
            (
                1,
                "",
                "1. 00:00 Intro",
                "la puce ou le numéro de la ligne n’est pas gardé, ici et dans 2 autres chapitres",
            ),
        ),
        (
            "00:00 Intro\n\n01:00 → 62:00 Deux\n62:00 Trois",
            (3, "", "01:00 → 62:00 Deux", "le temps de fin n’est pas gardé"),
        ),
        (
            "Intro 0:00\nDeux (1:00)\nTrois - 62:00",
            (3, "", "Trois - 62:00", "le signe entre le temps et le titre n’est pas gardé"),
        ),
        (
            "0.000000\t60.000000\tIntro\n60.0\t61.0\tDeux\n3720.0\t3721.0\tTrois",
            (1, "", "0.000000\t60.000000\tIntro", "le temps de fin n’est pas gardé, ici et dans 2 autres chapitres"),
        ),
        (
            "00:00:00.000 Intro\n00:01:00.900 Deux\n01:02:00.000 Trois",
            (2, "", "00:01:00.900 Deux", "la fraction de seconde n’est pas gardée"),
        ),
        (
            "00:00:00 Intro\n00:01:00 Deux <http://exemple.fr>\n01:02:00 Trois",
            (
                2,
                "",
                "http://exemple.fr",
                "ce lien n’est pas gardé : donnez une adresse « https://… » ou celle d’une page, « /fiches/… »",
            ),
        ),
        (
            "00:00 Intro\n62:00 Trois\n1:00 Deux",
            (3, "", "1:00 Deux", "ce chapitre commence avant le précédent, il est remis à sa place"),
        ),
        (
            "00:00 Intro\n01:00 Deux\n01:00 Encore\n62:00 Trois",
            (3, "", "01:00 Encore", "un autre chapitre commence à la même seconde, celui-ci n’est pas gardé"),
        ),
        (
            "00:00 Intro\x07\n01:00 Deux\n62:00 Trois",
            (1, "", "00:00 Intro\x07", "des caractères illisibles du titre ne sont pas gardés"),
        ),
        (
            VTT.replace("Deux", "<i>Deux</i>"),
            (7, "", "<i>Deux</i>", "la mise en forme du titre n’est pas gardée"),
        ),
        (
            VTT.replace("\n\n2", "\n\nNOTE à revoir\n\n2"),
            (6, "", "NOTE à revoir", "ce bloc n’est pas un chapitre, il n’est pas gardé"),
        ),
    ],
)
def test_what_is_not_kept_is_said_with_its_line(text, expected):
    assert read_chapters(text).items == THREE
    assert notices(text) == [expected]


FORMATTED = "la mise en forme du titre n’est pas gardée"
DASH = "le signe entre le temps et le titre n’est pas gardé"
IN_TWO = ", ici et dans 2 autres chapitres"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("00:00 Intro\n01:00 <b>Deux</b>\n62:00 Trois", [(2, "", "01:00 <b>Deux</b>", FORMATTED)]),
        ("00:00 Intro </p>\n01:00 Deux\n62:00 Trois", [(1, "", "00:00 Intro </p>", FORMATTED)]),
        (
            "<ul><li>00:00 Intro</li><li>01:00 Deux</li>\n<li>62:00 Trois</li></ul>",
            [
                (
                    1,
                    "",
                    "<ul><li>00:00 Intro</li><li>01:00 Deux</li>",
                    f"{FORMATTED}, ici et dans 1 autre chapitre",
                )
            ],
        ),
        ("00:00-Intro\n01:00–Deux\n62:00:Trois", [(1, "", "00:00-Intro", f"{DASH}{IN_TWO}")]),
        ("00:00;Intro\n01:00,Deux\n62:00 > Trois", [(1, "", "00:00;Intro", f"{DASH}{IN_TWO}")]),
        (
            "00:00:00 Intro\n00:01:00;15 Deux\n01:02:00:00 Trois",
            [(2, "", "00:01:00;15 Deux", "la fraction de seconde n’est pas gardée")],
        ),
        ("0h00m00s Intro\n1min00 Deux\n1h02min Trois", []),
        ("**00:00** Intro\n01:00 **Deux**\n`62:00` Trois", [(1, "", "**00:00** Intro", f"{FORMATTED}{IN_TWO}")]),
        (
            "CHAPTER01=00:00:00.000\nCHAPTER01NAME=Intro\nCHAPTER02=00:01:00.000\nCHAPTER02NAME=Deux\n"
            "CHAPTER03=01:02:00.000\nCHAPTER03NAME=Trois",
            [],
        ),
        (
            "Name\tStart\tType\nIntro\t0:00.000\tCue\nDeux\t1:00.000\tCue\nTrois\t62:00.000\tCue",
            [(2, "", "Intro\t0:00.000\tCue", f"« Type » n’est pas gardé{IN_TWO}")],
        ),
        (
            '[{"start": 0, "title": "Intro"}, {"start": 60000, "title": "Deux"}, {"start": 3720000, "title": "Trois"}]',
            [
                (
                    None,
                    "chapitre 1",
                    '{"start": 0, "title": "Intro"}',
                    f"trop grand pour des secondes, le temps est lu en millisecondes{IN_TWO}",
                )
            ],
        ),
        (
            '[{"start": 0, "title": "Intro", "name": "I"}, {"start": 60, "title": "Deux"}, '
            '{"start": 3720, "title": "Trois"}]',
            [(None, "chapitre 1", '"name": "I"', "« name » diffère de la valeur gardée, il n’est pas gardé")],
        ),
        (
            PODLOVE.replace('chapters" version', 'chapters/" version').format(
                "".join(f'<psc:chapter start="{c.start}" title="{c.title}"/>' for c in THREE)
            ),
            [],
        ),
    ],
)
def test_titles_lose_their_decoration_and_say_so(text, expected):
    assert read_chapters(text).items == THREE
    assert notices(text) == expected


@pytest.mark.parametrize(
    ("line", "chapter"),
    [
        ("00:00 à 10h30 on commence", Chapter(0, "à 10h30 on commence")),
        ("00:00 -5 degrés", Chapter(0, "-5 degrés")),
        ("00:00 Si a<b & c>d", Chapter(0, "Si a<b & c>d")),
        ("00:00 Accueil &amp; suite", Chapter(0, "Accueil & suite")),
        ("[05:00](https://exemple.example/a) Suite", Chapter(300, "Suite", "https://exemple.example/a")),
        ('05:00 <a href="https://exemple.example/a">Suite</a>', Chapter(300, "Suite", "https://exemple.example/a")),
    ],
)
def test_words_and_links_are_kept(line, chapter):
    assert read_chapters(line).items == [chapter]
    assert "lien" not in " ".join(message for *_, message in notices(line))


@pytest.mark.parametrize("encoding", ["iso-8859-1", "cp1252", "utf-8"])
def test_a_declared_encoding_spoils_no_accent(encoding):
    text = f'<?xml version="1.0" encoding="{encoding}"?>\n<chapters><chapter start="0" title="Été"/></chapters>'
    for content in (text, text.encode(encoding)):
        reading = read_chapters(content)
        assert (reading.items, reading.errors) == ([Chapter(0, "Été")], [])
        assert not any("illisibles" in notice.message for notice in reading.notices)


def test_what_json_holds_besides_is_said_with_its_chapter():
    items = [
        {"startTime": 0.0, "title": "  Un\n titre ", "img": "https://exemple.example/a.png"},
        {"startTime": 10.9, "title": "Deux", "url": None},
        {"startTime": 20, "toc": False},
        {"startTime": 25, "img": "https://exemple.example/b.png"},
        {"startTime": 30, "title": "Trois", "endTime": 40},
    ]
    text = json.dumps({"version": "3", "chapters": items})
    assert chapters.write(read_chapters(text).items) == "00:00:00 Un titre\n00:00:10 Deux\n00:00:30 Trois"
    assert sorted((cell, message) for _, cell, _, message in notices(text)) == [
        ("chapitre 1", "« img » n’est pas gardé"),
        ("chapitre 2", "la fraction de seconde n’est pas gardée"),
        ("chapitre 3", "ce chapitre est caché (« toc »), il n’est pas gardé"),
        ("chapitre 4", "ce chapitre n’a qu’une image, il n’est pas gardé"),
        ("chapitre 5", "« endTime » n’est pas gardé"),
    ]


def test_an_old_encoding_is_said():
    assert read_chapters("00:00 Été".encode("cp1252")).items == [Chapter(0, "Été")]
    assert notices("00:00 Été".encode("cp1252"))[0][:3] == (1, "", "00:00 Été")


def test_a_long_title_is_cut_and_said_whole():
    text = f"00:00 {'a' * 129}"
    assert len(read_chapters(text).items[0].title) == 128
    assert notices(text)[0][:3] == (1, "", text)


@pytest.mark.parametrize(
    ("text", "line", "original", "message"),
    [
        ("Sommaire\n00:00:00 A", 1, "Sommaire", "cette ligne ne se lit pas : écrivez le temps"),
        ("00:00:00 A\n00:00:10", 2, "00:00:10", "ce chapitre n’a pas de titre"),
        ("00:00:00 A\n00:00:60 B", 2, "00:00:60 B", "le temps de ce chapitre ne se lit pas"),
        ("00:00:00 A\n\n00:60:00 B", 3, "00:60:00 B", "le temps de ce chapitre ne se lit pas"),
        ("00:00:00 A\n٠٠:00:10 B", 2, "٠٠:00:10 B", "cette ligne ne se lit pas"),
        ("00:00:00 A\n100:00:00 B", 2, "100:00:00 B", "le temps de ce chapitre ne se lit pas"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_and_refuses_no_other(text, line, original, message):
    reading = read_chapters(text)
    assert [chapter.title for chapter in reading.items] == ["A"]
    assert [(error.line, error.text) for error in reading.errors] == [(line, original)]
    assert reading.errors[0].message.startswith(message)
    assert chapters.read(text) == [] and chapters.check(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("00:00:05 A\n00:01:00 B\n00:02:00 C", "Ligne 1 : le premier chapitre doit commencer à 00:00:00"),
        ("00:00:00 A\n00:01:00 B", "au moins 3"),
        ("00:00:00 A | //exemple.example/", "ce lien n’est pas gardé"),
        ("00:00:00 A | javascript:alert(1)", "ce lien n’est pas gardé"),
        ("\n".join(f"00:{n // 60:02}:{n % 60:02} Titre" for n in range(201)), "200 chapitres au plus"),
    ],
)
def test_what_is_kept_but_not_published(text, message):
    assert read_chapters(text).items
    assert any(message in refusal for refusal in chapters.check(text))


def test_as_many_chapters_as_apps_show_are_published():
    assert chapters.check("\n".join(f"00:{n // 60:02}:{n % 60:02} Titre" for n in range(200))) == []


def test_a_block_after_several_blank_lines_has_its_own_line():
    assert notices(VTT.replace("\n\n2", "\n\n\nNOTE à revoir\n\n2"))[0][:3] == (7, "", "\nNOTE à revoir")


def test_a_chapter_begins_within_the_sound():
    assert chapters.check(LINES, duration=4000) == []
    (refusal,) = chapters.check("\ufeff\n" + LINES, duration=3723)
    assert "Et après ?" in refusal and "après la fin du son" in refusal


def test_json_goes_out_and_comes_back():
    document = chapters.as_json(READ)
    assert document["version"] == "1.2.0"
    assert document["chapters"][0] == {"startTime": 0, "title": "Bonjour"}
    assert read_chapters(json.dumps(document).encode()).items == READ


@pytest.mark.parametrize(
    ("content", "place", "message"),
    [
        (b'{\n"chapters"', (2, ""), "ne se lit pas"),
        (b"[" * 100_000, (None, ""), "ne se lit pas"),
        (b"{}", (None, ""), "pas de liste"),
        (b'{"chapters": []}', (None, ""), "aucun chapitre"),
        (b'{"chapters": [1]}', (None, "chapitre 1"), "un objet"),
        (b'{"chapters": [{"startTime": "x", "title": "A"}]}', (None, "chapitre 1"), "le temps"),
        (b'{"chapters": [{"startTime": NaN, "title": "A"}]}', (None, "chapitre 1"), "le temps"),
        (b'{"chapters": [{"startTime": true, "title": "A"}]}', (None, "chapitre 1"), "le temps"),
        (b'{"chapters": [{"startTime": 0}]}', (None, "chapitre 1"), "pas de titre"),
        (b"<psc:chapters/>", (1, ""), "XML ne se lit pas"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', (None, ""), "XML ne se lit pas"),
        (b"<a/>", (None, ""), "aucun chapitre"),
        (b"WEBVTT\n\n00:00 --> x\nA", (3, ""), "ces temps ne se lisent pas"),
        (b" " * 500_001, (None, ""), "500"),
    ],
)
def test_files_that_cannot_be_used(content, place, message):
    reading = read_chapters(content)
    assert reading.items == []
    assert [(error.line, error.cell) for error in reading.errors] == [place]
    assert message in reading.errors[0].message


LETTERS = st.sampled_from("abcdéç")
#: A letter at both ends, one space between words.
TITLES = st.tuples(LETTERS, st.text(st.sampled_from("abcdéç -'’!?/2"), max_size=28), LETTERS).map(
    lambda parts: " ".join("".join(parts).split())
)
CLOCKS = ("{0:02}:{1:02}:{2:02}", "{0}:{1:02}:{2:02}", "[{0:02}:{1:02}:{2:02}]", "({0}:{1:02}:{2:02})", "{3}:{2:02}")
JOINS = (" ", "\t", "\u00a0", " - ", " — ", ": ", " | ", "-", "–", ":", ",", ";", " => ")


@given(
    st.dictionaries(st.integers(0, 59_999), TITLES, min_size=1, max_size=8),
    st.sampled_from(CLOCKS),
    st.sampled_from(JOINS),
    st.sampled_from(["\n", "\r\n", "\r", "\n\n"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
@settings(max_examples=200)
def test_one_list_reads_the_same_however_it_is_written(content, clock, join, end, encoding):
    expected = [Chapter(start, title) for start, title in sorted(content.items())]
    lines = [
        clock.format(c.start // 3600, c.start // 60 % 60, c.start % 60, c.start // 60) + join + c.title
        for c in expected
    ]
    reading = read_chapters(end.join(lines).encode(encoding))
    assert reading.errors == []
    assert reading.items == expected


@given(
    st.one_of(
        st.binary(max_size=300),
        st.lists(
            st.sampled_from([b"00:01 ", b"a", b"\n", b"1:2:3", b"-->", b"<", b"[", b"WEBVTT\n\n", b"{", b"\xe9"])
        ).map(b"".join),
    )
)
@settings(max_examples=300)
def test_any_bytes_give_three_lists(content):
    reading = read_chapters(content)
    assert read_chapters(chapters.write(reading.items)).items == reading.items


@given(st.lists(st.sampled_from(["0:00 a", "0:01 b", "0:01 c", "x", "0:99", "0:02", "0:00:01.5 d | //e"]), max_size=9))
def test_every_line_is_a_chapter_or_is_said(lines):
    reading = read_chapters("\n".join(lines))
    unkept = [remark for remark in reading.notices if "à la même seconde" in remark.message]
    assert len(reading.items) + len(unkept) + len(reading.errors) == len(lines)


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "a",
            " ",
            "\t",
            "\n",
            "<",
            "<a",
            "1h",
            "0:",
            "- ",
            "a - ",
            " | ",
            "00:00 ",
            "x 0:00 ",
            "\u0301\u0323",
            "&#1;",
        ),
        *(
            "00:00:01 a\n",
            "0:99\n",
            "sommaire\n",
            "00:00.000 --> 00:01.000\nA\n\n",
            "NOTE a\n\n",
            "{},",
            "[",
            '{"a":',
            "<a>",
        ),
    ],
)
@pytest.mark.parametrize("head", ["", "00:00 a", "WEBVTT\n\n", "WEBVTT\n\n00:00.000 --> 00:01.000\n", '{"chapters":['])
def test_time_is_proportional_to_the_length(head, unit):
    assert_proportional(read_chapters, lambda length: head + unit * (length // len(unit)))


def test_a_list_in_the_wrong_order_takes_no_longer():
    def write(length: int) -> str:
        return "\n".join(map(str, (Chapter(start, "A") for start in range(length // 11, 0, -1))))

    assert_proportional(read_chapters, write)
