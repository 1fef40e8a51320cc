"""Metadata of an episode or a show: schema.org, Open Graph, embed frame and oEmbed (oembed.com, version 1.0)."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from caps_sheets.podcasts.models import episode_links
from caps_sheets.podcasts.models.episode_links import CHAPTER, Link, PlayerStep, start_asked
from portal.base.characters import cleaned
from portal.medialib.models import PortalImage

if TYPE_CHECKING:
    from caps_sheets.podcasts.models.episode import EpisodePage
    from caps_sheets.podcasts.models.show import ShowPage


Data = dict[str, Any]

CONTEXT = "https://schema.org"

PICTURE_SIDE = 600  # pixels

IMAGE_FILTER = f"fill-{PICTURE_SIDE}x{PICTURE_SIDE}|format-jpeg"

#: Characters that could end a script element, or open one, inside its data.
ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def as_script(data: Data) -> SafeString:
    """A data block: browsers never run it, so the content security policy needs no exception."""
    text = json.dumps(cleaned(data), ensure_ascii=False).translate(ESCAPES)
    return SafeString(f'<script type="application/ld+json">{text}</script>')


def picture_url(*images: PortalImage | None) -> str:
    """URL of the first image that may be shown today, square, relative to the site; empty without any."""
    for image in images:
        if image is not None and image.is_publishable:
            return str(image.get_rendition(IMAGE_FILTER).url)
    return ""


def show_data(show: "ShowPage", picture: str = "") -> Data:
    """``PodcastSeries``."""
    address = episode_links.page_url(show)
    return _filled(
        {
            "@type": "PodcastSeries",
            "@id": f"{address}#emission",
            "url": address,
            "name": show.title,
            "webFeed": episode_links.feed_url(show),
            "inLanguage": "fr",
            "image": urljoin(address, picture) if picture else "",
        }
    )


def episode_data(
    episode: "EpisodePage", show: "ShowPage", steps: Iterable[PlayerStep], links: Iterable[Link], picture: str = ""
) -> Data:
    """``PodcastEpisode``, its sound, its transcript, its chapters and the pages that it is about."""
    address = episode_links.page_url(episode)
    return _filled(
        {
            "@context": CONTEXT,
            "@type": "PodcastEpisode",
            "@id": f"{address}#episode",
            "url": address,
            "name": episode.title,
            "description": episode.summary,
            "datePublished": episode.date.isoformat() if episode.date else None,
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
                {"@type": "WebPage", "url": episode_links.page_url(link.page), "name": link.page.title}
                for link in links
            ],
        }
    )


def _sound(episode: "EpisodePage") -> Data:
    address = episode_links.audio_url(episode)
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


def _clips(address: str, chapters: list[PlayerStep]) -> list[Data]:
    return [
        {"@type": "Clip", "name": step.title, "startOffset": step.start, "url": f"{address}?t={step.start}"}
        for step in chapters
    ]


def _duration(seconds: float) -> str:
    """ISO 8601: 750.4 → « PT750S »."""
    return f"PT{round(seconds)}S" if seconds else ""


def _filled(data: Data) -> Data:
    """Without empty values: an empty string has no meaning in the data."""
    return {name: value for name, value in data.items() if value or value is False}


WIDTH, HEIGHT = 600, 380  # pixels: default size of the frame

CACHE_AGE = 300  # seconds: an episode may be unpublished


def frame(episode: "EpisodePage", start: int = 0, width: int = WIDTH, height: int = HEIGHT) -> SafeString:
    """The HTML to embed in another site."""
    address = episode_links.embed_url(episode)
    return format_html(
        '<iframe src="{}" title="Écouter l’épisode : {}" width="{}" height="{}" loading="lazy"'
        ' allow="clipboard-write"></iframe>',
        f"{address}?t={start}" if start else address,
        episode.title,
        width,
        height,
    )


def oembed_url(episode: "EpisodePage") -> str:
    """The oEmbed endpoint of the episode, for other sites; empty while it has no URL."""
    address = episode_links.page_url(episode)
    query = urlencode({"url": address, "format": "json"})
    return urljoin(address, f"{reverse('oembed')}?{query}") if address else ""


def oembed(
    episode: "EpisodePage", show: "ShowPage", url: str, most_wide: str = "", most_high: str = ""
) -> dict[str, Any]:
    """The oEmbed response; ``most_wide`` and ``most_high``: pixels, as the other site wrote them."""
    site = urlsplit(episode_links.page_url(show))
    width, height = _within(WIDTH, most_wide), _within(HEIGHT, most_high)
    asked = parse_qs(urlsplit(url).query).get("t", [""])[0]
    start = start_asked(asked, episode.audio.duration if episode.audio else 0)
    return {
        "version": "1.0",
        "type": "rich",
        "title": episode.title,
        "author_name": show.title,
        "author_url": episode_links.page_url(show),
        "provider_name": settings.WAGTAIL_SITE_NAME,
        "provider_url": f"{site.scheme}://{site.netloc}/",
        "cache_age": CACHE_AGE,
        "width": width,
        "height": height,
        "html": frame(episode, start, width, height),
        **_thumbnail(episode, show),
    }


def _thumbnail(episode: "EpisodePage", show: "ShowPage") -> dict[str, Any]:
    """All three values or none (oembed.com §2.3.4)."""
    picture = picture_url(episode.image, show.artwork)
    if not picture:
        return {}
    return {
        "thumbnail_url": urljoin(episode_links.page_url(show), picture),
        "thumbnail_width": PICTURE_SIDE,
        "thumbnail_height": PICTURE_SIDE,
    }


def _within(wanted: int, most: str) -> int:
    """``wanted`` pixels, or less if ``most`` is a smaller number."""
    return min(wanted, int(most)) if most.isascii() and most.isdigit() and 0 < len(most) < 6 and int(most) else wanted
