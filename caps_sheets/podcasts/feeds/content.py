"""What a feed says, as plain values: read by ``reads``, written by ``writer``. Every address is absolute."""

from dataclasses import dataclass, field
from datetime import datetime

from caps_sheets.podcasts.formats.chapters import Chapter


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody heard, named by a function; ``href``: the page of the CLSM, if any."""

    name: str
    is_host: bool
    href: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A territory told about; ``geo``: « geo:43.6,3.4 » (RFC 5870) or nothing."""

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
class Channel:
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
    is_listed: bool  # False keeps it out of the directories
    items: tuple[Item, ...] = field(default=())

    @property
    def hosts(self) -> list[Person]:
        """The regular hosts: heard as such in at least half of the episodes."""
        heard: dict[Person, int] = {}
        for item in self.items:
            for person in set(item.persons):
                heard[person] = heard.get(person, 0) + person.is_host
        return [person for person, count in heard.items() if count and count * 2 >= len(self.items)]

    @property
    def has_synthetic_voice(self) -> bool:
        return any(item.has_synthetic_voice for item in self.items)
