"""The appointment of an interview: what its participants read of it, and its file for their calendars (RFC 5545).

A file is published (RFC 5546): it asks for no answer and names none of its readers. A calendar tells an appointment by
its UID, and replaces it when its SEQUENCE rises.
"""

from datetime import UTC, datetime
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from icalendar import Calendar, Event, vCalAddress, vText

from caps_sheets.capitalisation.models import Channel, Interview
from portal.base.characters import clean
from portal.base.plurals import counted
from portal.base.templatetags.dates import long_date

#: What makes another appointment when it changes.
FIELDS = ("met_on", "met_at", "minutes", "channel", "place", "video_url", "interviewer")
PUBLISH, CANCEL = "PUBLISH", "CANCEL"
FILE_NAME = "rendez-vous.ics"


def upcoming(clsm_pk: int) -> list[Interview]:
    """The interviews of a CLSM that are still to come, the next one first."""
    planned = Interview.objects.filter(
        case_file__answer__clsm=clsm_pk, closed_at=None, met_on__gte=timezone.localdate()
    )
    planned = planned.select_related("case_file__answer", "interviewer").order_by("met_on", "met_at", "pk")
    return [interview for interview in planned if interview.is_to_come]


def when(interview: Interview) -> str:
    """« lundi 7 décembre 2026, de 9 h 30 à 11 h (heure de Paris) »."""
    day = f"{date_format(interview.met_on, 'l')} {long_date(interview.met_on)}"
    if interview.starts_at is None or interview.ends_at is None:
        return f"{day}, heure à fixer"
    return f"{day}, de {_hour(interview.starts_at)} à {_hour(interview.ends_at)} (heure de Paris)"


def duration(interview: Interview) -> str:
    hours, minutes = divmod(interview.minutes, 60)
    if not hours:
        return counted(minutes, "minute")
    return f"{counted(hours, 'heure')} {minutes:02}" if minutes else counted(hours, "heure")


def where(interview: Interview) -> str:
    """Where it takes place; the link of a video conference stands apart."""
    label = Channel(interview.channel).label
    return f"{label}, {interview.place}" if interview.place else label


def calendar_file(interview: Interview, method: str = PUBLISH) -> str:
    """The appointment in iCalendar; ``method``: ``PUBLISH``, also when it moves, or ``CANCEL``."""
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.WAGTAIL_SITE_NAME}//Entretiens//FR")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(_event(interview, method))
    calendar.add_missing_timezones()
    return calendar.to_ical().decode()


def _event(interview: Interview, method: str) -> Event:
    event = Event()
    event.add("uid", _uid(interview))
    event.add("sequence", interview.sequence)
    event.add("dtstamp", timezone.now().astimezone(UTC))
    event.add("summary", clean(f"Entretien : {interview.case_file}"))
    event.add("status", "CANCELLED" if method == CANCEL else "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("organizer", _organizer())
    if interview.starts_at and interview.ends_at:
        event.add("dtstart", interview.starts_at)
        event.add("dtend", timezone.localtime(interview.ends_at))
    else:
        event.add("dtstart", interview.met_on)
    event.add("location", clean(interview.place or interview.video_url or where(interview)))
    event.add("description", clean(_description(interview)))
    if interview.video_url:
        event.add("url", interview.video_url)
    return event


def _uid(interview: Interview) -> str:
    """The same for the whole life of the interview; the day of its creation tells two rows of the same number."""
    host = urlsplit(settings.WAGTAILADMIN_BASE_URL).hostname or "portail"
    return f"entretien-{interview.pk}-{interview.created_at.timestamp():.0f}@{host}"


def _organizer() -> vCalAddress:
    """The portal itself: an account’s address stays with its owner."""
    organizer = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    organizer.params["cn"] = vText(settings.WAGTAIL_SITE_NAME)
    return organizer


def _description(interview: Interview) -> str:
    lines = [f"{where(interview).capitalize()}.", f"Durée : {duration(interview)}."]
    lines += [f"Lien : {interview.video_url}"] if interview.video_url else []
    lines += [f"À préparer : {interview.preparation}"] if interview.preparation else []
    return "\n".join(lines)


def _hour(moment: datetime) -> str:
    """« 9 h », « 9 h 30 »."""
    local = timezone.localtime(moment)
    return f"{local.hour} h {local.minute:02}" if local.minute else f"{local.hour} h"
