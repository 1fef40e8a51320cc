"""The values of a feed, read in a number of queries that does not grow with the episodes.

Licences are written as ``podcast:license`` takes them: an SPDX identifier, or a text and its URL. The place of a CLSM
is the middle of its covered area.
"""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from urllib.parse import urljoin
from uuid import uuid5

from django.conf import settings
from django.db.models import BooleanField, Count, ExpressionWrapper, Prefetch, Q, Sum, prefetch_related_objects
from django.utils import timezone
from django.utils.html import strip_tags
from wagtail.images.models import SourceImageIOError

from caps_sheets.podcasts.feeds.queries import CreditedVoice, Linked, Parts, expanded, stored_parts, whole_notes
from caps_sheets.podcasts.feeds.rss import Enclosure, FeedChannel, Item, Licence, Person, Place, TranscriptFile
from caps_sheets.podcasts.formats import artwork, chapters
from caps_sheets.podcasts.models import EpisodePage, ShowPage
from caps_sheets.podcasts.models.episode_links import feed_url, page_url, show_guid
from network.models.covered_area import runs_on
from network.models.related import ClsmCommune, ClsmEpci
from portal.medialib.models import PortalImage, PortalMedia, PortalRendition
from portal.medialib.transcripts.formats.exports import FORMATS
from portal.taxonomies.models import Term, Theme

AIR_TIME = time(6)  # local time of an episode whose date is not that of its publication

FEED_FORMATS = ("vtt", "srt", "json", "html")  # Apple reads the first one it supports: the one that keeps the voices

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
        """Absolute URL of a page of the site, from its path in the tree."""
        return urljoin(self.root_url, url_path.removeprefix(self.root_path))


def build_item(episode: EpisodePage, parts: Parts, notes: str, around: Around) -> Item:
    """``notes``: the notes of the episode, as HTML for feed readers."""
    audio = episode.audio
    url = f"{around.show_url}{episode.slug}/"
    episode_chapters = tuple(
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
            chapters=episode_chapters,
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
        chapters=episode_chapters,
        chapters_url=f"{url}chapitres.json",
        persons=tuple(_person(voice, around) for voice in parts.voices),
        places=tuple(around.places[clsm.pk] for clsm in parts.clsms),
        soundbite=_soundbite(episode),
        has_synthetic_voice=is_synthetic,
    )


def _enclosure(audio: PortalMedia | None, around: Around) -> Enclosure:
    """Empty for a draft without its sound, which the lint of the feed then reports."""
    if audio is None or not audio.version:
        return Enclosure("", 0, "")
    return Enclosure(urljoin(around.root_url, audio.public_url), audio.file_size, audio.mime_type)


def published_at(episode: EpisodePage) -> datetime:
    """The day that the author chose, with the time of the first publication if it was that day.

    The check of a draft that has no day yet counts it as of today; such a draft is not published.
    """
    first = episode.first_published_at and timezone.localtime(episode.first_published_at)
    if first and first.date() == episode.date:
        return first
    return timezone.make_aware(datetime.combine(episode.date or timezone.localdate(), AIR_TIME))


def has_public_transcript(episode: EpisodePage) -> bool:
    """``has_transcript`` is annotated by the query: the text itself, long, is not read."""
    return bool(episode.has_transcript) and episode.transcript_status == episode.TranscriptStatus.REVIEWED


def image_url(image: PortalImage | None, root_url: str) -> str:
    """A square JPEG that directories accept, at a URL that changes with the file; empty without the rights."""
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


def _person(voice: CreditedVoice, around: Around) -> Person:
    return Person(voice.role, voice.is_host, around.url_of(voice.url_path) if voice.url_path else "")


def _soundbite(episode: EpisodePage) -> tuple[int, int] | None:
    if episode.soundbite_start is None or not episode.soundbite_duration:
        return None
    end = episode.soundbite_start + episode.soundbite_duration
    fits = episode.audio is not None and end <= episode.audio.duration + 1
    return (episode.soundbite_start, episode.soundbite_duration) if fits else None


OPEN_LICENCE = "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"

CREATIVE_COMMONS = re.compile(r"(cc-by(?:-nc)?(?:-nd|-sa)?)-(\d)-(\d)")


def feed_licence(term: Term | None, show_url: str) -> Licence | None:
    """``show_url`` stands for the text of a licence without a page of its own: the show states its rights."""
    if term is None:
        return None
    if match := CREATIVE_COMMONS.fullmatch(term.slug):
        return Licence(f"{match[1]}-{match[2]}.{match[3]}")
    return Licence(term.label, OPEN_LICENCE if term.slug == "licence-ouverte" else show_url)


def places_of(clsms: Iterable[Linked]) -> dict[int, Place]:
    """By CLSM id."""
    by_id = {clsm.pk: clsm for clsm in clsms}
    middles = _middles(list(by_id))
    return {pk: Place(_name(clsm), middles.get(pk, "")) for pk, clsm in by_id.items()}


def _name(clsm: Linked) -> str:
    """With its département, unless the title holds it already."""
    is_said = not clsm.department or clsm.department in clsm.title
    return clsm.title if is_said else f"{clsm.title} ({clsm.department})"


def _middles(clsm_ids: list[int]) -> dict[int, str]:
    """« geo:latitude,longitude »: mean of the communes listed and of those of the listed EPCI."""
    named = ClsmCommune.objects.filter(runs_on(timezone.localdate()), page__in=clsm_ids)
    grouped = ClsmEpci.objects.filter(page__in=clsm_ids)
    sums: dict[int, tuple[float, float, int]] = {}
    for rows, path in ((named, "commune"), (grouped, "epci__communes")):
        totals = (
            rows.order_by()
            .values("page")
            .annotate(
                latitude=Sum(f"{path}__latitude"), longitude=Sum(f"{path}__longitude"), count=Count(f"{path}__latitude")
            )
        )
        for row in totals:
            latitude, longitude, count = sums.get(row["page"], (0.0, 0.0, 0))
            sums[row["page"]] = (
                latitude + (row["latitude"] or 0),
                longitude + (row["longitude"] or 0),
                count + row["count"],
            )
    return {pk: f"geo:{lat / count:.4f},{lon / count:.4f}" for pk, (lat, lon, count) in sums.items() if count}


DEFAULT_DESCRIPTION = "Les actions des conseils locaux de santé mentale, racontées de vive voix."


def read_feed(show: ShowPage, changed_at: datetime, theme: Theme | None = None) -> FeedChannel:
    """The public episodes of ``show``, latest first, or those on ``theme``."""
    episodes = public_episodes(show, theme)
    return build_channel(show, changed_at, episodes, stored_parts(episodes), theme)


def public_episodes(show: ShowPage, theme: Theme | None = None) -> list[EpisodePage]:
    """Latest first. An episode without its sound file is left out: it cannot be heard."""
    pages = EpisodePage.objects.child_of(show).visible().latest_first()
    if theme:
        pages = pages.filter(theme_items__tag=theme)
    has_transcript = ExpressionWrapper(~Q(transcript=""), output_field=BooleanField())
    heard = pages.filter(audio__isnull=False).exclude(audio__version="").select_related("audio", "image")
    return list(heard.defer("transcript").annotate(has_transcript=has_transcript))


def build_channel(
    show: ShowPage,
    changed_at: datetime,
    episodes: list[EpisodePage],
    parts: dict[int, Parts],
    theme: Theme | None = None,
) -> FeedChannel:
    """``episodes``: public ones, or drafts held in memory; ``parts``: the related objects of each, by id."""
    around = _around(show, parts)
    images = [image for image in (show.artwork, *(episode.image for episode in episodes)) if image]
    renditions = PortalRendition.objects.filter(filter_spec=artwork.RENDITION)
    prefetch_related_objects(images, Prefetch("renditions", renditions))
    notes = expanded([episode.notes for episode in episodes], around.root_url)
    own_url = feed_url(show)
    guid = show.guid or show_guid(own_url)
    return FeedChannel(
        title=f"{show.title} – {theme.name}" if theme else show.title,
        url=around.show_url,
        feed_url=feed_url(show, theme.slug) if theme else own_url,
        description=_plain(show.introduction) or DEFAULT_DESCRIPTION,
        guid=str(uuid5(guid, theme.slug) if theme else guid),
        changed_at=changed_at,
        author=show.author,
        copyright=show.copyright,
        category=show.category,
        order=show.order,
        frequency=show.frequency,
        frequency_label=show.get_frequency_display(),
        is_complete=show.is_complete,
        owner_email=show.owner_email,
        new_feed_url="" if theme else show.new_feed_url,
        image_url=image_url(show.artwork, around.root_url),
        licence=feed_licence(show.licence, around.show_url),
        proofs=tuple((proof.purpose, proof.value) for proof in show.proof_items.all()),
        hub_url=settings.PODCAST_WEBSUB_HUB,
        is_listed=theme is None,
        items=tuple(
            build_item(episode, parts[episode.pk], text, around) for episode, text in zip(episodes, notes, strict=True)
        ),
    )


def _around(show: ShowPage, parts: dict[int, Parts]) -> Around:
    address = show.get_url_parts()
    show_url = page_url(show)
    root_url = f"{address[1]}/" if address else "/"
    return Around(
        show_url=show_url,
        root_url=root_url,
        root_path=show.url_path.removesuffix(show_url.removeprefix(root_url)),
        season_names={season.number: season.name for season in show.season_items.all()},
        places=places_of(clsm for part in parts.values() for clsm in part.clsms),
    )


def _plain(rich_text: str) -> str:
    """Rich text as plain paragraphs: a description has no tags."""
    return html.unescape(strip_tags(rich_text.replace("</p>", "\n"))).strip()
