"""Chapters as an author types them, as other tools send them, and as applications read them."""

import json

import pytest

from caps_sheets.podcasts.formats import chapters
from caps_sheets.podcasts.formats.chapters import Chapter, ChaptersError

LINES = """00:00:00 Bonjour

00:12:30 La commission | le cadre | /fiches/stages-croises/
01:02:03 Et après ? | https://exemple.example/suite?a=1
"""
READ = [
    Chapter(0, "Bonjour"),
    Chapter(750, "La commission | le cadre", "/fiches/stages-croises/"),
    Chapter(3723, "Et après ?", "https://exemple.example/suite?a=1"),
]


def test_lines_are_read_and_written_back():
    assert chapters.parse(LINES) == READ
    assert chapters.parse(chapters.write(READ)) == READ
    assert chapters.parse("\ufeff\n" + LINES) == READ
    assert chapters.parse(" \n") == []
    assert chapters.check("") == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0:00 Bonjour", "Ligne 1 : écrivez"),
        ("00:00:00", "Ligne 1 : écrivez"),
        ("00:00:00 A\n\n00:60:00 B", "Ligne 3 : écrivez"),
        ("٠٠:00:00 A", "Ligne 1 : écrivez"),
        ("00:00:00 A\n00:01:00 B\n00:01:00 C", "Ligne 3 : ce chapitre doit commencer après"),
        ("00:00:05 A\n00:01:00 B\n00:02:00 C", "Ligne 1 : le premier chapitre"),
        ("00:00:00 A\n00:01:00 B", "au moins 3"),
        ("00:00:00 A | http://exemple.example/", "Ligne 1 : après « | »"),
        ("00:00:00 A | javascript:alert(1)", "Ligne 1 : après « | »"),
        ("00:00:00 A | //exemple.example/", "Ligne 1 : après « | »"),
        ("00:00:00 A\x07b", "Ligne 1 : le titre est vide ou illisible"),
        (f"00:00:00 {'a' * 129}", "Ligne 1 : le titre dépasse"),
        ("\n".join(f"00:{n // 60:02}:{n % 60:02} Titre" for n in range(201)), "200 chapitres au plus"),
    ],
)
def test_faults_are_told_with_their_line(text, message):
    assert any(found.startswith(message) or message in found for found in chapters.check(text))
    assert chapters.read(text) == []


def test_a_chapter_begins_within_the_sound():
    assert chapters.check(LINES, duration=4000) == []
    assert chapters.check("\ufeff\n" + LINES, duration=3723) == [
        "Ligne 5 : ce chapitre commence après la fin du fichier audio."
    ]


def test_json_goes_out_and_comes_back():
    document = chapters.as_json(READ)
    assert document["version"] == "1.2.0"
    assert document["chapters"][0] == {"startTime": 0, "title": "Bonjour"}
    assert chapters.parse(chapters.decode(json.dumps(document).encode())) == READ
    assert chapters.decode(LINES.encode("utf-8-sig")) == LINES


def test_json_of_other_tools_is_simplified():
    items = [
        {"startTime": 0.0, "title": "  Un\n titre ", "img": "https://exemple.example/a.png"},
        {"startTime": 10.9, "title": "Deux", "url": None},
        {"startTime": 20, "toc": False},
        {"startTime": 30, "title": "Trois", "endTime": 40},
    ]
    text = chapters.decode(json.dumps({"version": "1.1.0", "chapters": items}).encode())
    assert text == "00:00:00 Un titre\n00:00:10 Deux\n00:00:30 Trois"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "ne se lit pas"),
        (b"[" * 100_000, "ne se lit pas"),
        (b"[]", "pas de liste"),
        (b'{"chapters": []}', "version 1"),
        (b'{"version": "1.2.0", "chapters": []}', "aucun chapitre"),
        (b'{"version": "1.2.0", "chapters": [1]}', "Chapitre 1 : un objet"),
        (b'{"version": "1.2.0", "chapters": [{"startTime": "0", "title": "A"}]}', "Chapitre 1 : \u00ab startTime"),
        (b'{"version": "1.2.0", "chapters": [{"startTime": NaN, "title": "A"}]}', "Chapitre 1 : \u00ab startTime"),
        (b'{"version": "1.2.0", "chapters": [{"startTime": 0}]}', "Chapitre 1 : \u00ab title"),
        (b'{"version": "1.2.0", "chapters": [{"startTime": 0, "title": "A", "url": 3}]}', "Chapitre 1 : \u00ab url"),
        ("00:00:00 é".encode("latin-1"), "UTF-8"),
        (b"00:00:00 A", "au moins 3"),
        (b" " * 500_001, "500"),
    ],
)
def test_files_that_cannot_be_used(content, message):
    with pytest.raises(ChaptersError, match=message):
        chapters.decode(content)
