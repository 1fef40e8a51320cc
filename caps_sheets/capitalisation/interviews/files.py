"""The private files of an interview: added, read, reviewed, dated, deleted. Every step leaves its line."""

from datetime import date, timedelta

from django.core.files import File
from django.db import transaction
from django.db.models.signals import post_delete
from django.utils import timezone
from wagtail.log_actions import log

from caps_sheets.capitalisation.interviews.deletion_dates import last_day_of
from caps_sheets.capitalisation.interviews.file_checks import read_file
from caps_sheets.capitalisation.models import Consent, FileAccess, FileKind, Interview, PrivateFile
from caps_sheets.capitalisation.models.interview import consent_is_valid
from portal.base.errors import Refused, already_decided
from portal.base.locks import locked
from portal.base.storage import delete_with_row
from portal.users.models import User

#: A player asks for a sound piece by piece: what follows within this time belongs to the same reading.
SAME_READING = timedelta(minutes=30)


@transaction.atomic
def add_file(interview: Interview, kind: str, upload: File, *, title: str = "", by: User) -> PrivateFile:
    """Store a file once its content is checked (``ValidationError``) and the consent covers it (``Refused``)."""
    locked(interview)
    _check_consent(interview, kind)
    facts = read_file(kind, upload)
    stored = PrivateFile.objects.create(
        interview=interview,
        kind=kind,
        title=title,
        file=upload,
        mime_type=facts.mime_type,
        size=facts.size,
        digest=facts.digest,
        uploaded_by=by,
    )
    _log(stored, "capitalisation.file_added", by)
    return stored


@transaction.atomic
def note_reading(file: PrivateFile, user: User, *, starts_at: int = 0) -> bool:
    """Note that ``user`` reads ``file``; False for the next pieces of a reading already noted."""
    recent = FileAccess.objects.filter(file=file, user=user, at__gte=timezone.now() - SAME_READING)
    if starts_at > 0 and recent.exists():
        return False
    FileAccess.objects.create(file=file, user=user)
    _log(file, "capitalisation.file_read", user)
    return True


@transaction.atomic
def review_transcript(file: PrivateFile, *, by: User) -> None:
    """Say that the transcript was compared with the recording, and that nothing in it names a person."""
    file = locked(file)
    if file.kind != FileKind.TRANSCRIPT:
        raise Refused("Seule une transcription se relit.")
    if file.deleted_on:
        raise Refused("Cette transcription est supprimée.")
    if file.reviewed_at:
        raise already_decided("cette transcription est relue", by=file.reviewed_by, at=file.reviewed_at)
    file.reviewed_at, file.reviewed_by = timezone.now(), by
    file.save(update_fields=["reviewed_at", "reviewed_by"])
    _log(file, "capitalisation.transcript_reviewed", by)


@transaction.atomic
def set_deletion_date(file: PrivateFile, day: date | None, *, by: User, today: date) -> None:
    """Choose the date of deletion, from today to twenty-four months after the upload; None: the usual rule."""
    file = locked(file)
    if file.deleted_on:
        raise Refused("Ce fichier est déjà supprimé.")
    latest = last_day_of(file)
    if day and not today <= day <= latest:
        raise Refused(f"Choisissez une date entre aujourd’hui et le {latest:%d/%m/%Y}.")
    file.delete_on = day
    file.save(update_fields=["delete_on"])
    _log(file, "capitalisation.file_dated", by, on=f"{day:%d/%m/%Y}" if day else "")


@transaction.atomic
def delete_file(file: PrivateFile, *, by: User | None, today: date, reason: str) -> None:
    """Delete the file itself before the row says so: a failure in between is repaired by the next run."""
    fresh = locked(file, "interview")
    if fresh.deleted_on:
        raise Refused("Ce fichier est déjà supprimé.")
    remove_stored(fresh)
    fresh.file, fresh.title, fresh.size, fresh.digest, fresh.deleted_on = "", "", 0, "", today
    fresh.save()
    _log(fresh, "capitalisation.file_deleted", by, reason=reason)


post_delete.connect(delete_with_row, sender=PrivateFile)


def remove_stored(file: PrivateFile) -> None:
    if name := file.file.name:
        file.file.storage.delete(name)


def _check_consent(interview: Interview, kind: str) -> None:
    """The signed consent itself comes first; nothing else is stored without it."""
    if kind == FileKind.CONSENT:
        return
    if not consent_is_valid(interview):
        raise Refused("Enregistrez d’abord le consentement de la personne.")
    if kind == FileKind.AUDIO and not Consent.objects.filter(interview=interview, allows_recording=True).exists():
        raise Refused("Le consentement ne permet pas l’enregistrement.")


def _log(file: PrivateFile, action: str, user: User | None, **data: str) -> None:
    details = {"file": str(file.uuid), "kind": file.get_kind_display(), **data}
    log(instance=file.interview, action=action, user=user, data=details)
