"""When what an interview left is deleted. Source of the periods: domain dossier §3.4 and §12.

Twelve months after the publication of the sheet, at the latest twenty-four months after the upload (or after the
interview, for what was written down). At once when the person takes their agreement back, except for the signed
agreement: it proves what was lawful (GDPR, article 7.1), and keeps its own date.
"""

from datetime import date

from django.utils import timezone

from caps_sheets.capitalisation.models import Consent, FileKind, Interview, PrivateFile
from portal.base.dates import add_months

AFTER_PUBLICATION = 12  # months
LONGEST = 24  # months


def last_day_of(file: PrivateFile) -> date:
    """The latest date that may be chosen for ``file``."""
    return add_months(timezone.localdate(file.uploaded_at), LONGEST)


def file_due_on(file: PrivateFile) -> date:
    """The day from which ``file`` must be deleted."""
    consent = _consent(file.interview)
    if consent and consent.withdrawn_on and file.kind != FileKind.CONSENT:
        return consent.withdrawn_on
    if consent and file.kind == FileKind.AUDIO and not consent.allows_recording:
        return timezone.localdate(consent.recorded_at)
    return file.delete_on or _default(file.interview, last_day_of(file))


def answers_due_on(interview: Interview) -> date:
    """The day from which the notes and candidate verbatims of ``interview`` must be deleted."""
    consent = _consent(interview)
    if consent and consent.withdrawn_on:
        return consent.withdrawn_on
    return _default(interview, add_months(interview.met_on, LONGEST))


def _default(interview: Interview, latest: date) -> date:
    published = _published_on(interview)
    return min(latest, add_months(published, AFTER_PUBLICATION)) if published else latest


def _published_on(interview: Interview) -> date | None:
    sheet = interview.case_file.sheet
    return timezone.localdate(sheet.first_published_at) if sheet and sheet.first_published_at else None


def _consent(interview: Interview) -> Consent | None:
    return getattr(interview, "consent", None)
