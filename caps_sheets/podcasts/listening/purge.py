"""Forgetting old listens."""

from datetime import date

from caps_sheets.podcasts.models.audience import EpisodeDay
from portal.base.dates import months_ago

KEPT_MONTHS = 25  # CNIL, deliberation of 4 July 2025 on audience measurement


def purge(today: date | None = None) -> int:
    """Delete the days older than may be kept; returns their number."""
    return EpisodeDay.objects.filter(day__lt=months_ago(KEPT_MONTHS, today).date()).delete()[0]
