"""Type and duration of a sound file, read from its bytes and never from the name or type that the browser sends."""

import hashlib
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO, cast

import filetype
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from tinytag import TinyTag, TinyTagException

MIN_BITRATE = 8_000  # bits per second: below, the announced duration is not backed by any sound
MAX_BITRATE = 512_000
HEAD_LENGTH = 8_192  # leading bytes that identify the type

#: Detected type → stored and served type, and the only extension accepted for it.
TYPES = {
    "audio/mpeg": ("audio/mpeg", "mp3"),
    "audio/mp4": ("audio/mp4", "m4a"),
    "audio/m4a": ("audio/mp4", "m4a"),
    "audio/x-m4a": ("audio/mp4", "m4a"),
}


@dataclass(frozen=True)
class AudioFacts:
    """``duration`` in seconds, ``size`` in bytes, ``extension`` without the dot."""

    mime_type: str
    extension: str
    duration: float
    size: int


def read_audio(file: File) -> AudioFacts:
    """Facts of a sound file. Raises ``ValidationError`` with the reason of a refusal in French.

    The type alone proves nothing (an ID3 header before a web page is « audio/mpeg »): the file must also have a
    duration, and a size that matches it.
    """
    size = file.size
    if not size:
        raise ValidationError("Ce fichier est vide.", code="empty")
    limit = settings.AUDIO_MAX_UPLOAD_SIZE
    if size > limit:
        raise ValidationError(f"Ce fichier dépasse la taille maximale de {limit // 1024**2} Mo.", code="size")
    mime_type, extension = _detect_type(file)
    if PurePath(file.name or "").suffix.lower() != f".{extension}":
        raise ValidationError(
            f"Le contenu de ce fichier est du {extension.upper()} : son nom doit finir par « .{extension} ».",
            code="extension",
        )
    duration = _read_duration(file)
    bitrate = size * 8 / duration if duration > 0 else 0
    if not MIN_BITRATE <= bitrate <= MAX_BITRATE:
        raise ValidationError(
            "Ce fichier n’est pas un son lisible ou il est incomplet : sa durée et sa taille ne concordent pas.",
            code="bitrate",
        )
    return AudioFacts(mime_type, extension, duration, size)


def content_version(file: File) -> str:
    """Short digest of the content: the public URL changes when the sound changes."""
    digest = hashlib.sha256()
    file.seek(0)
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()[:12]


def _detect_type(file: File) -> tuple[str, str]:
    file.seek(0)
    head = file.read(HEAD_LENGTH)
    file.seek(0)
    guess = filetype.guess(head)
    if guess is None or guess.mime not in TYPES:
        raise ValidationError("Ce fichier n’est pas un son MP3 ou M4A.", code="type")
    return TYPES[guess.mime]


def _read_duration(file: File) -> float:
    file.seek(0)
    try:
        tag = TinyTag.get(filename=file.name, file_obj=cast(BinaryIO, file), tags=False, duration=True)
    except (TinyTagException, OSError, ValueError) as error:
        raise ValidationError("Ce fichier n’est pas un son lisible.", code="unreadable") from error
    finally:
        file.seek(0)
    return tag.duration or 0.0
