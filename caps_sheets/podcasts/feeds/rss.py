"""A podcast feed: plain values, and their RSS 2.0 with iTunes, Podcasting 2.0 and Podlove (chapters) elements.

Sources: Apple « podcast requirements » and « technical updates for hosting providers »; podcast namespace
specification 1.0; Podlove Simple Chapters 1.2. The URI of the podcast namespace is exact, without a final slash: a
reader that compares namespaces would otherwise ignore all its elements. Every URL is absolute.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from xml.sax.xmlreader import AttributesImpl

from django.utils import feedgenerator
from django.utils.xmlutils import SimplerXMLGenerator

from caps_sheets.podcasts.formats.chapters import CONTENT_TYPE as CHAPTERS_TYPE
from caps_sheets.podcasts.formats.chapters import Chapter
from portal.base.characters import cleaned


@dataclass(frozen=True, slots=True)
class Person:
    """A person heard, named by a function; ``href``: the page of the CLSM, if any."""

    name: str
    is_host: bool
    href: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A place that the episode is about; ``geo``: « geo:43.6,3.4 » (RFC 5870) or nothing."""

    name: str
    geo: str = ""


@dataclass(frozen=True, slots=True)
class Licence:
    """``code``: an SPDX identifier in lower case, or a text of our own, which then needs its ``url``."""

    code: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Enclosure:
    url: str
    size: int  # bytes
    mime_type: str


@dataclass(frozen=True, slots=True)
class TranscriptFile:
    url: str
    mime_type: str
    is_timed: bool


@dataclass(frozen=True, slots=True)
class Item:
    guid: str
    title: str
    url: str
    published_at: datetime
    summary: str
    notes: str  # sanitised HTML
    enclosure: Enclosure
    duration: float  # seconds
    season: int
    season_name: str
    number: int | None
    kind: str
    is_explicit: bool
    image_url: str = ""
    themes: tuple[str, ...] = ()
    transcripts: tuple[TranscriptFile, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    chapters_url: str = ""
    persons: tuple[Person, ...] = ()
    places: tuple[Place, ...] = ()
    soundbite: tuple[int, int] | None = None  # start, duration in seconds
    has_synthetic_voice: bool = False


@dataclass(frozen=True, slots=True)
class FeedChannel:
    title: str
    url: str
    feed_url: str
    description: str
    guid: str
    changed_at: datetime
    author: str
    copyright: str
    category: str  # « Health & Fitness > Mental Health »
    order: str
    frequency: str
    frequency_label: str
    is_complete: bool
    owner_email: str
    new_feed_url: str
    image_url: str
    licence: Licence | None
    proofs: tuple[tuple[str, str], ...]  # purpose, value
    hub_url: str
    is_listed: bool  # False hides it from the directories
    items: tuple[Item, ...] = field(default=())

    @property
    def hosts(self) -> list[Person]:
        """The regular hosts: present as such in at least half of the episodes."""
        heard: dict[Person, int] = {}
        for item in self.items:
            for person in set(item.persons):
                heard[person] = heard.get(person, 0) + person.is_host
        return [person for person, count in heard.items() if count and count * 2 >= len(self.items)]

    @property
    def has_synthetic_voice(self) -> bool:
        return any(item.has_synthetic_voice for item in self.items)


NAMESPACES = {
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "psc": "http://podlove.org/simple-chapters",
}

GENERATOR = "Portail CLSM"

LANGUAGE = "fr"

DESCRIPTION_BYTES = 4000  # Apple

KIND_LABELS = {"full": "Épisode", "trailer": "Bande-annonce", "bonus": "Bonus"}

Attributes = dict[str, str]


def write(channel: FeedChannel) -> bytes:
    """The feed in UTF-8, whatever characters its texts hold."""
    channel = cleaned(channel)
    feed = PodcastFeed(channel)
    for item in channel.items:
        feed.add_item(
            title=item.title,
            link=item.url,
            description=shortened(item.summary),
            unique_id=item.guid,
            unique_id_is_permalink=False,
            pubdate=item.published_at,
            enclosures=[
                feedgenerator.Enclosure(item.enclosure.url, str(item.enclosure.size), item.enclosure.mime_type)
            ],
            categories=item.themes,
            podcast=item,
        )
    return feed.writeString("utf-8").encode()


def shortened(text: str) -> str:
    """At most what Apple reads, cut between two characters."""
    encoded = text.encode()
    return text if len(encoded) <= DESCRIPTION_BYTES else encoded[: DESCRIPTION_BYTES - 3].decode(errors="ignore") + "…"


class PodcastFeed(feedgenerator.Rss201rev2Feed):
    def __init__(self, channel: FeedChannel) -> None:
        super().__init__(
            title=channel.title,
            link=channel.url,
            description=shortened(channel.description),
            language=LANGUAGE,
            feed_copyright=channel.copyright or None,
        )
        self.channel = channel
        self.hosts = channel.hosts

    def latest_post_date(self) -> datetime:
        return self.channel.changed_at

    def rss_attributes(self) -> Attributes:
        return super().rss_attributes() | {f"xmlns:{prefix}": uri for prefix, uri in NAMESPACES.items()}

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        channel, add = self.channel, handler.addQuickElement
        add("generator", GENERATOR)
        add("atom:link", "", {"rel": "self", "type": "application/rss+xml", "href": channel.feed_url})
        if channel.hub_url:
            add("atom:link", "", {"rel": "hub", "href": channel.hub_url})
        self._add_itunes(handler)
        add("podcast:guid", channel.guid)
        add("podcast:locked", "yes", {"owner": channel.owner_email})  # the schema of the namespace requires an owner
        add("podcast:medium", "podcast")
        self._add_frequency(handler)
        _add_persons(handler, self.hosts)
        _add_licence(handler, channel.licence)
        for purpose, value in channel.proofs:
            add("podcast:txt", value, {"purpose": purpose})
        if channel.has_synthetic_voice:
            add("podcast:txt", "true", {"purpose": "ai-content"})

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        content: Item = item["podcast"]
        handler.addQuickElement("content:encoded", content.notes)
        _add_item_itunes(handler, content)
        _add_item_podcast(handler, content)
        named = (
            content.persons if any(person.is_host for person in content.persons) else (*self.hosts, *content.persons)
        )
        _add_persons(handler, list(named) if content.persons else [])
        _add_licence(handler, self.channel.licence)
        _add_simple_chapters(handler, content.chapters)

    def _heard(self, item: Item) -> list[Person]:
        """The persons of an item replace all those of the channel: its hosts are repeated, unless it has its own."""
        if not item.persons or any(person.is_host for person in item.persons):
            return list(item.persons)
        return [*self.hosts, *item.persons]

    def _add_itunes(self, handler: SimplerXMLGenerator) -> None:
        channel, add = self.channel, handler.addQuickElement
        add("itunes:explicit", _yes_no(any(item.is_explicit for item in channel.items)))
        add("itunes:type", channel.order)
        _add_category(handler, channel.category)
        if channel.author:
            add("itunes:author", channel.author)
        if channel.image_url:
            add("itunes:image", "", {"href": channel.image_url})
            handler.startElement("image", AttributesImpl({}))
            for name, value in (("url", channel.image_url), ("title", channel.title), ("link", channel.url)):
                add(name, value)
            handler.endElement("image")
        if channel.owner_email:
            handler.startElement("itunes:owner", AttributesImpl({}))
            add("itunes:name", channel.author or channel.title)
            add("itunes:email", channel.owner_email)
            handler.endElement("itunes:owner")
        if channel.new_feed_url:
            add("itunes:new-feed-url", channel.new_feed_url)
        if channel.is_complete:
            add("itunes:complete", "Yes")
        if not channel.is_listed:
            add("itunes:block", "Yes")

    def _add_frequency(self, handler: SimplerXMLGenerator) -> None:
        channel = self.channel
        if channel.is_complete:
            handler.addQuickElement("podcast:updateFrequency", "émission terminée", {"complete": "true"})
        elif channel.frequency:
            attributes = {"rrule": channel.frequency}
            handler.addQuickElement("podcast:updateFrequency", channel.frequency_label, attributes)


def _add_category(handler: SimplerXMLGenerator, category: str) -> None:
    main, _, sub = category.partition(" > ")
    handler.startElement("itunes:category", AttributesImpl({"text": main}))
    if sub:
        handler.addQuickElement("itunes:category", "", {"text": sub})
    handler.endElement("itunes:category")


def _add_item_itunes(handler: SimplerXMLGenerator, item: Item) -> None:
    add = handler.addQuickElement
    add("itunes:title", item.title)
    add("itunes:summary", shortened(item.summary))
    add("itunes:duration", str(round(item.duration)))
    add("itunes:explicit", _yes_no(item.is_explicit))
    add("itunes:episodeType", item.kind)
    if item.number:
        add("itunes:episode", str(item.number))
    if item.season:
        add("itunes:season", str(item.season))
    if item.image_url:
        add("itunes:image", "", {"href": item.image_url})


def _add_item_podcast(handler: SimplerXMLGenerator, item: Item) -> None:
    add = handler.addQuickElement
    if item.season:
        add("podcast:season", str(item.season), {"name": item.season_name})
    if item.number:
        label = KIND_LABELS.get(item.kind, KIND_LABELS["full"])
        add("podcast:episode", str(item.number), {"display": f"{label} {item.number}"})
    for transcript in item.transcripts:
        attributes = {"url": transcript.url, "type": transcript.mime_type, "language": LANGUAGE}
        add("podcast:transcript", "", attributes | ({"rel": "captions"} if transcript.is_timed else {}))
    if item.chapters:
        add("podcast:chapters", "", {"url": item.chapters_url, "type": CHAPTERS_TYPE})
    if item.soundbite:
        start, duration = item.soundbite
        add("podcast:soundbite", item.title, {"startTime": f"{start}.0", "duration": f"{duration}.0"})
    for place in item.places:
        attributes = {"rel": "subject", "country": "FR"} | ({"geo": place.geo} if place.geo else {})
        add("podcast:location", place.name, attributes)
    if item.has_synthetic_voice:
        add("podcast:txt", "true", {"purpose": "ai-content"})


def _add_persons(handler: SimplerXMLGenerator, persons: list[Person]) -> None:
    for person in sorted(persons, key=lambda person: not person.is_host):
        attributes = {"role": "host" if person.is_host else "guest", "group": "cast"}
        handler.addQuickElement(
            "podcast:person", person.name, attributes | ({"href": person.href} if person.href else {})
        )


def _add_licence(handler: SimplerXMLGenerator, licence: Licence | None) -> None:
    if licence:
        handler.addQuickElement("podcast:license", licence.code, {"url": licence.url} if licence.url else {})


def _add_simple_chapters(handler: SimplerXMLGenerator, chapters: tuple[Chapter, ...]) -> None:
    if not chapters:
        return
    handler.startElement("psc:chapters", AttributesImpl({"version": "1.2"}))
    for chapter in chapters:
        attributes = {"start": clock(chapter.start), "title": chapter.title}
        handler.addQuickElement("psc:chapter", "", attributes | ({"href": chapter.url} if chapter.url else {}))
    handler.endElement("psc:chapters")


def clock(seconds: int) -> str:
    """« 00:12:30 »."""
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}"


def _yes_no(value: bool) -> str:
    return "true" if value else "false"
