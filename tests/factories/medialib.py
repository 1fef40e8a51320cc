"""Factories of the media library: sounds made of bytes (no tool needed) and images with their rights."""

import struct
from datetime import date

from django.core.files.base import ContentFile
from wagtail.images.tests.utils import get_test_image_file

from portal.medialib.models import PortalImage, PortalMedia
from portal.taxonomies.models import Vocabulary
from tests.factories.network import make_term

FRAME = b"\xff\xfb\x10\xc0" + bytes(100)  # MPEG-1 layer III, 32 kbit/s, 44.1 kHz, mono
FRAMES_PER_SECOND = 44_100 / 1_152


def silent_mp3(seconds: float = 60) -> bytes:
    """A valid silent MP3: 60 s = 239 KB."""
    return FRAME * round(seconds * FRAMES_PER_SECOND)


def silent_m4a(seconds: int = 10) -> bytes:
    """A whole M4A of one track: a second a sample, of 4,000 bytes; what describes it comes before the sound."""
    kind = _box(b"ftyp", b"M4A \x00\x00\x02\x00M4A isom")
    sound = _box(b"mdat", b"\x01\x18\x20\x07" * 1_000 * seconds)
    movie = _movie(seconds, 0)
    return kind + _movie(seconds, len(kind) + len(movie) + 8) + sound


def _movie(seconds: int, offset: int) -> bytes:
    """The description of a sound whose bytes begin at ``offset``."""
    matrix = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    movie = struct.pack(">5IIH", 0, 0, 0, 1000, seconds * 1000, 0x10000, 0x100) + bytes(10) + matrix + bytes(28)
    track = struct.pack(">IIIII", 7, 0, 0, 1, 0) + struct.pack(">I", seconds * 1000) + bytes(16) + matrix + bytes(8)
    media = struct.pack(">5IHH", 0, 0, 0, 8000, seconds * 8000, 0x55C4, 0)
    handler = bytes(8) + b"soun" + bytes(13)
    # AAC LC, 8 kHz, one channel: the decoder’s description inside the elementary stream’s (ISO/IEC 14496-1 §7.2.6).
    setup = b"\x04\x11\x40\x15" + bytes(11) + b"\x05\x02\x15\x88"
    stream = bytes(4) + b"\x03" + bytes([len(setup) + 6]) + bytes(3) + setup + b"\x06\x01\x02"
    entry = bytes(6) + struct.pack(">H8xHHIHH", 1, 1, 16, 0, 8000, 0) + _box(b"esds", stream)
    table = (
        _box(b"stsd", struct.pack(">II", 0, 1) + _box(b"mp4a", entry))
        + _box(b"stts", struct.pack(">4I", 0, 1, seconds, 8000))
        + _box(b"stsc", struct.pack(">5I", 0, 1, 1, seconds, 1))
        + _box(b"stsz", struct.pack(">3I", 0, 4_000, seconds))
        + _box(b"stco", struct.pack(">3I", 0, 1, offset))
    )
    reference = _box(b"dinf", _box(b"dref", struct.pack(">II", 0, 1) + _box(b"url ", b"\0\0\0\1")))
    about = _box(b"minf", _box(b"smhd", bytes(8)) + reference + _box(b"stbl", table))
    whole = _box(b"mdia", _box(b"mdhd", media) + _box(b"hdlr", handler) + about)
    return _box(b"moov", _box(b"mvhd", movie) + _box(b"trak", _box(b"tkhd", track) + whole))


def _box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + name + content


def make_audio(seconds: float = 60, content: bytes | None = None, name: str = "son.mp3", **kw: object):
    """A stored sound; ``content`` replaces the silence."""
    file = ContentFile(silent_mp3(seconds) if content is None else content, name=name)
    return PortalMedia.objects.create(**({"title": "Son d’exemple", "file": file} | kw))


def make_image(**kw: object) -> PortalImage:
    """An image that may be published: credit, licence, nobody in sight."""
    defaults: dict[str, object] = {
        "title": "Image d’exemple",
        "file": get_test_image_file(),
        "credit": "Studio Exemple",
        "licence": make_term(Vocabulary.LICENCE, "cc-by-4-0", "CC BY 4.0"),
    }
    return PortalImage.objects.create(**(defaults | kw))


def make_portrait(consent_until: date | None, **kw: object) -> PortalImage:
    """An image that shows people, with the end of their consent and the name of the file that they signed."""
    return make_image(
        **{"shows_people": True, "consent_until": consent_until, "consent_file": "autorisations/exemple.pdf"} | kw
    )
