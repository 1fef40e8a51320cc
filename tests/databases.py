"""Databases that the tests copy instead of building them: the empty one, migrated, and the demonstration.

``python -m tests.databases`` builds both beforehand; otherwise whoever needs one first builds it, once for all the
processes. Each carries the digest of what it was made from.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from portal.settings.base import BASE_DIR, VAR_DIR
from portal.settings.test import schema_digest

FOLDER = VAR_DIR / "tests"
TEST, DEV = "portal.settings.test", "portal.settings.dev"
ROOMS = ("portal", "network", "caps_sheets", "search", "templates", "requirements")


def empty_database() -> Path:
    """A SQLite database that holds what migrations leave."""
    built = FOLDER / f"empty-{schema_digest()}.sqlite3"
    with _alone("empty"):
        if not built.exists():
            draft = built.with_suffix(".draft")
            draft.unlink(missing_ok=True)
            manage(
                "migrate", "--verbosity", "0", DJANGO_SETTINGS_MODULE=TEST, DATABASE_URL=f"sqlite:///{draft.resolve()}"
            )
            draft.rename(built)
    return built


def demonstration() -> Path:
    """A ``VAR_DIR`` filled by ``seed_demo``; only the one of the code as it stands, and of today, is kept."""
    built = FOLDER / f"demonstration-{_code_digest()}"
    with _alone("demonstration"):
        if not built.exists():
            for old in FOLDER.glob("demonstration-*"):
                shutil.rmtree(old)
            draft = FOLDER / "demonstration-draft"
            draft.mkdir()
            shutil.copy(empty_database(), draft / "portal.sqlite3")
            manage("seed_demo", DJANGO_SETTINGS_MODULE=DEV, VAR_DIR=str(draft.resolve()))
            draft.rename(built)
    return built


def manage(*arguments: str, **environment: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=BASE_DIR,
        env=os.environ | environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )


@contextmanager
def _alone(name: str) -> Iterator[None]:
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _code_digest() -> str:
    digest = hashlib.sha256(f"{date.today()}{sys.version}".encode())
    files = (path for room in ROOMS for path in (BASE_DIR / room).rglob("*") if path.is_file())
    for path in sorted(path for path in files if "__pycache__" not in path.parts):
        digest.update(str(path.relative_to(BASE_DIR)).encode() + path.read_bytes())
    return digest.hexdigest()[:12]


if __name__ == "__main__":
    empty_database()
    demonstration()
