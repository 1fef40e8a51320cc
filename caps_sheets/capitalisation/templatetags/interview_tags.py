"""The origin of a sheet, for its edit form; the words of an appointment. Never for the public."""

from typing import Any

from django import template

from caps_sheets.capitalisation.case_files.permissions import may_see
from caps_sheets.capitalisation.interviews import appointments
from caps_sheets.capitalisation.models import CaseFile, Interview
from caps_sheets.models import CapsSheetPage
from portal.users.models import User

register = template.Library()


@register.inclusion_tag("wagtailadmin/capitalisation/interviews/provenance.html")
def sheet_provenance(sheet: CapsSheetPage, user: User) -> dict[str, Any]:
    """Case file, census answer and interviews behind ``sheet``; empty for users who may not see the case file."""
    case_file = CaseFile.objects.select_related("answer__clsm", "owner").filter(sheet=sheet.pk).first()
    if case_file is None or not may_see(user, case_file):
        return {"case_file": None}
    interviews = Interview.objects.filter(case_file=case_file).select_related("consent", "grid")
    return {"case_file": case_file, "interviews": interviews}


@register.simple_tag
def appointment_time(interview: Interview) -> str:
    return appointments.when(interview)


@register.simple_tag
def appointment_place(interview: Interview) -> str:
    return appointments.where(interview).capitalize()
