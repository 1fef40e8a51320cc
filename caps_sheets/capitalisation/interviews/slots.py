"""Moments proposed for an interview, from what the CLSM wrote of its availability in the census.

The words are free: only days of the week and halves of the day are understood (« le mardi matin, jamais le vendredi »).
The person who plans reads the whole sentence beside the proposals.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from caps_sheets.capitalisation.models import Interview
from portal.base.characters import normalize

WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi")
#: Word → hours proposed in that half of the day.
HALVES = {"matin": (time(9, 30),), "apres-midi": (time(14, 0),), "soir": (time(17, 30),)}
USUAL = (time(9, 30), time(14, 0))
WORD = re.compile(r"[a-z]+(?:[- ]midi)?s?")
CLAUSE = re.compile(r"[,.;\n()]|\bmais\b|\bet (?=pas|jamais|sauf)")
REFUSED = re.compile(r"\b(?:sauf|pas|jamais|hors|excepte|hormis|aucun|indisponible)\b")
SHOWN, WEEKS, NOTICE = 6, 4, 3  # moments; weeks searched; days to get ready


def proposed_slots(availability: str, taken: Iterable[tuple[datetime, datetime]], today: date) -> list[datetime]:
    """Up to six moments from three days ahead, none over a ``taken`` one (start, end)."""
    days, hours = _understood(availability)
    busy = list(taken)
    slots = []
    for ahead in range(NOTICE, NOTICE + 7 * WEEKS):
        day = today + timedelta(days=ahead)
        if day.weekday() not in days:
            continue
        for hour in hours:
            start = timezone.make_aware(datetime.combine(day, hour))
            if not any(begins < start + LENGTH and start < ends for begins, ends in busy):
                slots.append(start)
    return slots[:SHOWN]


LENGTH = timedelta(minutes=Interview._meta.get_field("minutes").default)


def taken_by(interviewer_id: int | None, case_file_id: int, today: date) -> list[tuple[datetime, datetime]]:
    """When the interviewer, or the people of this file, already have an interview."""
    planned = Interview.objects.filter(met_on__gte=today, met_at__isnull=False)
    theirs = planned.filter(Q(case_file=case_file_id) | Q(interviewer=interviewer_id, interviewer__isnull=False))
    return [(row.starts_at, row.ends_at) for row in theirs if row.starts_at and row.ends_at]


def _understood(availability: str) -> tuple[set[int], list[time]]:
    """(days of the week, hours of the day) that the sentence names; all of them if it names none."""
    days: set[int] = set()
    hours: set[time] = set()
    without: set[int] = set()
    text = normalize("NFD", availability).encode("ascii", "ignore").decode().lower()
    for clause in CLAUSE.split(text):
        words = {word.removesuffix("s").replace(" ", "-") for word in WORD.findall(clause)}
        named = {rank for rank, name in enumerate(WEEKDAYS) if name in words}
        if REFUSED.search(clause):
            without |= named
        else:
            days |= named
            hours |= {hour for half, proposed in HALVES.items() if half in words for hour in proposed}
    return (days or set(range(5))) - without, sorted(hours or USUAL)
