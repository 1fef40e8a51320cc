"""From a feed elsewhere to drafts here. Nothing becomes public: each one then goes through the usual proof-reading."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from caps_sheets.podcasts import formats
from caps_sheets.podcasts.fetching import FetchError
from caps_sheets.podcasts.formats import chapters
from caps_sheets.podcasts.importing.reading import ImportedEpisode, ImportedFeed
from caps_sheets.podcasts.models import EpisodePage, ShowPage
from portal.medialib.models import PortalMedia

SOUND_SECONDS = 600.0
EXTENSIONS = {"audio/mp4": "m4a", "audio/x-m4a": "m4a", "audio/m4a": "m4a"}
GUID_LENGTH = 255

#: (address, most bytes, most seconds) → content, or ``FetchError``.
Fetch = Callable[[str, int, float], bytes]


@dataclass
class Outcome:
    """What became of one episode. ``state``: « ajouté », « déjà là », « refusé » or « à ajouter » (dry run)."""

    title: str
    state: str
    problems: list[str] = field(default_factory=list)


def import_feed(feed: ImportedFeed, show: ShowPage, fetch: Fetch, is_dry_run: bool = False) -> Iterator[Outcome]:
    """One outcome per episode, as it goes, the oldest first. Run again, it only adds what is missing.

    A show that has no episode yet takes the identity of the feed: listeners who followed it elsewhere keep it.
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
    """The sound in the library, checked as an upload is; None when it cannot be had."""
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
    """WebVTT, to be proof-read like any other; empty when there is none or it cannot be read."""
    if not episode.transcript_url:
        return ""
    try:
        text = formats.decode(fetch(episode.transcript_url, formats.MAX_LENGTH, SOUND_SECONDS))
        formats.parse(text)
    except FetchError as error:
        problems.append(f"Transcription : {error}")
    except formats.TranscriptError as error:
        problems.append(f"Transcription : {error.messages[0]}")
    else:
        return text
    return ""


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
