"""The lint finds each fault of a feed that has only that one, and nothing in a good feed."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from lxml import etree

from caps_sheets.podcasts.feeds.rss import write
from caps_sheets.podcasts.lint.checker import ADVICE, CHANNEL_RULES, ITEM_RULES, lint
from tests.podcasts.feed_world import NAMES, sample_channel

Change = Callable[[etree._Element], None]

GOOD = write(sample_channel(3))
DOCTYPE = b'<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


def without(path: str) -> Change:
    def change(root: etree._Element) -> None:
        found = root.find(path, NAMES)
        found.getparent().remove(found)

    return change


def says(path: str, value: str) -> Change:
    def change(root: etree._Element) -> None:
        root.find(path, NAMES).text = value

    return change


def has(path: str, name: str, value: str) -> Change:
    return lambda root: root.find(path, NAMES).set(name, value)


def adds(path: str, tag: str, value: str) -> Change:
    def change(root: etree._Element) -> None:
        prefix, name = tag.split(":")
        etree.SubElement(root.find(path), f"{{{NAMES[prefix]}}}{name}").text = value

    return change


def same_as_the_next(path: str, name: str = "") -> Change:
    """The first item takes what the second one has."""

    def change(root: etree._Element) -> None:
        first, second = root.findall("channel/item")[:2]
        if name:
            first.find(path, NAMES).set(name, second.find(path, NAMES).get(name))
        else:
            first.find(path, NAMES).text = second.findtext(path, namespaces=NAMES)

    return change


def every_number_gone(root: etree._Element) -> None:
    for found in root.findall("channel/item/itunes:episode", NAMES):
        found.getparent().remove(found)


def last_two_chapters_gone(root: etree._Element) -> None:
    chapters = root.find("channel/item/psc:chapters", NAMES)
    for chapter in chapters[2:]:
        chapters.remove(chapter)


def no_transcript(root: etree._Element) -> None:
    item = root.find("channel/item")
    for found in item.findall("podcast:transcript", NAMES):
        item.remove(found)


def image_of_another_kind(root: etree._Element) -> None:
    image = etree.SubElement(root.find("channel/item"), f"{{{NAMES['itunes']}}}image")
    image.set("href", "https://portail.example/image.avif")


def no_episode(root: etree._Element) -> None:
    for item in root.findall("channel/item"):
        item.getparent().remove(item)


TOMORROW = format_datetime(datetime.now(UTC) + timedelta(days=1))
ITEM = "channel/item"

#: (rule that must speak, the one fault)
MUTANTS: list[tuple[str, Change]] = [
    ("titre", without("channel/title")),
    ("page", says("channel/link", "/podcast/")),
    ("description", says("channel/description", "")),
    ("description", says("channel/description", "é" * 2001)),
    ("langue", without("channel/language")),
    ("langue", says("channel/language", "français")),
    ("pochette", without("channel/itunes:image")),
    ("pochette", has("channel/itunes:image", "href", "https://portail.example/pochette.webp")),
    ("categorie", without("channel/itunes:category")),
    ("categorie", has("channel/itunes:category", "text", "Health")),
    ("categorie", has("channel/itunes:category/itunes:category", "text", "Self-Help")),
    ("public-averti", says("channel/itunes:explicit", "no")),
    ("auteur", without("channel/itunes:author")),
    ("ordre", says("channel/itunes:type", "suivi")),
    ("recit-sans-numero", every_number_gone),
    ("adresse-du-flux", has("channel/atom:link", "href", "flux.xml")),
    ("identifiant", without("channel/podcast:guid")),
    ("identifiant", says("channel/podcast:guid", "la-voix-des-clsm")),
    ("verrou", says("channel/podcast:locked", "oui")),
    ("medium", without("channel/podcast:medium")),
    ("rythme", has("channel/podcast:updateFrequency", "rrule", "chaque mois")),
    ("date-du-flux", says("channel/lastBuildDate", "2026-11-01")),
    ("nouvelle-adresse", adds("channel", "itunes:new-feed-url", "bientôt")),
    ("identifiant-double", same_as_the_next("guid")),
    ("son-double", same_as_the_next("enclosure", "url")),
    ("numero-double", same_as_the_next("itunes:episode")),
    ("sans-episode", no_episode),
    ("episode-titre", says(f"{ITEM}/title", " ")),
    ("episode-identifiant", without(f"{ITEM}/guid")),
    ("episode-identifiant", has(f"{ITEM}/guid", "isPermaLink", "true")),
    ("episode-son", without(f"{ITEM}/enclosure")),
    ("episode-son", has(f"{ITEM}/enclosure", "url", "https://portail.example/épisode.mp3")),
    ("episode-son", has(f"{ITEM}/enclosure", "url", "https://portail.example/un episode.mp3")),
    ("episode-son-https", has(f"{ITEM}/enclosure", "url", "http://portail.example/episode.mp3")),
    ("episode-poids", has(f"{ITEM}/enclosure", "length", "0")),
    ("episode-type-de-son", has(f"{ITEM}/enclosure", "type", "")),
    ("episode-type-de-son", has(f"{ITEM}/enclosure", "type", "audio/mp4")),
    ("episode-duree", says(f"{ITEM}/itunes:duration", "20 min")),
    ("episode-date", says(f"{ITEM}/pubDate", "hier")),
    ("episode-date", says(f"{ITEM}/pubDate", TOMORROW)),
    ("episode-date", says(f"{ITEM}/pubDate", "2025-03-03")),
    ("episode-date", says(f"{ITEM}/pubDate", "Mon, 3 Mar 2025 08:00:00 CET")),
    ("episode-page", says(f"{ITEM}/link", "episode/")),
    ("episode-resume", says(f"{ITEM}/description", "")),
    ("episode-notes", says(f"{ITEM}/content:encoded", "<p>Bonjour</p><script>alert(1)</script>")),
    ("episode-public-averti", says(f"{ITEM}/itunes:explicit", "clean")),
    ("episode-type", says(f"{ITEM}/itunes:episodeType", "épisode")),
    ("episode-numero", says(f"{ITEM}/itunes:episode", "0")),
    ("episode-saison", says(f"{ITEM}/podcast:season", "7")),
    ("episode-transcription", no_transcript),
    ("episode-transcription", has(f"{ITEM}/podcast:transcript", "type", "vtt")),
    ("episode-fichier-de-chapitres", has(f"{ITEM}/podcast:chapters", "url", "")),
    ("episode-chapitres", has(f"{ITEM}/psc:chapters/psc:chapter", "start", "00:00:30")),
    ("episode-chapitres", last_two_chapters_gone),
    ("episode-voix", says(f"{ITEM}/podcast:person", "")),
    ("episode-lieu", has(f"{ITEM}/podcast:location", "geo", "43.6, 3.4")),
    ("episode-extrait", has(f"{ITEM}/podcast:soundbite", "duration", "600")),
    ("episode-image", image_of_another_kind),
]


def test_a_good_feed_has_nothing():
    assert lint(GOOD) == []


@pytest.mark.parametrize(("rule", "change"), MUTANTS, ids=lambda value: value if isinstance(value, str) else "")
def test_one_fault_is_found_and_no_other(rule, change):
    root = etree.fromstring(GOOD)
    change(root)
    found = {finding.rule for finding in lint(etree.tostring(root))}
    assert found == {rule}


def test_namespaces_that_are_almost_right():
    content = GOOD.replace(NAMES["podcast"].encode(), f"{NAMES['podcast']}/".encode())
    findings = lint(content)
    assert "espace-de-noms" in {finding.rule for finding in findings}
    assert f"{NAMES['podcast']}/" in next(found.message for found in findings if found.rule == "espace-de-noms")


def test_every_rule_has_its_mutant_and_there_are_enough():
    spoken = {rule for rule, _ in MUTANTS} | {"espace-de-noms"}
    assert spoken == set(CHANNEL_RULES) | set(ITEM_RULES)
    assert len(spoken) >= 25 and spoken > ADVICE


def test_where_and_how_grave():
    root = etree.fromstring(GOOD)
    root.findall("channel/item")[1].remove(root.findall("channel/item")[1].find("link"))
    no_transcript(root)
    first, second = lint(etree.tostring(root))
    assert (first.rule, first.level, first.where) == ("episode-page", "erreur", sample_channel(3).items[1].title)
    assert (second.rule, second.level) == ("episode-transcription", "conseil")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<rss><channel>", "bien form"),
        (b"<html><body/></html>", "rss"),
        (b'<?xml version="1.0" encoding="klingon"?><rss/>', ""),
        (DOCTYPE + b"<rss><channel><title>&b;</title></channel></rss>", "entit"),
        (b'<!DOCTYPE rss SYSTEM "file:///etc/passwd"><rss><channel/></rss>', "entit"),
    ],
)
def test_a_document_that_cannot_be_read_is_one_finding(content, said):
    (finding,) = lint(content)
    assert finding.rule == "illisible" and said in finding.message


def test_a_long_feed_takes_less_than_a_second():
    content = write(sample_channel(500))
    start = time.process_time()  # the machine may be busy with other tests
    assert lint(content) == []
    assert time.process_time() - start < 1
