"""The absolute URLs of the podcasts, the pages that an episode is about, and the steps of its sound.

URLs are built from the URL of the page, and follow it when it moves. A URL is empty while its page has none (not
saved yet, or outside the site). Steps are chapters and linked pages, in the order of the sound.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin
from uuid import UUID, uuid5

from wagtail.models import Page, PageManager

from caps_sheets.models import CapsSheetPage
from caps_sheets.podcasts.formats import chapters
from network.models import ClsmPage
from portal.base.numbers import posted_number
from portal.base.querysets import is_visible, visible

if TYPE_CHECKING:
    from caps_sheets.podcasts.models.episode import EpisodePage
    from caps_sheets.podcasts.models.show import ShowPage


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
    """The sound itself; another file has another URL."""
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


@dataclass(frozen=True, slots=True)
class Link:
    """A public page that the episode is about. ``kind``: « fiche » or « clsm »; ``start``: its time in seconds, if
    any.
    """

    kind: str
    page: Page
    reason: str
    start: int | None


def public_links(episode: "EpisodePage") -> list[Link]:
    """Sheets, then CLSMs, each in the author's order; two queries."""
    return [
        *_links("fiche", episode.sheet_items, "sheet", CapsSheetPage.objects),
        *_links("clsm", episode.clsm_items, "clsm", ClsmPage.objects),
    ]


def _links(kind: str, items: Any, field: str, manager: PageManager) -> list[Link]:
    """One query for a saved episode; a preview has its items in memory."""
    if items.is_deferring:
        link_rows = list(items.all())
        pages = visible(manager.filter(pk__in=[getattr(item, f"{field}_id") for item in link_rows])).in_bulk()
        pairs = [(item, pages.get(getattr(item, f"{field}_id"))) for item in link_rows]
    else:
        rows = items.filter(is_visible(field)).select_related(field)
        pairs = [(item, getattr(item, field)) for item in rows]
    return [Link(kind, page, item.reason, item.start) for item, page in pairs if page is not None]


CHAPTER = "chapitre"


@dataclass(frozen=True, slots=True)
class PlayerStep:
    """What begins at ``start`` (seconds), at ``place`` (percent of the sound).

    ``kind``: « chapitre », with an ``url`` or not, or « fiche » or « clsm », with its ``page``.
    """

    kind: str
    start: int
    place: float
    title: str
    url: str = ""
    page: Page | None = None


def steps_of(episode: "EpisodePage", links: Iterable[Link]) -> list[PlayerStep]:
    """Steps within the sound, a chapter before the pages that begin with it."""
    duration = episode.audio.duration if episode.audio else 0
    steps = [
        PlayerStep(CHAPTER, chapter.start, _place(chapter.start, duration), chapter.title, url=chapter.url)
        for chapter in chapters.read(episode.chapters)
    ]
    steps += [
        PlayerStep(link.kind, link.start, _place(link.start, duration), link.page.title, page=link.page)
        for link in links
        if link.start is not None
    ]
    return sorted((step for step in steps if step.start < duration), key=lambda step: step.start)


def _place(start: int, duration: float) -> float:
    return round(100 * start / duration, 2) if duration else 0


def start_asked(text: str, duration: float) -> int:
    """Whole seconds of a ``?t=`` within the sound; any other value gives the beginning."""
    seconds = posted_number(text)
    return seconds if seconds < duration else 0
