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
    """The smallest M4A whose duration can be read: type, movie header, 32 kbit/s of zeros."""
    header = struct.pack(">IIIIIIH", 0, 0, 0, 1000, seconds * 1000, 0x10000, 0x100) + bytes(74)
    movie = _box(b"moov", _box(b"mvhd", header))
    return _box(b"ftyp", b"M4A \x00\x00\x02\x00M4A isom") + movie + _box(b"mdat", bytes(4_000 * seconds))


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
    """An image that shows people, with the end of their consent."""
    return make_image(shows_people=True, consent_until=consent_until, **kw)
