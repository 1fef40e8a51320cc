"""Files that only some people read: their accepted types, their download.

Their rows store them with ``private_storage`` under a ``stored_name`` (``portal.medialib.models``), and
``portal.base.storage.delete_with_row`` deletes them. The rights, the log and the dates belong to each room.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import PurePath
from zipfile import BadZipFile, ZipFile

import filetype
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db.models.fields.files import FieldFile
from django.http import HttpRequest, HttpResponseBase
from django.utils.http import content_disposition_header

from portal.base.encodings import decode, encoding_name
from portal.base.storage import check_room
from portal.medialib.audio import HEAD_LENGTH
from portal.medialib.permissions import PRIVATE
from portal.medialib.pictures import clean_picture
from portal.medialib.ranges import bytes_due
from portal.medialib.responses import send, stored

OFFICE = "application/vnd.openxmlformats-officedocument"
ODF = "application/vnd.oasis.opendocument"
TEXT = "text/plain; charset={}"
UTF8 = "UTF-8"
#: extension → served type, without the encoding of a text.
#: The content must match: the name and type sent by a browser prove nothing.
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
    "txt": TEXT,
    "vtt": TEXT,
    "srt": TEXT,
    "csv": TEXT,
}
#: Members that a compressed office file always has.
PARTS = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/", "odt": "content.xml", "ods": "content.xml",
         "odp": "content.xml"}  # fmt: skip
#: What rooms accept: a signed paper, scanned or photographed; a document.
SIGNED = ("pdf", "jpg", "jpeg", "png")
DOCUMENTS = (*SIGNED, *PARTS)


def shown_types(accepted: Collection[str]) -> str:
    """« PDF, JPG, PNG », for a label or a help text."""
    return ", ".join(extension.upper() for extension in accepted if extension != "jpeg")


def checked_type(file: File, accepted: Collection[str], max_size: int) -> str:
    """The served type of ``file``, read from its bytes. Raises ``ValidationError`` with a French reason.

    ``accepted``: extensions of ``TYPES``; ``max_size`` in bytes.
    """
    if not file.size:
        raise ValidationError("Ce fichier est vide.", code="empty")
    if file.size > max_size:
        raise ValidationError(f"Ce fichier dépasse la taille maximale de {max_size // 1024**2} Mo.", code="size")
    extension = PurePath(file.name or "").suffix.lower().lstrip(".")
    if extension not in accepted:
        raise ValidationError(
            f"Ce type de fichier n’est pas accepté. Formats acceptés : {shown_types(accepted)}.", code="extension"
        )
    mime_type = _content_type(file, extension)
    check_room(file.size)
    return mime_type


@dataclass(frozen=True)
class CheckedFile:
    """``file`` is what is stored, ``mime_type`` the type under which it is served."""

    file: File
    mime_type: str


def checked_file(file: File, accepted: Collection[str], max_size: int) -> CheckedFile:
    """``file`` with its type, a picture with nothing but its pixels. Refused as ``checked_type`` says."""
    mime_type = checked_type(file, accepted, max_size)
    return CheckedFile(clean_picture(file) if mime_type.startswith("image/") else file, mime_type)


def encoding_notice(mime_type: str) -> str:
    """What is said of a text in another encoding than UTF-8; empty otherwise. It quotes nothing of the text."""
    charset = mime_type.partition("charset=")[2]
    if charset in ("", UTF8):
        return ""
    return f"Son texte n’est pas en UTF-8, il est lu en {charset} : ouvrez-le pour vérifier les accents."


def shown_name(file: File, length: int = 150) -> str:
    """The original name in at most ``length`` characters, with its extension."""
    path = PurePath((file.name or "document").replace("\x00", ""))
    return path.stem[: length - 1 - len(path.suffix)] + path.suffix


def serve_private(
    request: HttpRequest,
    file: FieldFile,
    *,
    content_type: str,
    name: str,
    note: Callable[[int], object],
    is_inline: bool = False,
) -> HttpResponseBase:
    """``file`` under ``name``, never cached; ``Http404`` if it is missing. The caller has checked who reads.

    ``note`` logs the reading before anything is sent. It takes the first byte of the response, and is not called when
    none is sent (HEAD, 304, 416).
    """
    # A stored name is random and never used again: it identifies the content.
    found = stored(file, PurePath(file.name or "").stem)
    if due := bytes_due(request, found):
        note(due[0])
    disposition = content_disposition_header(not is_inline, name) or ""
    return send(request, found, content_type=content_type, cache_control=PRIVATE, disposition=disposition)


def _content_type(file: File, extension: str) -> str:
    if TYPES[extension] == TEXT:
        return TEXT.format(_charset(file))
    if not (_holds_part(file, PARTS[extension]) if extension in PARTS else _begins_as(file, TYPES[extension])):
        raise ValidationError(f"Le contenu de ce fichier ne correspond pas à son nom (« .{extension} »).", code="type")
    return TYPES[extension]


def _charset(file: File) -> str:
    """Of a plain text, whatever its extension: it is stored and served as it was written, never interpreted."""
    file.seek(0)
    content = file.read()
    file.seek(0)
    if "\0" in decode(content)[0]:
        message = "Ce fichier n’est pas du texte : enregistrez-le en texte brut, ou en PDF."
        raise ValidationError(message, code="type")
    return encoding_name(content)


def _begins_as(file: File, mime_type: str) -> bool:
    file.seek(0)
    guess = filetype.guess(file.read(HEAD_LENGTH))
    file.seek(0)
    return guess is not None and guess.mime == mime_type


def _holds_part(file: File, part: str) -> bool:
    """Whether the archive has a member whose name begins so."""
    try:
        with ZipFile(file) as archive:
            return any(name.startswith(part) for name in archive.namelist())
    except (BadZipFile, NotImplementedError, ValueError):  # no archive, or one that no office program writes
        return False
    finally:
        file.seek(0)
