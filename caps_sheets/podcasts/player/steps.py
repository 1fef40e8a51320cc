"""The thread of an episode: its chapters and the pages told at their moment, in the order of the sound."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wagtail.models import Page

from caps_sheets.podcasts import chapters
from caps_sheets.podcasts.player.links import Link

if TYPE_CHECKING:
    from caps_sheets.podcasts.models import EpisodePage

CHAPTER = "chapitre"


@dataclass(frozen=True, slots=True)
class Step:
    """What begins at ``start`` (seconds), at ``place`` (percent of the sound).

    ``kind``: « chapitre », with an ``url`` or not, or « fiche » or « clsm », with its ``page``.
    """

    kind: str
    start: int
    place: float
    title: str
    url: str = ""
    page: Page | None = None


def steps_of(episode: "EpisodePage", links: Iterable[Link]) -> list[Step]:
    """Steps within the sound, a chapter before the pages that begin with it."""
    duration = episode.audio.duration if episode.audio else 0
    found = [
        Step(CHAPTER, chapter.start, _place(chapter.start, duration), chapter.title, url=chapter.url)
        for chapter in chapters.read(episode.chapters)
    ]
    found += [
        Step(link.kind, link.start, _place(link.start, duration), link.page.title, page=link.page)
        for link in links
        if link.start is not None
    ]
    return sorted((step for step in found if step.start < duration), key=lambda step: step.start)


def _place(start: int, duration: float) -> float:
    return round(100 * start / duration, 2) if duration else 0


def start_asked(text: str, duration: float) -> int:
    """Whole seconds of a ``?t=`` within the sound; anything else starts at the beginning."""
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        return 0
    return int(text) if int(text) < duration else 0
