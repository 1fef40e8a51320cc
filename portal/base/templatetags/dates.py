"""Template filters that write dates in words. Loaded for every template, e-mails included."""

from datetime import date

from django import template
from django.template.defaultfilters import date as formatted

register = template.Library()


@register.filter(expects_localtime=True)
def long_date(value: date | None, pattern: str = "j F Y") -> str:
    """``2026-09-01`` → « 1er septembre 2026 »: in French only the first day of a month is an ordinal.

    ``pattern``: as in Django's ``date`` filter, where ``j`` is the day. A value that is not a date gives an empty text.
    """
    if getattr(value, "day", None) == 1:
        pattern = pattern.replace("j", r"1\e\r", 1)
    return formatted(value, pattern)
