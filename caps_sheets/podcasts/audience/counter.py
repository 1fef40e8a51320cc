"""Counting of listens without identifying who listens, and deletion of old counts.

A listener is a keyed digest of an IP address (the /64 of an IPv6 address) and a User-Agent. The key is a daily random
salt, held in the cache only and discarded after two days: a digest can then no longer be matched to anybody, even
with the IP address. What remains is a total by episode, day and source (a dozen families of clients and sites).

Rules of the IAB (podcast measurement 2.1 and 2.2): one minute requested, partial requests added up; one listen per
episode and listener within 24 hours. Bytes are those requested, because a server knows no more.
"""

import hmac
import logging
from datetime import date, datetime, timedelta
from functools import lru_cache
from math import ceil
from secrets import token_bytes
from typing import NamedTuple
from urllib.parse import urlsplit

from django.core.cache import cache
from django.core.files.storage import Storage
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from caps_sheets.podcasts.audience.agents import application, is_robot
from caps_sheets.podcasts.models.audience import EpisodeDay, Source
from portal.base.dates import months_ago
from portal.base.rate import network_of
from portal.medialib.models import PortalMedia
from portal.medialib.ranges import StoredFile, bytes_due

EMBED_PATH = "/integrer/"


def source_of(request: HttpRequest) -> Source:
    """A page of the portal first: there, the phone’s own player may request the sound in place of the browser."""
    page = urlsplit(request.headers.get("Referer", ""))
    if page.netloc == request.get_host():
        return Source.EMBED if page.path.endswith(EMBED_PATH) else Source.SITE
    if request.headers.get("Sec-Fetch-Site") == "same-origin":
        return Source.SITE
    return application(request.headers.get("User-Agent", "")) or Source.OTHER


MINUTE = 60  # seconds: minimum for a listen (IAB 2.1)

TAG_HEADER = 10  # bytes of an ID3v2 header, and of its footer

HAS_FOOTER = 0x10

#: Players probe with the first one or two bytes before they play (IAB 2.1).
LAST_PROBE_BYTE = 1


class Asked(NamedTuple):
    """``size``: bytes of sound requested; ``enough``: bytes of one minute of it, or of all of a shorter sound."""

    size: int
    enough: int


def asked_of(request: HttpRequest, media: PortalMedia, stored: StoredFile) -> Asked | None:
    """What the response carries, without the tags and picture of the file; None for a probe and for no sound at all."""
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
    """Bytes of the ID3v2 tag at the start of a sound, 0 without one (id3v2.4.0-structure §3.1). ``version``: its
    content.
    """
    with storage.open(name) as file:
        header = file.read(TAG_HEADER)
    if len(header) < TAG_HEADER or header[:3] != b"ID3":
        return 0
    length = 0
    for byte in header[6:]:
        length = length << 7 | byte & 0x7F
    return TAG_HEADER + length + (TAG_HEADER if header[5] & HAS_FOOTER else 0)


logger = logging.getLogger(__name__)

DAY = 24 * 3600  # seconds

SALT_LIFETIME = 2 * DAY

PREFIX = "listening"

MAX_BY_NETWORK = 50  # listens of one episode in a day


def note(request: HttpRequest, episode_id: int, media: PortalMedia, stored: StoredFile) -> None:
    """Count the request if it is a listen. A failure here must not prevent anybody from listening."""
    try:
        asked = asked_of(request, media, stored)
        agent = request.headers.get("User-Agent", "")
        if asked is None or refuses_measure(request) or is_robot(agent):
            return
        now = timezone.localtime()
        if is_listen(episode_id, _listener(request, agent), asked, now) and _is_plausible(request, episode_id, now):
            add(episode_id, now, source_of(request))
    except Exception as error:  # noqa: BLE001 - each cache and database has its own; their messages may hold a key
        logger.error("Listen not counted: %s", type(error).__name__)


def refuses_measure(request: HttpRequest) -> bool:
    """« Do not track » and « Global Privacy Control »."""
    return request.headers.get("DNT") == "1" or request.headers.get("Sec-GPC") == "1"


def is_listen(episode_id: int, listener: bytes, asked: Asked, now: datetime) -> bool:
    """Add the request to those of this listener within 24 hours; True once, when they reach one minute.

    The digest of yesterday’s salt is looked up too, so that midnight does not restart the count.
    """
    names = [f"{PREFIX}.{episode_id}.{digest}" for digest in _digests(listener, now)]
    known = cache.get_many([f"{name}.{what}" for name in names for what in ("done", "bytes")])
    if any(f"{name}.done" in known for name in names):
        return False
    if asked.size < asked.enough:
        name = next((name for name in names if f"{name}.bytes" in known), names[-1])
        if _add_up(f"{name}.bytes", asked.size) < asked.enough:
            return False
    return _first_to_say_done(names, now)


def _first_to_say_done(names: list[str], now: datetime) -> bool:
    """True for one only of simultaneous requests.

    Just after midnight, some still use the salts of the day before: yesterday’s digest is the one they share.
    """
    shared = names if now.hour == 0 else names[-1:]
    return all(cache.add(f"{name}.done", True, DAY) for name in shared)


def _is_plausible(request: HttpRequest, episode_id: int, now: datetime) -> bool:
    """A network may hold a whole office; above that, it is one machine that changes its User-Agent."""
    name = _digests(network_of(request).encode(), now)[-1]
    return _add_up(f"{PREFIX}.{episode_id}.{name}.listens", 1) <= MAX_BY_NETWORK


def add(episode_id: int, now: datetime, source: Source) -> None:
    """Increment the counter without reading it first."""
    row = EpisodeDay.objects.filter(episode_id=episode_id, day=now.date(), source=source)
    if not row.update(count=F("count") + 1):
        EpisodeDay.objects.get_or_create(episode_id=episode_id, day=now.date(), source=source)
        row.update(count=F("count") + 1)


def _listener(request: HttpRequest, agent: str) -> bytes:
    return f"{network_of(request)}|{agent}".encode()


def _digests(listener: bytes, now: datetime) -> list[str]:
    """With the salt of yesterday, then with that of today."""
    names = [f"{PREFIX}.salt.{day.date()}" for day in (now - timedelta(days=1), now)]
    salts = cache.get_many(names)
    for name in names:
        if name not in salts:
            cache.add(name, token_bytes(32), SALT_LIFETIME)
            salts[name] = cache.get(name)  # another process may have been first
    return [hmac.new(salts[name], listener, "sha256").hexdigest()[:32] for name in names]


def _add_up(key: str, size: int) -> int:
    cache.add(key, 0, DAY)
    try:
        return cache.incr(key, size)
    except ValueError:  # it expired between the two calls
        return size


KEPT_MONTHS = 25  # CNIL, deliberation of 4 July 2025 on audience measurement


def purge(today: date | None = None) -> int:
    """Delete the days past their retention period; returns their number."""
    return EpisodeDay.objects.filter(day__lt=months_ago(KEPT_MONTHS, today).date()).delete()[0]
