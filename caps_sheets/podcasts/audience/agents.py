"""Classification of a User-Agent: a podcast application, a robot, or another client.

Applications are matched first, because general lists of robots hold some (crawler-user-agents has Overcast). An
operator may add lists of the Open Podcast Analytics Working Group (``PODCAST_UA_LIST``), which are read before ours.
"""

import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from crawleruseragents import is_crawler
from django.conf import settings

from caps_sheets.podcasts.models.audience import Source

Pattern = re.Pattern[str]

#: A watch downloads again what its phone has already downloaded (IAB 2.1).
WATCH = re.compile(r"watchos|^atc/", re.IGNORECASE)
#: Robots of the applications: they read feeds, nobody listens.
FEED_READERS = re.compile(
    r"feed ?(?:parser|fetcher|consumer|reader)|podcast(?:s|ers)? sync|^Spotify/1\.0$|^Deezer Podcasters", re.IGNORECASE
)
APPLICATIONS = {
    Source.APPLE: r"^AppleCoreMedia/|^(?:Podcasts|Balados)/|^iTunes/",
    Source.SPOTIFY: r"^Spotify",
    Source.DEEZER: r"^Deezer",
    Source.ANTENNAPOD: r"^AntennaPod|^de\.danoeh\.antennapod",
    Source.POCKET_CASTS: r"^(?:Shifty)?Pocket ?Casts",
    Source.OVERCAST: r"^Overcast",
    Source.CASTBOX: r"^CastBox",
    Source.PODCAST_ADDICT: r"^Podcast ?Addict|; Podcast ?Addict",
    Source.OTHER_APP: r"^(?:gPodder|Castro|Castamatic|Downcast|Podverse|PodcastGuru|Podcast ?Republic|PodBean|iCatcher"
    r"|RSSRadio|Fountain|Player ?FM|Podkicker|Podcini|Kasts|AmazonMusic|AlexaMediaPlayer|Echo|iHeartRadio|TuneIn|VLC"
    r"|Snipd|Podurama|Sonos|TrueFans|Radio France|Podimo|doubleTwist|BeyondPod|Procast|Instacast|GoodPods\."
    r"|ThePodcastApp|AudioWave|Bullhorn)|\bSonos/",
}
#: Words that only robots use in their name.
ROBOT_WORDS = re.compile(
    r"bot\b|crawl|spider|fetch|import(?:er)?\b|podcastindex|prefix checker|scrap(?:er|y)|transcri(?:be|pt)|archiver"
    r"|\bpreview|monitor|validat|podcast[ -]?downloader|sharingui|sharesheet|^mozilla(?:/5\.0)?$|\+https?://",
    re.IGNORECASE,
)


class Listed(NamedTuple):
    """One entry of an operator’s list."""

    pattern: Pattern
    is_robot: bool


class BadListError(Exception):
    """A list that cannot be read; the message gives the reason, in French."""


def application(agent: str) -> Source | None:
    """The podcast application named in ``agent``, if any."""
    for source, pattern in _applications().items():
        if pattern.search(agent):
            return source
    return Source.OTHER_APP if _listed_as(agent) is False else None


def is_robot(agent: str) -> bool:
    """True for a client without a listener; an empty User-Agent is a robot’s."""
    if not agent.strip() or WATCH.search(agent) or FEED_READERS.search(agent):
        return True
    listed = _listed_as(agent)
    if listed is not None:
        return listed
    return application(agent) is None and bool(ROBOT_WORDS.search(agent) or is_crawler(agent))


def read_list(path: Path) -> list[Listed]:
    """The entries of one file, in either format of the working group; raises BadList.

    Version 2: {"entries": [{"pattern"}]}, where a file whose name begins with « bots » lists robots. Version 1:
    [{"user_agents": [pattern], "bot": true}].
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        entries = content["entries"] if isinstance(content, dict) else content
        are_robots = path.name.startswith("bots")
        return [
            Listed(re.compile(pattern), are_robots or bool(entry.get("bot")))
            for entry in entries
            for pattern in _patterns(entry)
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, re.error) as error:
        raise BadListError(f"La liste « {path} » est illisible : {error}") from error


def _patterns(entry: dict) -> Iterable[str]:
    return [entry["pattern"]] if "pattern" in entry else entry["user_agents"]


def _listed_as(agent: str) -> bool | None:
    """Whether the operator’s lists class ``agent`` as a robot; None if they do not hold it."""
    for entry in _operator_lists(tuple(settings.PODCAST_UA_LIST)):
        if entry.pattern.search(agent):
            return entry.is_robot
    return None


@cache
def _operator_lists(paths: tuple[str, ...]) -> list[Listed]:
    """Robots first, as the working group requires. An unreadable list is skipped: the system check reports it."""
    entries = []
    for path in paths:
        try:
            entries += read_list(Path(path))
        except BadListError:
            continue
    return sorted(entries, key=lambda entry: not entry.is_robot)


@cache
def _applications() -> dict[Source, Pattern]:
    return {source: re.compile(pattern, re.IGNORECASE) for source, pattern in APPLICATIONS.items()}
