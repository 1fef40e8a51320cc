"""One writer at a time among all processes and threads of a machine."""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from search.engines.base import WriterBusy

STEP = 0.02


class WriterLock:
    """A lock on a file. The system releases it when its process dies, however it dies. Re-entrant by thread."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()

    @contextmanager
    def hold(self, timeout: float) -> Iterator[None]:
        depth = getattr(self._local, "depth", 0)
        handle = None if depth else self._acquire(timeout)
        self._local.depth = depth + 1
        try:
            yield
        finally:
            self._local.depth = depth
            if handle is not None:
                os.close(handle)

    def _acquire(self, timeout: float) -> int:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        deadline = time.monotonic() + timeout
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    os.close(handle)
                    raise WriterBusy("Une autre écriture de l’index est en cours.") from None
                time.sleep(STEP)
            else:
                return handle
