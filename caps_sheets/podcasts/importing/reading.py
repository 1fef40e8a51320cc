"""What an existing feed says of each episode, whoever wrote it: missing or odd values are left out, never fatal."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from email.utils import parsedate_to_datetime
from uuid import UUID
from xml.etree.ElementTree import Element

import nh3
from django.utils import timezone
from django.utils.html import strip_tags

from caps_sheets.podcasts.formats.chapters import ADDRESS, Chapter
from caps_sheets.podcasts.lint.document import attribute, every, read_document, text
from caps_sheets.podcasts.lint.item_rules import clock_seconds

SUMMARY_LENGTH = 300
LARGEST_NUMBER = 32_767  # of the database field
KINDS = {"full", "trailer", "bonus"}
NOTES_TAGS = {"p", "br", "a", "ul", "ol", "li", "b", "i"}
EDITOR_TAGS = (
    (re.compile(r"<(/?)strong\b[^>]*>"), r"<\1b>"),
    (re.compile(r"<(/?)em\b[^>]*>"), r"<\1i>"),
    (re.compile(r"<(/?)(?:div|h[1-6])\b[^>]*>"), r"<\1p>"),
)
TIMED_TYPES = ("text/vtt", "application/x-subrip", "application/srt")  # the first keeps the voices


@dataclass(frozen=True)
class ImportedEpisode:
    guid: str
    title: str
    date: date | None
    summary: str
    notes: str
    season: int
    number: int | None
    kind: str
    is_explicit: bool
    sound_url: str
    sound_type: str
    transcript_url: str
    chapters_url: str
    chapters: tuple[Chapter, ...]
    soundbite: tuple[int, int] | None


@dataclass(frozen=True)
class ImportedFeed:
    """``guid``: the identity of the show, when the feed gives one."""

    title: str
    guid: UUID | None
    episodes: tuple[ImportedEpisode, ...]


def read_feed(content: bytes) -> ImportedFeed:
    """The feed, or ``FeedError`` when it is none."""
    channel = read_document(content).find("channel")
    assert channel is not None  # noqa: S101 - ``read_document`` refuses a feed without one
    try:
        guid = UUID(text(channel, "podcast:guid"))
    except ValueError:
        guid = None
    return ImportedFeed(text(channel, "title"), guid, tuple(_episodes(channel)))


def _episodes(channel: Element) -> Iterator[ImportedEpisode]:
    for item in channel.iter("item"):
        url = attribute(item, "enclosure", "url")
        description = text(item, "itunes:summary") or text(item, "description")
        yield ImportedEpisode(
            guid=text(item, "guid") or url,
            title=text(item, "itunes:title") or text(item, "title") or "Épisode sans titre",
            date=_date(text(item, "pubDate")),
            summary=_summary(description),
            notes=_notes(text(item, "content:encoded") or text(item, "description")),
            season=_number(text(item, "itunes:season")) or 1,
            number=_number(text(item, "itunes:episode")),
            kind=kind if (kind := text(item, "itunes:episodeType")) in KINDS else "full",
            is_explicit=text(item, "itunes:explicit") in ("true", "yes", "explicit"),
            sound_url=url,
            sound_type=attribute(item, "enclosure", "type"),
            transcript_url=_transcript_url(item),
            chapters_url=attribute(item, "podcast:chapters", "url"),
            chapters=tuple(_simple_chapters(item)),
            soundbite=_soundbite(item),
        )


def _date(value: str) -> date | None:
    try:
        found = parsedate_to_datetime(value)
    except ValueError:
        return None
    return timezone.localtime(found).date() if found.tzinfo else found.date()


def _number(value: str) -> int | None:
    is_number = value.isascii() and value.isdigit() and 0 < int(value[:6]) <= LARGEST_NUMBER and len(value) < 6
    return int(value) if is_number else None


def _summary(value: str) -> str:
    """Plain text, cut between two words."""
    plain = " ".join(html.unescape(strip_tags(value)).split())
    if len(plain) <= SUMMARY_LENGTH:
        return plain
    return plain[: SUMMARY_LENGTH - 1].rsplit(" ", 1)[0][: SUMMARY_LENGTH - 1] + "…"


def _notes(value: str) -> str:
    """The rich text that the editor keeps; a plain text becomes a paragraph."""
    for tag, replacement in EDITOR_TAGS:
        value = tag.sub(replacement, value)
    found = nh3.clean(value, tags=NOTES_TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https"}, link_rel=None)
    return found if "<p>" in found or not found.strip() else f"<p>{found.strip()}</p>"


def _transcript_url(item: Element) -> str:
    found = {each.get("type", ""): each.get("url", "") for each in every(item, "podcast:transcript")}
    return next((found[kind] for kind in TIMED_TYPES if found.get(kind)), "")


def _simple_chapters(item: Element) -> Iterator[Chapter]:
    for found in every(item, "psc:chapters/psc:chapter"):
        start, title = clock_seconds(found.get("start", "")), " ".join(found.get("title", "").split())
        href = found.get("href", "")
        if start is not None and title:
            yield Chapter(start, title, href if ADDRESS.fullmatch(href) else "")


def _soundbite(item: Element) -> tuple[int, int] | None:
    start, duration = (attribute(item, "podcast:soundbite", name) for name in ("startTime", "duration"))
    try:
        found = (round(float(start)), round(float(duration)))
    except (ValueError, OverflowError):
        return None
    return found if found[0] >= 0 and 0 < found[1] <= LARGEST_NUMBER else None
