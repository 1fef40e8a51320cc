"""Feeds of other hosts: the fields of their episode, and what the lint says of one."""

import pytest

from caps_sheets.podcasts.lint.checker import lint
from tests.cases import FOLDER, names, places, read_file

EPISODE = {
    "guid": "g1",
    "title": "Épisode",
    "date": None,
    "summary": "",
    "notes": "",
    "season": 1,
    "number": None,
    "kind": "full",
    "is_explicit": False,
    "sound_url": "https://x.fr/a.mp3",
    "sound_type": "audio/mpeg",
    "transcript_url": "",
    "chapters_url": "",
    "chapters": [],
    "soundbite": None,
}
NO_DATE = (1, "item", "Épisode")
SRT, VTT = {"transcript_url": "https://x.fr/t.srt"}, {"transcript_url": "https://x.fr/t.vtt"}
GITHUB = "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md"
FOUR_CHAPTERS = [
    {"start": start, "title": title, "url": ""} for start, title in [(0, "A"), (62, "B"), (90, "C"), (3723, "D")]
]

#: File → what its one episode has besides ``EPISODE``, (line, cell, original text) of each notice.
READ = {
    "app_srt.xml": (SRT, [NO_DATE]),
    "bom.xml": ({}, [NO_DATE]),
    "guid_long.xml": ({"guid": "u" * 300}, [NO_DATE]),
    "guid_space.xml": ({"guid": "https://x.fr/?p=12"}, [NO_DATE]),
    "html_title.xml": ({"title": "L’écoute & nous"}, [(1, "title", "Épisode"), NO_DATE]),
    "latin1.xml": ({}, [NO_DATE]),
    "ns_github.xml": (VTT, [(1, "", GITHUB), NO_DATE]),
    "ns_slash.xml": (VTT, [(1, "", "https://podcastindex.org/namespace/1.0/"), NO_DATE]),
    "psc.xml": ({"chapters": FOUR_CHAPTERS}, [NO_DATE, (1, "chapitre 4", "01:02:03.5 D")]),
    "pubdate_late.xml": ({"date": "2025-03-03"}, []),
    "text_srt.xml": (SRT, [NO_DATE]),
    "vtt.xml": (VTT, [NO_DATE]),
    "vtt_charset.xml": (VTT, [NO_DATE]),
    "x_subrip_upper.xml": (SRT, [NO_DATE]),
}
FAULTY = "apple_faults.xml"


@pytest.mark.parametrize("name", READ)
def test_an_episode_is_read_as_it_is_meant(name: str):
    changes, notices = READ[name]
    read = read_file("feed", FOLDER / "feeds" / name)
    assert read["items"] == [EPISODE | changes]
    assert places(read["notices"]) == notices
    assert read["errors"] == []


def test_what_is_not_taken_from_a_faulty_feed_is_said():
    read = read_file("feed", FOLDER / "feeds" / FAULTY)
    assert [(item["title"], item["date"]) for item in read["items"]] == [("A", "2025-03-03"), ("B", "2025-03-03")]
    assert places(read["notices"]) == [
        (None, "guid", "g"),
        (2, "link", "https://x.fr/"),
        (2, "description", "d"),
        (2, "language", "fr"),
        (2, "itunes:explicit", "clean"),
        (2, "itunes:category", "Health"),
        (2, "itunes:image", "https://x.fr/a.gif"),
        (3, "itunes:season", "0"),
        (4, "pubDate", "Mon, 3 Mar 2025 08:00:00 CET"),
    ]


def test_the_lint_finds_each_fault():
    findings = lint((FOLDER / "feeds" / FAULTY).read_bytes())
    found = {(finding.rule, finding.where) for finding in findings}
    assert found >= {
        ("categorie", ""),
        ("identifiant-double", ""),
        ("pochette", ""),
        ("public-averti", ""),
        ("episode-date", "A"),
        ("episode-date", "B"),
        ("episode-duree", "A"),
        ("episode-numero", "A"),
        ("episode-poids", "A"),
        ("episode-poids", "B"),
        ("episode-son", "A"),
        ("episode-son-https", "B"),
        ("episode-transcription", "B"),
        ("episode-type-de-son", "A"),
    }
    (retired,) = [finding.message for finding in findings if finding.rule == "categorie"]
    assert retired == "La catégorie « Health » n’existe pas ou plus chez Apple : par exemple « Health & Fitness »."


def test_no_file_is_forgotten():
    assert names("feeds") == {*READ, FAULTY}
