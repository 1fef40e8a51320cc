"""One writer at a time, among the processes of a machine or among all machines that share a database."""

import fcntl
import hashlib
import os
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from django.db import DatabaseError, OperationalError, connection

from search.engines.base import EngineError, WriterBusyError

STEP = 0.02
BUSY = "Une autre écriture de l’index est en cours."
Release = Callable[[], None]


class Lock(ABC):
    """Re-entrant by thread; released when its process dies, however it dies."""

    def __init__(self) -> None:
        self._local = threading.local()

    @contextmanager
    def hold(self, timeout: float) -> Iterator[None]:
        depth = getattr(self._local, "depth", 0)
        release = None if depth else self._acquire(timeout)
        self._local.depth = depth + 1
        try:
            yield
        finally:
            self._local.depth = depth
            if release is not None:
                release()

    @abstractmethod
    def _acquire(self, timeout: float) -> Release:
        """Waits at most ``timeout`` seconds, then raises WriterBusy."""


class WriterLock(Lock):
    """A file lock, for the processes and threads of one machine."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    def _acquire(self, timeout: float) -> Release:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        deadline = time.monotonic() + timeout
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    os.close(handle)
                    raise WriterBusyError(BUSY) from None
                time.sleep(STEP)
            else:
                return partial(os.close, handle)


class DatabaseLock(Lock):
    """A PostgreSQL lock on its own connection, for every machine of the portal.

    It is held by a transaction rather than by a session, so that a connection pooler does not lose it.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.number = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), signed=True)

    def _acquire(self, timeout: float) -> Release:
        own = connection.copy()
        try:
            own.set_autocommit(False)
            with own.cursor() as cursor:
                cursor.execute(
                    "SELECT set_config('lock_timeout', %s, true),"
                    " set_config('idle_in_transaction_session_timeout', '0', true)",
                    [f"{max(int(timeout * 1000), 1)}ms"],
                )
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [self.number])
        except DatabaseError as error:
            own.close()
            if isinstance(error, OperationalError) and getattr(error.__cause__, "sqlstate", "") == "55P03":
                raise WriterBusyError(BUSY) from None
            raise EngineError(str(error)) from error
        return own.close


def shared_lock(name: str, folder: Path) -> Lock:
    """The widest lock available: the database's, or a file's in ``folder`` (SQLite means a single machine)."""
    return DatabaseLock(f"search:{name}") if connection.vendor == "postgresql" else WriterLock(folder / f"{name}.lock")
