"""The private files of an interview: upload, review, deletion date, deletion, all logged.

Retention (source: domain dossier
§3.4 and §12): twelve months after the publication of the sheet, at the latest twenty-four months after the upload (or
after the interview, for written answers). A withdrawn consent deletes at once, except the signed consent: it proves
that past processing was lawful (GDPR, article 7.1), and keeps its own date.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.db.models.signals import post_delete
from django.utils import timezone
from wagtail.log_actions import log

from caps_sheets.capitalisation.models import Consent, FileAccess, FileKind, Interview, PrivateFile
from caps_sheets.capitalisation.models.interview import consent_is_valid
from portal.base.dates import add_months
from portal.base.errors import RefusedError, already_decided
from portal.base.locks import locked
from portal.base.storage import check_room, delete_with_row
from portal.medialib.audio import content_version, read_audio
from portal.medialib.private_files import DOCUMENTS, SIGNED, checked_file
from portal.users.models import User

ACCEPTED = {
    FileKind.TRANSCRIPT: ("txt", "vtt", "srt", "docx", "odt", "pdf"),
    FileKind.CONSENT: SIGNED,
    FileKind.DOCUMENT: (*DOCUMENTS, "txt", "csv"),
}


@dataclass(frozen=True)
class FileFacts:
    """``file`` is what is stored, ``size`` its bytes; ``digest`` identifies its content; ``duration`` in seconds."""

    file: File
    mime_type: str
    size: int
    digest: str
    duration: float | None = None


def read_file(kind: str, file: File) -> FileFacts:
    """Facts of an uploaded file. Raises ``ValidationError`` with the reason of a refusal in French."""
    duration = None
    if kind == FileKind.AUDIO:
        check_room(file.size)
        sound = read_audio(file)
        mime_type, duration = sound.mime_type, sound.duration
    else:
        checked = checked_file(file, ACCEPTED[FileKind(kind)], settings.WAGTAILDOCS_MAX_UPLOAD_SIZE)
        file, mime_type = checked.file, checked.mime_type
    return FileFacts(file, mime_type, file.size, content_version(file), duration)


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


#: A player requests a sound in parts: requests within this time belong to the same reading.
SAME_READING = timedelta(minutes=30)


@transaction.atomic
def add_file(interview: Interview, kind: str, upload: File, *, title: str = "", by: User) -> PrivateFile:
    """Store a file once its content is checked (``ValidationError``) and the consent covers it (``RefusedError``)."""
    locked(interview)
    check_consent(interview, kind)
    facts = read_file(kind, upload)
    stored = PrivateFile.objects.create(
        interview=interview,
        kind=kind,
        title=title,
        file=facts.file,
        mime_type=facts.mime_type,
        size=facts.size,
        digest=facts.digest,
        duration=facts.duration,
        uploaded_by=by,
    )
    _log(stored, "capitalisation.file_added", by)
    return stored


@transaction.atomic
def note_reading(file: PrivateFile, user: User, *, starts_at: int = 0) -> bool:
    """Log that ``user`` reads ``file``; False for the next parts of a reading already logged."""
    recent = FileAccess.objects.filter(file=file, user=user, at__gte=timezone.now() - SAME_READING)
    if starts_at > 0 and recent.exists():
        return False
    FileAccess.objects.create(file=file, user=user)
    _log(file, "capitalisation.file_read", user)
    return True


@transaction.atomic
def review_transcript(file: PrivateFile, *, by: User) -> None:
    """Record that the transcript was compared with the recording, and names nobody."""
    file = locked(file)
    if file.kind != FileKind.TRANSCRIPT:
        raise RefusedError("Seule une transcription se relit.")
    if file.deleted_on:
        raise RefusedError("Cette transcription est supprimée.")
    if file.reviewed_at:
        raise already_decided("cette transcription est relue", by=file.reviewed_by, at=file.reviewed_at)
    file.reviewed_at, file.reviewed_by = timezone.now(), by
    file.save(update_fields=["reviewed_at", "reviewed_by"])
    _log(file, "capitalisation.transcript_reviewed", by)


@transaction.atomic
def set_deletion_date(file: PrivateFile, day: date | None, *, by: User, today: date) -> None:
    """Set the date of deletion, from today to twenty-four months after the upload; None: the default rule."""
    file = locked(file)
    if file.deleted_on:
        raise RefusedError("Ce fichier est déjà supprimé.")
    latest = last_day_of(file)
    if day and not today <= day <= latest:
        raise RefusedError(f"Choisissez une date entre aujourd’hui et le {latest:%d/%m/%Y}.")
    file.delete_on = day
    file.save(update_fields=["delete_on"])
    _log(file, "capitalisation.file_dated", by, on=f"{day:%d/%m/%Y}" if day else "")


@transaction.atomic
def delete_file(file: PrivateFile, *, by: User | None, today: date, reason: str) -> None:
    """Delete the file before its row is updated: the next run repairs a failure in between."""
    fresh = locked(file, "interview")
    if fresh.deleted_on:
        raise RefusedError("Ce fichier est déjà supprimé.")
    remove_stored(fresh)
    fresh.file, fresh.title, fresh.size, fresh.digest, fresh.text, fresh.deleted_on = "", "", 0, "", "", today
    fresh.save()
    _log(fresh, "capitalisation.file_deleted", by, reason=reason)


post_delete.connect(delete_with_row, sender=PrivateFile)


def remove_stored(file: PrivateFile) -> None:
    if name := file.file.name:
        file.file.storage.delete(name)


def check_consent(interview: Interview, kind: str) -> None:
    """The signed consent itself comes first; nothing else is stored without it."""
    if kind == FileKind.CONSENT:
        return
    if not consent_is_valid(interview):
        raise RefusedError("Enregistrez d’abord le consentement de la personne.")
    if kind == FileKind.AUDIO and not Consent.objects.filter(interview=interview, allows_recording=True).exists():
        raise RefusedError("Le consentement ne permet pas l’enregistrement.")


def _log(file: PrivateFile, action: str, user: User | None, **data: str) -> None:
    details = {"file": str(file.uuid), "kind": file.get_kind_display(), **data}
    log(instance=file.interview, action=action, user=user, data=details)
