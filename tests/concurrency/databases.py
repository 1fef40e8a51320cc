"""Real databases for two processes: a file of SQLite with the portal's own settings, a server of PostgreSQL."""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol

from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connections
from django.db.utils import ConnectionHandler
from wagtail.models import Site

from portal.settings.base import SQLITE_OPTIONS, VAR_DIR
from portal.settings.test import schema_digest
from tests.concurrency.postgresql import Server, binaries, server
from tests.e2e.conftest import require

EMPTY, WORLD, USED = "portal_empty", "portal_world", "portal_used"


class Database(Protocol):
    """``config``: the settings of the database in use; it starts again from ``EMPTY`` or from the kept ``WORLD``."""

    config: dict

    def copy(self, source: str, target: str) -> None: ...


class SqliteFile:
    def __init__(self, folder: Path, migrated: sqlite3.Connection) -> None:
        self.folder = folder
        self.config = {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": folder / f"{USED}.sqlite3",
            "OPTIONS": SQLITE_OPTIONS | {"timeout": 300},  # a busy machine is no fault of the decision
        }
        with closing(sqlite3.connect(folder / f"{EMPTY}.sqlite3")) as empty:
            migrated.backup(empty)

    def copy(self, source: str, target: str) -> None:
        for name in (target + end for end in (".sqlite3-wal", ".sqlite3-shm")):
            (self.folder / name).unlink(missing_ok=True)
        (self.folder / f"{target}.sqlite3").write_bytes((self.folder / f"{source}.sqlite3").read_bytes())


class PostgresqlServer:
    def __init__(self, server: Server, kept: Path) -> None:
        self.config = server.config(USED)
        self.copy, self.url = server.copy, server.url
        server.migrate(EMPTY, kept)


@contextmanager
def throw_away_postgresql() -> Iterator[PostgresqlServer]:
    """A server of its own, whose tables are kept from one run to the next until a migration changes."""
    require(binaries(), "PostgreSQL est absent : tests passés sur cette base.")
    folder = Path(tempfile.mkdtemp(prefix="portail-pg-"))  # short: the address of a socket has 100 characters
    with server(folder) as own:
        yield PostgresqlServer(own, VAR_DIR / f"test-{schema_digest()}.sql")
    shutil.rmtree(folder, ignore_errors=True)


class RealDatabase:
    """What a test gets: the models of this process read and write a database that other processes open too."""

    def __init__(self, database: Database) -> None:
        self.database = database

    @contextmanager
    def used(self) -> Iterator["RealDatabase"]:
        self._start_from(EMPTY)
        own = connections["default"]
        connections["default"] = ConnectionHandler({"default": self.database.config})["default"]
        try:
            yield self
        finally:
            connections["default"].close()
            connections["default"] = own
            forget_what_is_cached()

    def keep(self) -> None:
        """What is written now is the world to which ``restart`` comes back."""
        connections["default"].close()
        self.database.copy(USED, WORLD)

    def restart(self) -> None:
        connections["default"].close()
        self._start_from(WORLD)

    def _start_from(self, source: str) -> None:
        self.database.copy(source, USED)
        forget_what_is_cached()


def forget_what_is_cached() -> None:
    """Rows of one database are not those of the next."""
    ContentType.objects.clear_cache()
    Site.clear_site_root_paths_cache()
    cache.clear()
