"""How much sound a request asks for."""

from functools import lru_cache
from math import ceil
from typing import NamedTuple

from django.core.files.storage import Storage
from django.http import HttpRequest

from portal.medialib.models import PortalMedia
from portal.medialib.ranges import StoredFile, bytes_due

MINUTE = 60  # seconds: what makes a listen (IAB 2.1)
TAG_HEADER = 10  # bytes of an ID3v2 header, and of its footer
HAS_FOOTER = 0x10
#: Players probe with the first one or two bytes before they play (IAB 2.1).
LAST_PROBE_BYTE = 1


class Asked(NamedTuple):
    """``size``: bytes of sound asked for; ``enough``: bytes of one minute of it, or of all of a shorter sound."""

    size: int
    enough: int


def asked_of(request: HttpRequest, media: PortalMedia, stored: StoredFile) -> Asked | None:
    """What the answer carries, less the titles and picture of the file; None for a probe and for no sound at all."""
    due = bytes_due(request, stored)
    if due is None or due[1] <= LAST_PROBE_BYTE:
        return None
    start, end = due
    tag = tag_length(stored.storage, stored.name, media.version)
    sound = max(stored.size - tag, 1)
    enough = sound if media.duration <= MINUTE else ceil(sound * MINUTE / media.duration)
    size = end + 1 - max(start, tag)
    return Asked(size, enough) if size > 0 else None


@lru_cache(maxsize=1024)
def tag_length(storage: Storage, name: str, version: str) -> int:
    """Bytes of the ID3v2 tag that opens a sound, 0 without one (id3v2.4.0-structure §3.1). ``version``: its content."""
    with storage.open(name) as file:
        header = file.read(TAG_HEADER)
    if len(header) < TAG_HEADER or header[:3] != b"ID3":
        return 0
    length = 0
    for byte in header[6:]:
        length = length << 7 | byte & 0x7F
    return TAG_HEADER + length + (TAG_HEADER if header[5] & HAS_FOOTER else 0)
