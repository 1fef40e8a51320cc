"""What a file of an interview really is, read from its bytes and never from what the browser says."""

from dataclasses import dataclass
from pathlib import PurePath

import filetype
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File

from caps_sheets.capitalisation.models import FileKind
from portal.base.storage import check_room
from portal.medialib.audio import HEAD_LENGTH, content_version, read_audio

OFFICE = "application/vnd.openxmlformats-officedocument"
OPEN = "application/vnd.oasis.opendocument"
#: extension → type that is served, types that the bytes may show. Office files are zip archives to some detectors.
BINARY = {
    "pdf": ("application/pdf", {"application/pdf"}),
    "docx": (f"{OFFICE}.wordprocessingml.document", {f"{OFFICE}.wordprocessingml.document", "application/zip"}),
    "xlsx": (f"{OFFICE}.spreadsheetml.sheet", {f"{OFFICE}.spreadsheetml.sheet", "application/zip"}),
    "pptx": (f"{OFFICE}.presentationml.presentation", {f"{OFFICE}.presentationml.presentation", "application/zip"}),
    "odt": (f"{OPEN}.text", {f"{OPEN}.text", "application/zip"}),
    "ods": (f"{OPEN}.spreadsheet", {f"{OPEN}.spreadsheet", "application/zip"}),
    "odp": (f"{OPEN}.presentation", {f"{OPEN}.presentation", "application/zip"}),
    "jpg": ("image/jpeg", {"image/jpeg"}),
    "jpeg": ("image/jpeg", {"image/jpeg"}),
    "png": ("image/png", {"image/png"}),
}
TEXT = ("txt", "vtt", "srt", "csv")
ACCEPTED = {
    FileKind.TRANSCRIPT: ("txt", "vtt", "srt", "docx", "odt", "pdf"),
    FileKind.CONSENT: ("pdf", "jpg", "jpeg", "png"),
    FileKind.DOCUMENT: (*BINARY, "txt", "csv"),
}


@dataclass(frozen=True)
class FileFacts:
    """``size`` in bytes; ``digest`` identifies the content."""

    mime_type: str
    size: int
    digest: str


def read_file(kind: str, file: File) -> FileFacts:
    """Facts of an uploaded file, or ``ValidationError`` saying in French why it is refused."""
    check_room(file.size)
    if kind == FileKind.AUDIO:
        audio = read_audio(file)
        return FileFacts(audio.mime_type, audio.size, content_version(file))
    _check_size(file)
    accepted = ACCEPTED[FileKind(kind)]
    extension = PurePath(file.name or "").suffix.lower().lstrip(".")
    if extension not in accepted:
        raise ValidationError(f"Formats acceptés : {', '.join(accepted)}.", code="extension")
    mime_type = _check_text(file) if extension in TEXT else _check_binary(file, extension)
    return FileFacts(mime_type, file.size, content_version(file))


def _check_size(file: File) -> None:
    limit = settings.WAGTAILDOCS_MAX_UPLOAD_SIZE
    if not file.size:
        raise ValidationError("Ce fichier est vide.", code="empty")
    if file.size > limit:
        raise ValidationError(f"Ce fichier dépasse la taille maximale de {limit // 1024**2} Mo.", code="size")


def _check_binary(file: File, extension: str) -> str:
    mime_type, expected = BINARY[extension]
    file.seek(0)
    guess = filetype.guess(file.read(HEAD_LENGTH))
    file.seek(0)
    if guess is None or guess.mime not in expected:
        raise ValidationError(f"Le contenu de ce fichier n’est pas du {extension.upper()}.", code="type")
    return mime_type


def _check_text(file: File) -> str:
    """Plain text, whatever its extension says: it is never interpreted."""
    file.seek(0)
    content = file.read()
    file.seek(0)
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        raise ValidationError("Enregistrez ce texte en UTF-8.", code="encoding") from None
    if b"\0" in content:
        raise ValidationError("Ce fichier n’est pas du texte.", code="type")
    return "text/plain; charset=utf-8"
