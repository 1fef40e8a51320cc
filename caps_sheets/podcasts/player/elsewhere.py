"""An episode carried to other sites: the frame to paste, and oEmbed (oembed.com, version 1.0)."""

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from caps_sheets.podcasts import addresses
from caps_sheets.podcasts.player import structured
from caps_sheets.podcasts.player.steps import start_asked

if TYPE_CHECKING:
    from caps_sheets.podcasts.models import EpisodePage, ShowPage

WIDTH, HEIGHT = 600, 380  # pixels: what the frame takes when its site asks for nothing
CACHE_AGE = 300  # seconds: an episode may be taken down


def frame(episode: "EpisodePage", start: int = 0, width: int = WIDTH, height: int = HEIGHT) -> SafeString:
    """The HTML to paste in another site."""
    address = addresses.embed_url(episode)
    return format_html(
        '<iframe src="{}" title="Écouter l’épisode : {}" width="{}" height="{}" loading="lazy"'
        ' allow="clipboard-write"></iframe>',
        f"{address}?t={start}" if start else address,
        episode.title,
        width,
        height,
    )


def oembed_url(episode: "EpisodePage") -> str:
    """Where other sites learn how to carry the episode; empty while it has no address."""
    address = addresses.page_url(episode)
    query = urlencode({"url": address, "format": "json"})
    return urljoin(address, f"{reverse('oembed')}?{query}") if address else ""


def oembed(
    episode: "EpisodePage", show: "ShowPage", url: str, most_wide: str = "", most_high: str = ""
) -> dict[str, Any]:
    """The oEmbed answer; ``most_wide`` and ``most_high``: pixels, as the other site wrote them."""
    site = urlsplit(addresses.page_url(show))
    width, height = _within(WIDTH, most_wide), _within(HEIGHT, most_high)
    asked = parse_qs(urlsplit(url).query).get("t", [""])[0]
    start = start_asked(asked, episode.audio.duration if episode.audio else 0)
    return {
        "version": "1.0",
        "type": "rich",
        "title": episode.title,
        "author_name": show.title,
        "author_url": addresses.page_url(show),
        "provider_name": settings.WAGTAIL_SITE_NAME,
        "provider_url": f"{site.scheme}://{site.netloc}/",
        "cache_age": CACHE_AGE,
        "width": width,
        "height": height,
        "html": frame(episode, start, width, height),
        **_thumbnail(episode, show),
    }


def _thumbnail(episode: "EpisodePage", show: "ShowPage") -> dict[str, Any]:
    """The three go together or not at all (oembed.com §2.3.4)."""
    picture = structured.picture_url(episode.image, show.artwork)
    if not picture:
        return {}
    return {
        "thumbnail_url": urljoin(addresses.page_url(show), picture),
        "thumbnail_width": structured.PICTURE_SIDE,
        "thumbnail_height": structured.PICTURE_SIDE,
    }


def _within(wanted: int, most: str) -> int:
    """``wanted`` pixels, or less where ``most`` is a smaller number."""
    return min(wanted, int(most)) if most.isascii() and most.isdigit() and 0 < len(most) < 6 and int(most) else wanted
