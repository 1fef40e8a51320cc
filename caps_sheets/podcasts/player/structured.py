"""What machines read of an episode or a show: schema.org data, and the Open Graph cards of shared links."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from django.utils.safestring import SafeString

from caps_sheets.podcasts import addresses
from caps_sheets.podcasts.player.links import Link
from caps_sheets.podcasts.player.steps import CHAPTER, Step
from portal.base.characters import cleaned
from portal.medialib.models import PortalImage

if TYPE_CHECKING:
    from caps_sheets.podcasts.models import EpisodePage, ShowPage

Data = dict[str, Any]

CONTEXT = "https://schema.org"
PICTURE_SIDE = 600  # pixels
IMAGE_FILTER = f"fill-{PICTURE_SIDE}x{PICTURE_SIDE}|format-jpeg"
#: What could end a script element, or open one, inside its data.
ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def as_script(data: Data) -> SafeString:
    """A data block: browsers never run it, so that the content security policy has nothing to allow."""
    text = json.dumps(cleaned(data), ensure_ascii=False).translate(ESCAPES)
    return SafeString(f'<script type="application/ld+json">{text}</script>')


def picture_url(*images: PortalImage | None) -> str:
    """Address of the first image that may be shown today, square, relative to the site; empty without any."""
    for image in images:
        if image is not None and image.is_publishable:
            return str(image.get_rendition(IMAGE_FILTER).url)
    return ""


def show_data(show: "ShowPage", picture: str = "") -> Data:
    """``PodcastSeries``."""
    address = addresses.page_url(show)
    return _filled(
        {
            "@type": "PodcastSeries",
            "@id": f"{address}#emission",
            "url": address,
            "name": show.title,
            "webFeed": addresses.feed_url(show),
            "inLanguage": "fr",
            "image": urljoin(address, picture) if picture else "",
        }
    )


def episode_data(
    episode: "EpisodePage", show: "ShowPage", steps: Iterable[Step], links: Iterable[Link], picture: str = ""
) -> Data:
    """``PodcastEpisode``, its sound, its transcript, its chapters and what it tells about."""
    address = addresses.page_url(episode)
    return _filled(
        {
            "@context": CONTEXT,
            "@type": "PodcastEpisode",
            "@id": f"{address}#episode",
            "url": address,
            "name": episode.title,
            "description": episode.summary,
            "datePublished": episode.date.isoformat(),
            "episodeNumber": episode.number,
            "inLanguage": "fr",
            "isAccessibleForFree": True,
            "image": urljoin(address, picture) if picture else "",
            "timeRequired": _duration(episode.audio.duration) if episode.audio else "",
            "keywords": ", ".join(theme.name for theme in episode.themes.all()),
            "accessibilityFeature": ["transcript"] if episode.cues else [],
            "associatedMedia": _sound(episode),
            "partOfSeason": {"@type": "PodcastSeason", "seasonNumber": episode.season} if episode.season else {},
            "partOfSeries": show_data(show),
            "hasPart": _clips(address, [step for step in steps if step.kind == CHAPTER]),
            "about": [
                {"@type": "WebPage", "url": addresses.page_url(link.page), "name": link.page.title} for link in links
            ],
        }
    )


def _sound(episode: "EpisodePage") -> Data:
    address = addresses.audio_url(episode)
    if not address or episode.audio is None:
        return {}
    return _filled(
        {
            "@type": "AudioObject",
            "contentUrl": address,
            "encodingFormat": episode.audio.mime_type,
            "contentSize": str(episode.audio.file_size or ""),
            "duration": _duration(episode.audio.duration),
            "transcript": episode.transcript_text(),
        }
    )


def _clips(address: str, chapters: list[Step]) -> list[Data]:
    return [
        {"@type": "Clip", "name": step.title, "startOffset": step.start, "url": f"{address}?t={step.start}"}
        for step in chapters
    ]


def _duration(seconds: float) -> str:
    """ISO 8601: 750.4 → « PT750S »."""
    return f"PT{round(seconds)}S" if seconds else ""


def _filled(data: Data) -> Data:
    """Without what has no value: an empty string tells a machine nothing."""
    return {name: value for name, value in data.items() if value or value is False}
