"""Type and length of a sound file, read from its content and never from the name or type that the browser sends.

A header may announce any length: the frames of an MP3 and the samples of an M4A are counted.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path, PurePath
from typing import cast

import filetype
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File

from portal.base.readings import Reading, Remark
from portal.medialib.mp4_boxes import PICTURES, SOUND, read_movie
from portal.medialib.mpeg_frames import SYNC, after_tag, count_frames

MIB = 1024**2
HEAD_LENGTH = 8_192  # leading bytes that identify a type
REMEDY = "Enregistrez-le en MP3 ou en M4A (AAC) dans votre logiciel de montage, ou avec le dictaphone, puis envoyez-le."
AGAIN = "L’envoi ou l’enregistrement a été interrompu : envoyez-le de nouveau, ou exportez-le encore une fois."
CUT = "il s’arrête avant la fin du son"
HOLED = "une partie du son n’y est pas écrite"
MP3, M4A = "mp3", "m4a"
MIME_TYPES = {MP3: "audio/mpeg", M4A: "audio/mp4"}
#: Other sounds and films met in the trade, by the extension that their content deserves.
OTHERS = {
    "wav": "un son WAV",
    "aiff": "un son AIFF",
    "flac": "un son FLAC",
    "ogg": "un son OGG ou Opus",
    "opus": "un son OGG ou Opus",
    "aac": "un son AAC sans conteneur",
    "amr": "un son AMR de téléphone",
    "wma": "un son ou un film Windows Media",
    "wmv": "un son ou un film Windows Media",
    "webm": "un son ou un film WebM",
    "midi": "une partition MIDI",
}
#: Sounds that ``filetype`` does not know: how they begin, after an ID3 tag or not → what they are.
BEGINNINGS = (
    (re.compile(rb"\xff[\xf0\xf1\xf8\xf9]|ADIF"), "un son AAC sans conteneur"),
    (re.compile(rb"\xff[\xf4\xf5\xfc\xfd]"), "un son MP2"),
    (re.compile(rb"RF64|riff\x2e\x91\xcf\x11"), "un son WAV"),
    (re.compile(rb"FORM....AIFC", re.DOTALL), "un son AIFF"),
    (re.compile(rb"fLaC"), "un son FLAC"),
    (re.compile(rb"#!AMR"), "un son AMR de téléphone"),
    (re.compile(rb"[\x02\x03]ds[s2]"), "un son de dictaphone (DSS)"),
    (re.compile(rb"caff"), "un son CAF"),
    (re.compile(rb"\.snd"), "un son AU"),
    (re.compile(rb"\.RMF|\.ra\xfd"), "un son ou un film RealMedia"),
    (re.compile(rb"MAC |wvpk|DSD |TTA1"), "un son sans perte"),
    (re.compile(rb"....(?:moov|mdat|wide|free|skip|pnot)", re.DOTALL), "un son ou un film QuickTime"),
    (re.compile(rb"\x47.{187}\x47", re.DOTALL), "un film"),
)
#: Codecs of sounds that only the program of their seller plays.
PROTECTED = {b"drms", b"drmi", b"enca", b"aavd"}
CODEC_NAMES = {b"alac": "ALAC (sans perte)", b"samr": "AMR", b".mp3": "MP3", b"ac-3": "AC-3", b"ec-3": "E-AC-3"}
FILM = "Ce fichier est un film, pas un son. Exportez-en le son seul. "


@dataclass(frozen=True)
class AudioFacts:
    """``duration`` in seconds, ``size`` in bytes, ``extension`` without the dot."""

    mime_type: str
    extension: str
    duration: float
    size: int


def read_audio(file: File) -> AudioFacts:
    """Facts of a sound file. Raises ``ValidationError`` with the reason of a refusal in French, and the remedy."""
    _check_size(file)
    with _as_bytes(file) as content:
        extension = _kind(content[:HEAD_LENGTH])
        duration = _mp3_seconds(content) if extension == MP3 else _m4a_seconds(content)
    if PurePath(file.name or "").suffix.lower() != f".{extension}":
        raise ValidationError(
            f"Le contenu de ce fichier est du {extension.upper()} : son nom doit finir par « .{extension} ».",
            code="extension",
        )
    return AudioFacts(MIME_TYPES[extension], extension, duration, file.size)


def read_sound(path: Path) -> Reading[dict[str, object]]:
    """The sound in a file of this machine, as the upload form reads it."""
    with path.open("rb") as content:
        try:
            facts = read_audio(File(content, name=path.name))
        except ValidationError as refusal:
            return Reading(errors=[Remark(message) for message in refusal.messages])
    return Reading([{"seconds": round(facts.duration, 3), "type": facts.mime_type}])


def _check_size(file: File) -> None:
    if not file.size:
        raise ValidationError("Ce fichier est vide.", code="empty")
    limit = settings.AUDIO_MAX_UPLOAD_SIZE
    if file.size > limit:
        raise ValidationError(f"Ce fichier dépasse la taille maximale de {limit // MIB} Mo.", code="size")


@contextmanager
def _as_bytes(file: File) -> Iterator[bytes]:
    """The content: mapped from the disk, where large uploads are, or in memory as small ones are."""
    file.seek(0)
    try:
        mapped = mmap(file.fileno(), 0, access=ACCESS_READ)
    except (AttributeError, OSError, ValueError):
        yield file.read()
    else:
        with mapped:
            yield cast(bytes, mapped)
    finally:
        file.seek(0)


def _kind(head: bytes) -> str:
    """MP3 or M4A, from the first bytes. Raises ``ValidationError`` that names what the file is instead."""
    start = head.lstrip(b"\0")  # recorders leave room for a title before the sound
    guess = filetype.guess(head)
    found = guess.extension if guess else ""
    if head[4:8] == b"ftyp" and not (guess and guess.mime.startswith("image/")):
        return M4A
    other = OTHERS.get(found) or _beginning(head) or _beginning(start)
    if not other and (start.startswith(b"ID3") or (start[:1] == bytes([SYNC]) and start[1:2] >= b"\xe0")):
        return MP3
    if guess and guess.mime.startswith("video/") and not other:
        raise ValidationError(FILM + REMEDY, code="type")
    raise _refused(other)


def _beginning(head: bytes) -> str:
    return next((what for start, what in BEGINNINGS if start.match(head)), "")


def _refused(other: str) -> ValidationError:
    what = f"est {other}, quel que soit son nom" if other else "n’est pas un son"
    return ValidationError(f"Ce fichier {what}. {REMEDY}", code="type")


def _incomplete(why: str) -> ValidationError:
    return ValidationError(f"Ce fichier est incomplet : {why}. {AGAIN}", code="incomplete")


def _mp3_seconds(content: bytes) -> float:
    counted = count_frames(content)
    if not counted.frames:
        if other := _beginning(content[after_tag(content) :][:HEAD_LENGTH]):
            raise _refused(other)
        raise ValidationError(
            f"Ce fichier n’est pas un son MP3 : aucun son n’y a été trouvé. {REMEDY}", code="unreadable"
        )
    if counted.has_hole or not counted.is_complete:
        raise _incomplete(HOLED if counted.has_hole else CUT)
    return counted.seconds


def _m4a_seconds(content: bytes) -> float:
    movie = read_movie(content)
    if not movie.is_described:
        raise _incomplete("la partie qui décrit le son manque")
    if movie.track(PICTURES):
        raise ValidationError(FILM + REMEDY, code="type")
    sound = movie.track(SOUND)
    if sound is None:
        raise ValidationError(f"Ce fichier ne contient aucun son. {REMEDY}", code="unreadable")
    _check_codec(sound.codec)
    if movie.is_cut:
        raise _incomplete(CUT)
    if movie.has_hole(content, sound):
        raise _incomplete(HOLED)
    seconds = movie.seconds(sound)
    if seconds <= 0:
        raise ValidationError(f"Ce fichier ne contient aucun son. {REMEDY}", code="unreadable")
    return seconds


def _check_codec(codec: bytes) -> None:
    if codec in PROTECTED:
        message = "Ce son est protégé contre la copie : demandez-en un fichier sans protection à qui vous l’a donné."
        raise ValidationError(message, code="type")
    if codec != b"mp4a":
        name = CODEC_NAMES.get(codec) or codec.decode("ascii", "replace").strip().upper()
        raise ValidationError(
            f"Ce son est codé en {name}, que les navigateurs ne lisent pas tous. {REMEDY}", code="type"
        )


def content_version(file: File) -> str:
    """Short digest of the content: the public URL changes when the sound changes."""
    digest = hashlib.sha256()
    file.seek(0)
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()[:12]
