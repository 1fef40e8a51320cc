"""The episodes that are being made: read in a number of queries that their number does not change."""

from dataclasses import dataclass
from datetime import date, datetime

from caps_sheets.podcasts.models import EpisodePage
from caps_sheets.podcasts.models.rules import STEPS, content_of, help_themes, progress, remaining


@dataclass(frozen=True)
class InMaking:
    """``done`` of ``total`` steps; ``left``: the labels of the others."""

    episode: EpisodePage
    title: str
    done: int
    total: int
    left: list[str]
    changed_at: datetime | None


def episodes_in_making(today: date, most: int) -> list[InMaking]:
    """The first ``most`` episodes that were never public, the last changed first."""
    episodes = list(
        EpisodePage.objects.filter(live=False, first_published_at=None)
        .select_related("latest_revision", "audio")
        .prefetch_related("voice_authorisations", "checklist_ticks")
        .order_by("-latest_revision_created_at", "-pk")[:most]
    )
    sensitive = help_themes() if episodes else set()
    return [_in_making(episode, sensitive, today) for episode in episodes]


def _in_making(episode: EpisodePage, sensitive: set[int], today: date) -> InMaking:
    held, ticks = episode.voice_authorisations.all(), episode.checklist_ticks.all()
    steps = progress(episode, content_of(episode), held, ticks, sensitive=sensitive, today=today)
    left = remaining(steps)
    title = episode.draft_title or episode.title
    return InMaking(episode, title, len(STEPS) - len(left), len(STEPS), left, episode.latest_revision_created_at)
