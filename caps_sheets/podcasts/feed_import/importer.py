"""Import of an external feed as drafts, which then follow the usual workflow: nothing becomes public at once.

The feed is read by ``reader``; its dry run says all that the import would drop, change or leave to a person.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import quote, unquote

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction

from caps_sheets.podcasts.feed_import.download import FetchError
from caps_sheets.podcasts.feed_import.reader import ImportedEpisode, ImportedFeed
from caps_sheets.podcasts.formats import chapters
from caps_sheets.podcasts.models import EpisodePage, ShowPage
from portal.medialib.models import PortalMedia
from portal.medialib.transcripts.formats import MAX_LENGTH, read_transcript

SOUND_SECONDS = 600.0

#: All but spaces, accents and what no address holds.
URL_CHARACTERS = "!#$%&'()*+,/:;=?@[]~"

EXTENSIONS = {"audio/mp4": "m4a", "audio/x-m4a": "m4a", "audio/m4a": "m4a"}

#: In bytes of UTF-8: an index of PostgreSQL takes 2,700.
GUID_LENGTH = 2000

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
        if not episode.guid or len(episode.guid.encode()) > GUID_LENGTH:
            message = "Son identifiant (« guid ») manque ou dépasse 2 000 octets : corrigez-le dans le flux."
            yield Outcome(episode.title, "refusé", [message])
        elif EpisodePage.objects.filter(guid=episode.guid).exists():
            yield Outcome(episode.title, "déjà là")
        elif is_dry_run:
            yield Outcome(episode.title, "à ajouter", list(map(str, episode.notices)))
        else:
            yield _add(episode, show, fetch)


def _take_identity(feed: ImportedFeed, show: ShowPage) -> None:
    is_empty = not EpisodePage.objects.child_of(show).exists()
    is_free = not ShowPage.objects.filter(guid=feed.guid).exists()
    if feed.guid and is_empty and is_free:
        show.guid = feed.guid
        show.save()


def _add(episode: ImportedEpisode, show: ShowPage, fetch: Fetch) -> Outcome:
    outcome = Outcome(episode.title, "ajouté", list(map(str, episode.notices)))
    page = EpisodePage(
        live=False,
        guid=episode.guid,
        title=episode.title[:255],
        draft_title=episode.title[:255],
        date=episode.date,
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
    path = PurePosixPath(unquote(re.split(r"[?#]", episode.sound_url)[0]))
    extension = EXTENSIONS.get(episode.sound_type) or ("m4a" if path.suffix.lower() in {".m4a", ".mp4"} else "mp3")
    name = f"{path.stem or 'son'}.{extension}"
    try:
        content = fetch(quote(episode.sound_url, safe=URL_CHARACTERS), settings.AUDIO_MAX_UPLOAD_SIZE, SOUND_SECONDS)
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
    if episode.chapters or not episode.chapters_url:
        return chapters.write(episode.chapters)
    try:
        reading = chapters.read_chapters(fetch(episode.chapters_url, chapters.MAX_FILE, SOUND_SECONDS))
    except FetchError as error:
        problems.append(f"Chapitres : {error}")
        return ""
    problems.extend(f"Chapitres : {message}" for message in reading.messages())
    return chapters.write(reading.items)
