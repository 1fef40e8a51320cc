"""The right to write: one holder at a time, free again when its process is killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from search.engines.base import WriterBusyError
from search.engines.locks import DatabaseLock, Lock, WriterLock, shared_lock

HOLDER = """
import os, sys, django
from pathlib import Path
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"
django.setup()
from django.db import connection
from search.engines.locks import shared_lock
connection.settings_dict["NAME"] = sys.argv[2]
with shared_lock("portail", Path(sys.argv[1])).hold(5):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def lock(tmp_path: Path) -> Lock:
    return shared_lock("portail", tmp_path)


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock."""
    command = [sys.executable, "-c", HOLDER, str(tmp_path), str(connection.settings_dict["NAME"])]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_the_lock_is_the_widest_that_the_database_allows(lock: Lock) -> None:
    assert isinstance(lock, DatabaseLock if connection.vendor == "postgresql" else WriterLock)


@pytest.mark.django_db
def test_a_thread_that_holds_the_lock_may_take_it_again(lock: Lock) -> None:
    with lock.hold(0), lock.hold(0):
        pass
    with lock.hold(0):
        pass


@pytest.mark.django_db
def test_only_one_process_holds_the_lock_and_another_waits_no_longer_than_it_said(
    lock: Lock, holder: subprocess.Popen[str]
) -> None:
    for timeout in (0.0, 0.3):
        began = time.monotonic()
        with pytest.raises(WriterBusyError), lock.hold(timeout):
            pass
        assert timeout <= time.monotonic() - began < timeout + 5


@pytest.mark.django_db
def test_the_lock_of_a_killed_process_is_free(lock: Lock, holder: subprocess.Popen[str]) -> None:
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait(timeout=10)
    with lock.hold(10):
        pass
