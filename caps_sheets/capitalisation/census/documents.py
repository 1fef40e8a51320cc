"""The files attached to an answer: their types and sizes, their storage, their download."""

from pathlib import PurePath
from zipfile import BadZipFile, ZipFile

import filetype
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models.signals import post_delete
from django.http import FileResponse, Http404
from wagtail.log_actions import log

from caps_sheets.capitalisation.models import EDITABLE, CensusAnswer, CensusDocument
from portal.base.errors import RefusedError
from portal.base.locks import locked
from portal.base.storage import check_room, delete_with_row
from portal.users.models import User

MOST_FILES = 10
MAX_SIZE = 20 * 1024**2
ADDED, REMOVED, READ = (f"capitalisation.census_document_{verb}" for verb in ("added", "removed", "read"))
OFFICE = "application/vnd.openxmlformats-officedocument"
ODF = "application/vnd.oasis.opendocument"
#: extension → served type. The content must match: the name and type sent by a browser prove nothing.
TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "docx": f"{OFFICE}.wordprocessingml.document",
    "xlsx": f"{OFFICE}.spreadsheetml.sheet",
    "pptx": f"{OFFICE}.presentationml.presentation",
    "odt": f"{ODF}.text",
    "ods": f"{ODF}.spreadsheet",
    "odp": f"{ODF}.presentation",
}
#: Members that a compressed office file always has.
PARTS = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/", "odt": "content.xml", "ods": "content.xml",
         "odp": "content.xml"}  # fmt: skip
ACCEPTED = ", ".join(name.upper() for name in TYPES if name != "jpeg")


@transaction.atomic
def add_document(answer: CensusAnswer, kind: CensusDocument.Kind, file: UploadedFile, by: User) -> CensusDocument:
    """Store ``file`` with the answer. Raises ``RefusedError`` with what the person may do about it."""
    fresh = locked(answer)
    if fresh.state not in EDITABLE:
        raise RefusedError("Cette action est déjà envoyée : elle ne reçoit plus de document.")
    if fresh.documents.count() >= MOST_FILES:
        raise RefusedError(f"Une action garde {MOST_FILES} documents au plus : retirez-en un d’abord.")
    try:
        mime_type = checked_type(file)
    except ValidationError as error:
        raise RefusedError(*error.messages) from error
    document = CensusDocument.objects.create(
        answer=fresh, kind=kind, file=file, name=shown_name(file), mime_type=mime_type, size=file.size or 0, added_by=by
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


def serve_document(document: CensusDocument, by: User) -> FileResponse:
    """The file as an attachment, logged; Http404 if it is missing in the storage."""
    if not document.file.storage.exists(str(document.file.name)):
        raise Http404
    log(instance=document.answer, action=READ, user=by, data={"document": document.pk, "name": document.name})
    response = FileResponse(
        document.file.open("rb"), as_attachment=True, filename=document.name, content_type=document.mime_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def shown_name(file: UploadedFile) -> str:
    """The original name, shortened, with its extension."""
    path = PurePath((file.name or "document").replace("\x00", ""))
    return path.stem[: 149 - len(path.suffix)] + path.suffix


def checked_type(file: UploadedFile) -> str:
    """The type of ``file``, read from its bytes. Raises ``ValidationError``."""
    if not file.size:
        raise ValidationError("Ce fichier est vide.")
    if file.size > MAX_SIZE:
        raise ValidationError(f"Ce fichier dépasse {MAX_SIZE // 1024**2} Mo.")
    extension = PurePath(file.name or "").suffix.lower().lstrip(".")
    if extension not in TYPES:
        raise ValidationError(f"Ce type de fichier n’est pas accepté. Formats possibles : {ACCEPTED}.")
    if not _agrees(file, extension):
        raise ValidationError(f"Le contenu de ce fichier ne correspond pas à son nom (« .{extension} »).")
    check_room(file.size)
    return TYPES[extension]


def _agrees(file: UploadedFile, extension: str) -> bool:
    if extension in PARTS:
        return _holds_part(file, PARTS[extension])
    file.seek(0)
    kind = filetype.guess(file.read(8192))
    file.seek(0)
    return kind is not None and kind.mime == TYPES[extension]


def _holds_part(file: UploadedFile, part: str) -> bool:
    try:
        with ZipFile(file) as archive:
            return any(name.startswith(part) for name in archive.namelist())
    except BadZipFile:
        return False
    finally:
        file.seek(0)
