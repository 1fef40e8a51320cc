"""The transcript of an interview: read from its file or pasted, then corrected beside its recording.

The stored file stays as it was brought, until its own date; what is read of it is in ``PrivateFile.text``.
"""

from django.core.files.base import ContentFile
from django.db import transaction
from wagtail.log_actions import log

from caps_sheets.capitalisation.interviews.files import add_file, check_consent
from caps_sheets.capitalisation.models import FileKind, Interview, PrivateFile
from portal.base.errors import RefusedError
from portal.base.locks import locked
from portal.base.readings import Remark
from portal.medialib.transcripts.corrections import Correction, check_unchanged, corrected, has_text
from portal.medialib.transcripts.formats import Transcript, read, read_transcript
from portal.users.models import User

CORRECTED = "capitalisation.transcript_corrected"
PASTED_NAME = "transcription.vtt"


def sounds_of(interview: Interview) -> list[PrivateFile]:
    """The recordings that are still kept, in the order of their upload."""
    return list(interview.files.filter(kind=FileKind.AUDIO, deleted_on=None))


def transcripts_of(interview: Interview) -> list[PrivateFile]:
    """The transcripts that are kept and read."""
    return list(interview.files.filter(kind=FileKind.TRANSCRIPT, deleted_on=None).exclude(text=""))


def read_stored_file(file: PrivateFile) -> Transcript:
    """What the stored file says, to be confirmed: nothing is saved."""
    try:
        with file.file.open("rb") as stored:
            return read_transcript(stored.read())
    except OSError:
        return Transcript(errors=[Remark("Le fichier déposé n’a pas pu être ouvert : déposez-le de nouveau.")])


@transaction.atomic
def correct(file: PrivateFile, correction: Correction, *, by: User) -> None:
    """``RefusedError`` if somebody else changed the transcript since it was opened."""
    fresh = _locked(file)
    seen = fresh.text if has_text(correction.seen, fresh.text) else None
    _save(fresh, corrected(fresh.text, seen, correction), by)


@transaction.atomic
def replace(file: PrivateFile, text: str, *, seen: str, by: User) -> None:
    fresh = _locked(file)
    check_unchanged(fresh.text, seen)
    _save(fresh, text, by)


@transaction.atomic
def add_pasted(interview: Interview, text: str, *, by: User) -> PrivateFile:
    """A transcript that was no file: it is kept as one, with the rules of the others."""
    file = add_file(interview, FileKind.TRANSCRIPT, ContentFile(text.encode(), name=PASTED_NAME), by=by)
    file.text = text
    file.save(update_fields=["text"])
    return file


def _locked(file: PrivateFile) -> PrivateFile:
    fresh = locked(file, "interview")
    if fresh.deleted_on:
        raise RefusedError("Cette transcription est supprimée.")
    check_consent(fresh.interview, FileKind.TRANSCRIPT)
    return fresh


def _save(file: PrivateFile, text: str, by: User) -> None:
    """Other words are to be compared with the recording again."""
    if read(file.text) != read(text):
        file.reviewed_at = file.reviewed_by = None
    elif file.text == text:
        return
    file.text = text
    file.save(update_fields=["text", "reviewed_at", "reviewed_by"])
    log(instance=file.interview, action=CORRECTED, user=by, data={"file": str(file.uuid)})
