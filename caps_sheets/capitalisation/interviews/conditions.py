"""What an interview must have reached for its case file to go on: the entry conditions that the pipeline asks."""

from caps_sheets.capitalisation.models import CaseFile, Consent, FileKind, Interview


def consent_is_valid(interview: Interview) -> bool:
    """Given, not taken back, and at least for notes."""
    return Consent.objects.filter(interview=interview, allows_notes=True, withdrawn_on__isnull=True).exists()


def has_valid_consent(case_file: CaseFile) -> bool:
    """At least one interview, each with a consent that was given and not taken back."""
    interviews = Interview.objects.filter(case_file=case_file)
    valid = interviews.filter(consent__allows_notes=True, consent__withdrawn_on__isnull=True)
    return interviews.exists() and not interviews.exclude(pk__in=valid.values("pk")).exists()


def interviews_closed(case_file: CaseFile) -> bool:
    """At least one interview, none still open."""
    interviews = Interview.objects.filter(case_file=case_file)
    return interviews.exists() and not interviews.filter(closed_at__isnull=True).exists()


def transcripts_reviewed(case_file: CaseFile) -> bool:
    """At least one interview; each recording has a transcript, and no transcript is left unread.

    Deleted files count: what was reviewed before its deletion stays reviewed.
    """
    interviews = Interview.objects.filter(case_file=case_file)
    reviewed = interviews.filter(files__kind=FileKind.TRANSCRIPT, files__reviewed_at__isnull=False)
    recorded = interviews.filter(files__kind=FileKind.AUDIO)
    unread = interviews.filter(files__kind=FileKind.TRANSCRIPT, files__reviewed_at__isnull=True)
    left = recorded.exclude(pk__in=reviewed.values("pk"))
    return interviews.exists() and not left.exists() and not unread.exists()
