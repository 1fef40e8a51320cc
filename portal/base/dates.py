"""Dates and times counted in months, for retention and confirmation periods."""

from calendar import monthrange
from datetime import date, datetime, time

from django.utils import timezone


def add_months(day: date, months: int) -> date:
    """The same day ``months`` later (earlier when negative), or the last day of that month when it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_before(day: date, months: int) -> date:
    return add_months(day, -months)


def months_ago(months: int, today: date | None = None) -> datetime:
    """The start of the day ``months`` before today, in Paris."""
    return timezone.make_aware(datetime.combine(months_before(today or timezone.localdate(), months), time.min))
