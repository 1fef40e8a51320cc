"""Moments counted in months, for what is kept a given time."""

from datetime import date, datetime, time

from django.utils import timezone


def months_ago(months: int, today: date | None = None) -> datetime:
    """The start of the same day, ``months`` earlier; the 28th for a day that a shorter month may not have."""
    today = today or timezone.localdate()
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return timezone.make_aware(datetime.combine(date(year, month + 1, min(today.day, 28)), time.min))
