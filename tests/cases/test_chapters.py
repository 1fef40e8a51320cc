"""Chapters: times, titles without decoration, and what is not kept."""

import pytest

from tests.cases import FOLDER, names, read_file

THREE = [(0, "Intro", ""), (60, "Deux", ""), (120, "Trois", "")]
ELSEWHERE = ", ici et dans 2 autres chapitres"

#: File → (start, title, url) of each chapter, (line, cell, original text, end of the message) of each notice.
READ = {
    "after0.txt": (
        [(5, "Intro", ""), *THREE[1:]],
        [(1, "", "00:00:05 Intro", "le premier chapitre doit commencer à 00:00:00 pour être publié")],
    ),
    "brackets.txt": (
        THREE,
        [(1, "", "[00:00:00] Intro", f"les crochets autour du temps ne sont pas gardés{ELSEWHERE}")],
    ),
    "dash.txt": (
        THREE,
        [(1, "", "00:00:00 - Intro", f"le signe entre le temps et le titre n’est pas gardé{ELSEWHERE}")],
    ),
    "desc.txt": (
        [(0, "Intro", ""), (60, "Trois", ""), (120, "Deux", "")],
        [(3, "", "00:01:00 Trois", "ce chapitre commence avant le précédent, il est remis à sa place")],
    ),
    "h1.txt": ([*THREE[:2], (3720, "Trois", "")], []),
    "json_img_only.json": (
        [(0, "A", ""), (60, "C", ""), (90, "D", "")],
        [
            (
                None,
                "chapitre 2",
                '{"startTime": 30, "img": "https://x/y.jpg"}',
                "ce chapitre n’a qu’une image, il n’est pas gardé",
            )
        ],
    ),
    "json_nover.json": ([(0, "A", ""), (30, "B", ""), (60, "C", "")], []),
    "mmss.txt": (THREE, []),
    "podlove_ms_url.txt": (
        [*THREE[:2], (120, "Trois", "https://exemple.fr/a")],
        [
            (
                2,
                "",
                "http://exemple.fr",
                "ce lien n’est pas gardé : donnez une adresse « https://… » ou celle d’une page, « /fiches/… »",
            )
        ],
    ),
    "std.txt": (THREE, []),
    "tab_nbsp.txt": (THREE, []),
    "two.txt": (
        THREE[:2],
        [
            (
                None,
                "",
                "",
                "Il faut au moins 3 chapitres pour publier : les applications n’en montrent pas moins.",
            )
        ],
    ),
    "vtt.txt": (THREE, []),
}


@pytest.mark.parametrize("name", READ)
def test_every_chapter_is_read_and_every_change_said(name: str):
    expected, notices = READ[name]
    read = read_file("chapters", FOLDER / "chapters" / name)
    assert [(item["start"], item["title"], item["url"]) for item in read["items"]] == expected
    assert [(notice["line"], notice["cell"], notice["text"]) for notice in read["notices"]] == [
        notice[:3] for notice in notices
    ]
    assert all(notice[3] in said["message"] for notice, said in zip(notices, read["notices"], strict=True))
    assert read["errors"] == []


def test_no_file_is_forgotten():
    assert names("chapters") == set(READ)
