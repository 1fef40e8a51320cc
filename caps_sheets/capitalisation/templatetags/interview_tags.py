"""The origin of a sheet, for its edit form; the words of an appointment. Never for the public."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.template.defaultfilters import linebreaksbr
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from caps_sheets.capitalisation.case_files.permissions import may_see
from caps_sheets.capitalisation.interviews import appointments
from caps_sheets.capitalisation.interviews.sources import sources_of
from caps_sheets.capitalisation.models import CaseFile, Interview, PrivateFile
from caps_sheets.models import CapsSheetPage
from portal.base.time_marks import show_time_mark, split_at_marks
from portal.users.models import User

register = template.Library()


@register.inclusion_tag("wagtailadmin/capitalisation/interviews/provenance.html")
def sheet_provenance(sheet: CapsSheetPage, user: User) -> dict[str, Any]:
    """Case file, census answer and interviews behind ``sheet``; empty for users who may not see the case file."""
    case_file = CaseFile.objects.select_related("answer__clsm", "owner").filter(sheet=sheet.pk).first()
    if case_file is None or not may_see(user, case_file):
        return {"case_file": None}
    interviews = Interview.objects.filter(case_file=case_file).select_related("consent", "grid")
    return {"case_file": case_file, "interviews": interviews, "sources": sources_of(sheet)}


@register.simple_tag
def listen_link(at: float | None, sounds: Sequence[PrivateFile], label: str = "") -> str:
    """A time that plays the recording there; without script, the browser opens it at that second."""
    if at is None:
        return ""
    seconds = int(at)
    shown = label or show_time_mark(seconds)
    if not sounds:
        return shown
    url = reverse("interview_file", args=[sounds[0].uuid])
    link = '<a class="interview__mark" href="{}#t={}" data-mark="{}" title="Écouter à {}">{}</a>'
    return format_html(link, url, seconds, seconds, show_time_mark(seconds), shown)


@register.simple_tag
def with_marks(text: str, sounds: Sequence[PrivateFile]) -> str:
    """Notes with their line ends, where « [12:34] » plays the recording."""
    parts = ((listen_link(part.seconds, sounds, part.mark), linebreaksbr(part.text)) for part in split_at_marks(text))
    return format_html_join("", "{}{}", parts)


@register.simple_tag
def marks_of(text: str, sounds: Sequence[PrivateFile]) -> str:
    """The marks of a text being typed, under its field."""
    found = [part for part in split_at_marks(text) if part.mark]
    return format_html_join(" ", "{}", ((listen_link(part.seconds, sounds, part.mark),) for part in found))


@register.simple_tag
def appointment_time(interview: Interview) -> str:
    return appointments.when(interview)


@register.simple_tag
def appointment_place(interview: Interview) -> str:
    return appointments.where(interview).capitalize()
