"""Four parsers that are not ours read a feed of 500 episodes whole."""

import gzip
import json
import os
import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import feedparser
import podcastparser
import pytest

from caps_sheets.podcasts.feeds.rss import FeedChannel, write
from tests.podcasts.feed_world import sample_channel

EPISODES = 500
MEGABYTE = 1_000_000
PARSERS = Path(__file__).parent / "feed_parsers"
#: Phases of the podcast namespace, and what each feed of ours must be known to support.
SUPPORT = {
    "1": {"locked", "transcript", "chapters"},
    "2": {"person", "location", "season", "episode"},
    "3": {"license", "guid"},
    "4": {"medium"},
    "6": {"txt"},
}


@pytest.fixture(scope="module")
def channel() -> FeedChannel:
    return sample_channel(EPISODES)


@pytest.fixture(scope="module")
def content(channel: FeedChannel) -> bytes:
    return write(channel)


@pytest.fixture(scope="module")
def node_report(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> dict:
    node = shutil.which("node")
    if not node or not (PARSERS / "node_modules").exists():
        message = "node ou ses analyseurs de flux sont absents (make test) : flux lu par Python seulement."
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    path = tmp_path_factory.mktemp("feed") / "flux.xml"
    path.write_bytes(content)
    run = subprocess.run([node, PARSERS / "read.mjs", path], capture_output=True, check=True, timeout=120)
    return json.loads(run.stdout)


def test_size(content):
    assert len(content) <= 2 * MEGABYTE
    assert len(gzip.compress(content, 6)) <= 0.15 * MEGABYTE


def test_feedparser(content, channel):
    feed = feedparser.parse(content)
    assert feed.bozo == 0
    assert [entry.id for entry in feed.entries] == [item.guid for item in channel.items]
    assert len({entry.enclosures[0].href for entry in feed.entries}) == EPISODES
    assert feed.feed.language == "fr"


def test_podcastparser(content, channel):
    episodes = podcastparser.parse(channel.feed_url, BytesIO(content))["episodes"]
    read = {
        episode["guid"]: (
            episode["total_time"],
            episode["season"],
            episode["number"],
            [(chapter["start"], chapter["title"]) for chapter in episode["chapters"]],
        )
        for episode in episodes
    }
    assert read == {
        item.guid: (
            round(item.duration),
            item.season,
            item.number,
            [(chapter.start, chapter.title) for chapter in item.chapters],
        )
        for item in channel.items
    }


def test_partytime(node_report, channel):
    read = node_report["partytime"]
    assert read["count"] == EPISODES
    assert read["guids"] == [item.guid for item in channel.items]
    assert {phase: names - set(read["support"].get(phase, [])) for phase, names in SUPPORT.items()} == {
        phase: set() for phase in SUPPORT
    }
    assert read["category"] == ["Health & Fitness > Mental Health"]
    assert read["chapters"] == [item.chapters_url for item in channel.items]
    assert set(read["transcripts"]) == {4}
    assert read["persons"][0] == ["Animation", "Coordination du CLSM"]
    assert (read["guid"], read["medium"]) == (channel.guid, "podcast")


def test_feedsmith(node_report, channel):
    read = node_report["feedsmith"]
    assert read["count"] == EPISODES
    assert read["podcast"]["updateFrequency"]["rrule"] == "FREQ=MONTHLY"
    assert read["transcripts"] == [["text/vtt", "application/x-subrip", "application/json", "text/html"]] * EPISODES
    first = read["first"]
    assert [chapter["title"] for chapter in first["psc"]["chapters"]] == [
        chapter.title for chapter in channel.items[0].chapters
    ]
    (location,) = first["podcast"]["locations"]
    assert (location["display"], location["geo"]) == (channel.items[0].places[0].name, "geo:43.6000,3.4000")
