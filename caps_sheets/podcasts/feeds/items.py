"""One episode as the feed says it. Its parts are already read: nothing here asks the database."""

from dataclasses import dataclass
from datetime import datetime, time
from urllib.parse import urljoin

from django.utils import timezone
from wagtail.images.models import SourceImageIOError

from caps_sheets.podcasts.feeds.content import Enclosure, Item, Person, Place, TranscriptFile
from caps_sheets.podcasts.feeds.notes import whole_notes
from caps_sheets.podcasts.feeds.parts import Parts, Voice
from caps_sheets.podcasts.formats import artwork, chapters
from caps_sheets.podcasts.formats.transcript_formats import FORMATS
from caps_sheets.podcasts.models import EpisodePage
from portal.medialib.models import PortalImage, PortalMedia

AIR_TIME = time(6)  # local time of an episode put on the air on another day than its own
FEED_FORMATS = ("vtt", "srt", "json", "html")  # Apple reads the first one it knows: the one that keeps the voices
UNTIMED_FORMATS = {"html"}


@dataclass(frozen=True, slots=True)
class Around:
    """What the episodes of one show share. ``places``: by CLSM id; ``root_url``: of the site, with a final slash."""

    show_url: str
    root_url: str
    root_path: str
    season_names: dict[int, str]
    places: dict[int, Place]

    def url_of(self, url_path: str) -> str:
        """Absolute address of a page of the site, from its path in the tree."""
        return urljoin(self.root_url, url_path.removeprefix(self.root_path))


def build_item(episode: EpisodePage, parts: Parts, notes: str, around: Around) -> Item:
    """``notes``: the notes of the episode, ready for readers elsewhere."""
    audio = episode.audio
    url = f"{around.show_url}{episode.slug}/"
    found = tuple(
        chapters.Chapter(chapter.start, chapter.title, urljoin(url, chapter.url) if chapter.url else "")
        for chapter in chapters.read(episode.chapters)
    )
    is_synthetic = any(voice.is_synthetic for voice in parts.voices)
    return Item(
        guid=episode.guid,
        title=episode.title,
        url=url,
        published_at=published_at(episode),
        summary=episode.summary,
        notes=whole_notes(
            notes,
            content_note=episode.content_note,
            links=[(page.title, around.url_of(page.url_path)) for page in [*parts.sheets, *parts.clsms]],
            chapters=found,
            transcript_url=f"{url}#transcription" if has_public_transcript(episode) else "",
            shows_help=episode.needs_help(asks for _, asks in parts.themes),
            has_synthetic_voice=is_synthetic,
        ),
        enclosure=_enclosure(audio, around),
        duration=audio.duration if audio else 0,
        season=episode.season,
        season_name=around.season_names.get(episode.season) or f"Saison {episode.season}",
        number=episode.number,
        kind=episode.kind,
        is_explicit=episode.is_explicit,
        image_url=image_url(episode.image, around.root_url),
        themes=tuple(name for name, _ in parts.themes),
        transcripts=_transcripts(episode, url),
        chapters=found,
        chapters_url=f"{url}chapitres.json",
        persons=tuple(_person(voice, around) for voice in parts.voices),
        places=tuple(around.places[clsm.pk] for clsm in parts.clsms),
        soundbite=_soundbite(episode),
        has_synthetic_voice=is_synthetic,
    )


def _enclosure(audio: PortalMedia | None, around: Around) -> Enclosure:
    """Empty for a draft without its sound, which the check of the feed then says."""
    if audio is None or not audio.version:
        return Enclosure("", 0, "")
    return Enclosure(urljoin(around.root_url, audio.public_url), audio.file_size, audio.mime_type)


def published_at(episode: EpisodePage) -> datetime:
    """The day that the author chose, at the hour of the first publication when it was that day."""
    first = episode.first_published_at and timezone.localtime(episode.first_published_at)
    if first and first.date() == episode.date:
        return first
    return timezone.make_aware(datetime.combine(episode.date, AIR_TIME))


def has_public_transcript(episode: EpisodePage) -> bool:
    """``has_transcript`` comes with the reading: the text itself, long, is left in the database."""
    return bool(episode.has_transcript) and episode.transcript_status == episode.TranscriptStatus.REVIEWED


def image_url(image: PortalImage | None, root_url: str) -> str:
    """A square JPEG that directories accept, at an address that changes with the file; empty without the rights."""
    if image is None or not image.is_publishable or min(image.width, image.height) < artwork.SMALLEST:
        return ""
    try:
        url = urljoin(root_url, image.get_rendition(artwork.RENDITION).url)
    except (OSError, SourceImageIOError):
        return ""
    return f"{url}?v={image.file_hash[:8]}" if image.file_hash else url


def _transcripts(episode: EpisodePage, url: str) -> tuple[TranscriptFile, ...]:
    if not has_public_transcript(episode):
        return ()
    return tuple(
        TranscriptFile(f"{url}transcription.{name}", FORMATS[name].mime_type, name not in UNTIMED_FORMATS)
        for name in FEED_FORMATS
    )


def _person(voice: Voice, around: Around) -> Person:
    return Person(voice.role, voice.is_host, around.url_of(voice.url_path) if voice.url_path else "")


def _soundbite(episode: EpisodePage) -> tuple[int, int] | None:
    if episode.soundbite_start is None or not episode.soundbite_duration:
        return None
    end = episode.soundbite_start + episode.soundbite_duration
    fits = episode.audio is not None and end <= episode.audio.duration + 1
    return (episode.soundbite_start, episode.soundbite_duration) if fits else None
