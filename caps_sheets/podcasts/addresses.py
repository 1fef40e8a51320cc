"""The absolute addresses of the podcasts, built from the address of their page: a page that moves moves them all.

An address is empty while its page has none (a page that was never saved, or lies outside the site).
"""

from typing import TYPE_CHECKING
from urllib.parse import urljoin
from uuid import UUID, uuid5

from wagtail.models import Page

if TYPE_CHECKING:
    from caps_sheets.podcasts.models import EpisodePage, ShowPage

#: Namespace of the show identities (podcast namespace specification, tag « guid »).
GUID_NAMESPACE = UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")

TRANSCRIPT_FORMATS = ("vtt", "srt", "json", "html", "txt")


def page_url(page: Page) -> str:
    return page.full_url or ""


def feed_url(show: "ShowPage", theme_slug: str = "") -> str:
    """The feed of a show, or of its episodes on one theme."""
    return _below(show, f"flux/{theme_slug}.xml" if theme_slug else "flux.xml")


def subscribe_url(show: "ShowPage") -> str:
    return _below(show, "s-abonner/")


def transcript_url(episode: "EpisodePage", file_format: str) -> str:
    """``file_format``: one of ``TRANSCRIPT_FORMATS``."""
    return _below(episode, f"transcription.{file_format}")


def chapters_url(episode: "EpisodePage") -> str:
    return _below(episode, "chapitres.json")


def embed_url(episode: "EpisodePage") -> str:
    return _below(episode, "integrer/")


def audio_url(episode: "EpisodePage") -> str:
    """The sound itself; another file has another address."""
    root = page_url(episode)
    if not root or episode.audio is None or not episode.audio.version:
        return ""
    return urljoin(root, episode.audio.public_url)


def show_guid(url: str) -> UUID:
    """Identity of the show whose feed is first published at ``url`` (same specification)."""
    return uuid5(GUID_NAMESPACE, url.split("://", 1)[-1].rstrip("/"))


def _below(page: Page, name: str) -> str:
    root = page_url(page)
    return f"{root}{name}" if root else ""
