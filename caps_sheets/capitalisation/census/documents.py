"""The files attached to an answer: added, removed, downloaded, each time logged."""

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models.signals import post_delete
from django.http import HttpRequest, HttpResponseBase
from wagtail.log_actions import log

from caps_sheets.capitalisation.models import EDITABLE, CensusAnswer, CensusDocument
from portal.base.errors import RefusedError
from portal.base.locks import locked
from portal.base.storage import delete_with_row
from portal.medialib.private_files import DOCUMENTS, checked_file, serve_private, shown_name, shown_types
from portal.users.models import User

MOST_FILES = 10
MAX_SIZE = 20 * 1024**2
ADDED, REMOVED, READ = (f"capitalisation.census_document_{verb}" for verb in ("added", "removed", "read"))
ACCEPTED = shown_types(DOCUMENTS)


@transaction.atomic
def add_document(answer: CensusAnswer, kind: CensusDocument.Kind, file: UploadedFile, by: User) -> CensusDocument:
    """Store ``file`` with the answer. Raises ``RefusedError`` with what the person may do about it."""
    fresh = locked(answer)
    if fresh.state not in EDITABLE:
        raise RefusedError("Cette action est déjà envoyée : elle ne reçoit plus de document.")
    if fresh.documents.count() >= MOST_FILES:
        raise RefusedError(f"Une action garde {MOST_FILES} documents au plus : retirez-en un d’abord.")
    try:
        checked = checked_file(file, DOCUMENTS, MAX_SIZE)
    except ValidationError as error:
        raise RefusedError(*error.messages) from error
    document = CensusDocument.objects.create(
        answer=fresh,
        kind=kind,
        file=checked.file,
        name=shown_name(file),
        mime_type=checked.mime_type,
        size=checked.file.size,
        added_by=by,
    )
    log(instance=fresh, action=ADDED, user=by, data={"document": document.pk, "name": document.name})
    return document


@transaction.atomic
def remove_document(document: CensusDocument, by: User) -> None:
    answer = locked(document.answer)
    document = locked(document)
    if answer.state not in EDITABLE:
        raise RefusedError("Cette action est déjà envoyée : ses documents ne se retirent plus.")
    log(instance=answer, action=REMOVED, user=by, data={"document": document.pk, "name": document.name})
    document.delete()


post_delete.connect(delete_with_row, sender=CensusDocument)


def serve_document(request: HttpRequest, document: CensusDocument, by: User) -> HttpResponseBase:
    """The file as an attachment, logged; Http404 if it is missing in the storage."""
    data = {"document": document.pk, "name": document.name}
    return serve_private(
        request,
        document.file,
        content_type=document.mime_type,
        name=document.name,
        note=lambda start: log(instance=document.answer, action=READ, user=by, data=data),
    )
