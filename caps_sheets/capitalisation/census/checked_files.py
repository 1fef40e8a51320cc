"""The file of an import between its dry run and the confirmation: private, of one session, for half an hour.

It holds addresses of people: what nobody confirmed goes at the next import of anybody, or with ``purge_due``.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import uuid4

from django.contrib.sessions.backends.base import SessionBase
from django.core.files.base import ContentFile
from django.utils import timezone

from portal.medialib.models import private_storage

FOLDER = "recensement/imports"
LIFE = timedelta(minutes=30)
KEY = "census_import"


@dataclass(frozen=True)
class CheckedFile:
    """``digest`` goes with the form that confirms: another tab may have checked another file since."""

    raw: bytes
    name: str
    digest: str


def keep(session: SessionBase, raw: bytes, name: str, now: datetime | None = None) -> CheckedFile:
    """Keep the file that was just checked, in place of the one before."""
    forget(session)
    forget_old(now)
    stored = private_storage().save(f"{FOLDER}/{uuid4().hex}.csv", ContentFile(raw))
    digest = sha256(raw).hexdigest()
    session[KEY] = {"stored": stored, "name": name[:150], "digest": digest}
    return CheckedFile(raw, name, digest)


def checked(session: SessionBase, digest: str, now: datetime | None = None) -> CheckedFile | None:
    """The file of this session, if it is the one whose ``digest`` is confirmed and its time is not over."""
    kept = session.get(KEY)
    if not kept or kept["digest"] != digest:
        return None
    forget_old(now)
    storage = private_storage()
    try:
        with storage.open(kept["stored"]) as file:
            return CheckedFile(file.read(), kept["name"], digest)
    except FileNotFoundError:
        return None


def forget(session: SessionBase) -> None:
    if kept := session.pop(KEY, None):
        private_storage().delete(kept["stored"])


def forget_old(now: datetime | None = None) -> int:
    """Delete every kept file whose time is over; returns how many."""
    storage, limit = private_storage(), (now or timezone.now()) - LIFE
    if not storage.exists(FOLDER):
        return 0
    paths = [f"{FOLDER}/{name}" for name in storage.listdir(FOLDER)[1]]
    old = [path for path in paths if storage.get_modified_time(path) <= limit]
    for path in old:
        storage.delete(path)
    return len(old)
