"""Import of an external feed as drafts, which then follow the usual workflow: nothing becomes public at once.

Missing or malformed values of an episode are ignored, never fatal.
"""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from email.utils import parsedate_to_datetime
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit
from uuid import UUID
from xml.etree.ElementTree import Element

import nh3
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.html import strip_tags

from caps_sheets.podcasts.feed_import.download import FetchError
from caps_sheets.podcasts.formats import chapters
from caps_sheets.podcasts.formats.chapters import ADDRESS, Chapter
from caps_sheets.podcasts.lint.document import attribute, every, read_document, text
from caps_sheets.podcasts.lint.item_rules import clock_seconds
from caps_sheets.podcasts.models import EpisodePage, ShowPage
from portal.medialib.models import PortalMedia
from portal.medialib.transcripts.formats import MAX_LENGTH, read_transcript

SUMMARY_LENGTH = 300

LARGEST_NUMBER = 32_767  # of the database field

KINDS = {"full", "trailer", "bonus"}

NOTES_TAGS = {"p", "br", "a", "ul", "ol", "li", "b", "i"}

EDITOR_TAGS = (
    (re.compile(r"<(/?)strong\b[^>]*>"), r"<\1b>"),
    (re.compile(r"<(/?)em\b[^>]*>"), r"<\1i>"),
    (re.compile(r"<(/?)(?:div|h[1-6])\b[^>]*>"), r"<\1p>"),
)

TIMED_TYPES = ("text/vtt", "application/x-subrip", "application/srt")  # the first one keeps the voices


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
    """``guid``: the identity of the show, if the feed has one."""

    title: str
    guid: UUID | None
    episodes: tuple[ImportedEpisode, ...]


def read_feed(content: bytes) -> ImportedFeed:
    """The feed, or ``FeedError`` if it is none."""
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
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return timezone.localtime(moment).date() if moment.tzinfo else moment.date()


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
    """The rich text that the editor accepts; a plain text becomes a paragraph."""
    for tag, replacement in EDITOR_TAGS:
        value = tag.sub(replacement, value)
    html = nh3.clean(value, tags=NOTES_TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https"}, link_rel=None)
    return html if "<p>" in html or not html.strip() else f"<p>{html.strip()}</p>"


def _transcript_url(item: Element) -> str:
    urls = {element.get("type", ""): element.get("url", "") for element in every(item, "podcast:transcript")}
    return next((urls[kind] for kind in TIMED_TYPES if urls.get(kind)), "")


def _simple_chapters(item: Element) -> Iterator[Chapter]:
    for element in every(item, "psc:chapters/psc:chapter"):
        start, title = clock_seconds(element.get("start", "")), " ".join(element.get("title", "").split())
        href = element.get("href", "")
        if start is not None and title:
            yield Chapter(start, title, href if ADDRESS.fullmatch(href) else "")


def _soundbite(item: Element) -> tuple[int, int] | None:
    start, duration = (attribute(item, "podcast:soundbite", name) for name in ("startTime", "duration"))
    try:
        bounds = (round(float(start)), round(float(duration)))
    except (ValueError, OverflowError):
        return None
    return bounds if bounds[0] >= 0 and 0 < bounds[1] <= LARGEST_NUMBER else None


SOUND_SECONDS = 600.0

EXTENSIONS = {"audio/mp4": "m4a", "audio/x-m4a": "m4a", "audio/m4a": "m4a"}

GUID_LENGTH = 255

#: (URL, maximum bytes, maximum seconds) → content, or ``FetchError``.
Fetch = Callable[[str, int, float], bytes]


@dataclass
class Outcome:
    """The outcome of one episode. ``state``: « ajouté », « déjà là », « refusé » or « à ajouter » (dry run)."""

    title: str
    state: str
    problems: list[str] = field(default_factory=list)


def import_feed(feed: ImportedFeed, show: ShowPage, fetch: Fetch, is_dry_run: bool = False) -> Iterator[Outcome]:
    """Yields one outcome per episode, the oldest first. A second run only adds what is missing.

    A show without an episode takes the identity of the feed, so that its listeners keep their subscription.
    """
    if not is_dry_run:
        _take_identity(feed, show)
    for episode in reversed(feed.episodes):
        if not episode.guid or len(episode.guid) > GUID_LENGTH:
            yield Outcome(episode.title, "refusé", ["Son identifiant manque ou dépasse 255 caractères."])
        elif EpisodePage.objects.filter(guid=episode.guid).exists():
            yield Outcome(episode.title, "déjà là")
        elif is_dry_run:
            yield Outcome(episode.title, "à ajouter")
        else:
            yield _add(episode, show, fetch)


def _take_identity(feed: ImportedFeed, show: ShowPage) -> None:
    is_empty = not EpisodePage.objects.child_of(show).exists()
    is_free = not ShowPage.objects.filter(guid=feed.guid).exists()
    if feed.guid and is_empty and is_free:
        show.guid = feed.guid
        show.save()


def _add(episode: ImportedEpisode, show: ShowPage, fetch: Fetch) -> Outcome:
    outcome = Outcome(episode.title, "ajouté")
    if episode.date is None:
        outcome.problems.append("Date de diffusion illisible : celle du jour est mise, à corriger")
    page = EpisodePage(
        live=False,
        guid=episode.guid,
        title=episode.title[:255],
        draft_title=episode.title[:255],
        date=episode.date or timezone.localdate(),
        summary=episode.summary,
        notes=episode.notes,
        season=episode.season,
        number=episode.number,
        kind=episode.kind,
        is_explicit=episode.is_explicit,
        transcript=_transcript(episode, fetch, outcome.problems),
        chapters=_chapters(episode, fetch, outcome.problems),
    )
    if episode.soundbite:
        page.soundbite_start, page.soundbite_duration = episode.soundbite
    sound = _sound(episode, fetch, outcome.problems)
    try:
        with transaction.atomic():
            page.audio = sound
            show.add_child(instance=page)
            page.save_revision()
    except ValidationError as error:
        return Outcome(episode.title, "refusé", [*outcome.problems, *error.messages])
    return outcome


def _sound(episode: ImportedEpisode, fetch: Fetch, problems: list[str]) -> PortalMedia | None:
    """The sound in the library, checked as an upload is; None if it cannot be fetched."""
    path = PurePosixPath(unquote(urlsplit(episode.sound_url).path))
    name = f"{path.stem or 'son'}.{EXTENSIONS.get(episode.sound_type, 'mp3')}"
    try:
        content = fetch(episode.sound_url, settings.AUDIO_MAX_UPLOAD_SIZE, SOUND_SECONDS)
        media = PortalMedia(title=episode.title[:255], file=ContentFile(content, name=name))
        with transaction.atomic():
            media.save()
    except FetchError as error:
        problems.append(f"Son : {error}")
    except ValidationError as error:
        problems.append(f"Son : {' '.join(error.messages)}")
    else:
        return media
    return None


def _transcript(episode: ImportedEpisode, fetch: Fetch, problems: list[str]) -> str:
    """WebVTT, to be proof-read like any other; empty if there is none or it cannot be read."""
    if not episode.transcript_url:
        return ""
    try:
        transcript = read_transcript(fetch(episode.transcript_url, MAX_LENGTH, SOUND_SECONDS))
    except FetchError as error:
        problems.append(f"Transcription : {error}")
        return ""
    problems += [f"Transcription : {sentence}" for sentence in transcript.summary()]
    return transcript.to_vtt() if transcript.items else ""


def _chapters(episode: ImportedEpisode, fetch: Fetch, problems: list[str]) -> str:
    """The lines that an author would type: from the feed itself, else from the file that it names."""
    try:
        if episode.chapters:
            text = chapters.write(episode.chapters)
        elif episode.chapters_url:
            text = chapters.decode(fetch(episode.chapters_url, chapters.MAX_FILE, SOUND_SECONDS))
        else:
            return ""
        chapters.parse(text)
    except FetchError as error:
        problems.append(f"Chapitres : {error}")
    except chapters.ChaptersError as error:
        problems.append(f"Chapitres : {error.messages[0]}")
    else:
        return text
    return ""
