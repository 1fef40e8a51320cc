"""Several processes on one index: readers always answer, writers wait for each other, a killed one harms nobody."""

import os
import signal
import subprocess
import sys
from threading import Thread

import pytest
from django.conf import settings

from search.engines.base import SearchEngine, WriterBusyError
from search.queries import SearchQuery
from search.synonyms import Synonyms, starting_groups
from tests.search.documents import make_document
from tests.search_server.engines import ELASTICSEARCH, index_names

SYNONYMS = Synonyms(starting_groups())
PREAMBLE = """
import os, sys, django
from pathlib import Path
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"
django.setup()
from django.conf import settings
from search.engines.current import get_engine
from tests.search.documents import make_document
settings.SEARCH_INDEX_ROOT = Path(sys.argv[1])
settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_INDEX = sys.argv[2:4]
engine = get_engine()
first = int(sys.argv[4])
print("ready", flush=True)
sys.stdin.readline()
"""
WRITER = PREAMBLE + "for number in range(first, first + 10): engine.index([make_document(number, 'Partagé')])\n"
REBUILDER = (
    PREAMBLE
    + """
def endless():
    number = first
    while True:
        yield make_document(number, "Inachevé")
        number += 1
        if number == first + 1500: print("rebuilding", flush=True)
engine.rebuild(endless())
"""
)


def start(code: str, first: int) -> subprocess.Popen[str]:
    """A process on the index of this test, that waits at its standard input, its imports done."""
    place = [str(settings.SEARCH_INDEX_ROOT), settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_INDEX]
    command = [sys.executable, "-c", code, *place, str(first)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def release(process: subprocess.Popen[str]) -> None:
    assert process.stdout.readline() == "ready\n"
    process.stdin.write("\n")
    process.stdin.flush()


def finish(process: subprocess.Popen[str]) -> int:
    process.stdin.close()
    process.stdout.close()
    return process.wait(timeout=60)


def total(engine: SearchEngine) -> int:
    return engine.search(SearchQuery(""), SYNONYMS).total


def test_two_processes_write_at_once_while_others_read(engine: SearchEngine) -> None:
    engine.rebuild([make_document(1)])
    writers = [start(WRITER, 100), start(WRITER, 200)]
    for writer in writers:
        release(writer)
    seen = [1]
    while any(writer.poll() is None for writer in writers):
        seen.append(total(engine))
    assert [finish(writer) for writer in writers] == [0, 0]
    assert seen == sorted(seen)
    assert total(engine) == 21
    assert len(engine.keys()) == 21


def test_a_rebuild_killed_in_the_middle_leaves_the_old_index(engine: SearchEngine, engine_name: str) -> None:
    engine.rebuild([make_document(1, "Ancien")])
    process = start(REBUILDER, 100)
    release(process)
    assert process.stdout.readline() == "rebuilding\n"
    with pytest.raises(WriterBusyError), engine.exclusive(0):
        pass
    os.kill(process.pid, signal.SIGKILL)
    finish(process)
    assert engine.keys() == {"sheet:1"}
    engine.index([make_document(2)])
    assert total(engine) == 2
    engine.rebuild([make_document(3)])
    assert engine.keys() == {"sheet:3"}
    if engine_name == ELASTICSEARCH:
        assert len(index_names(engine)) == 1  # what the killed rebuild left is gone
    else:
        assert len(list(settings.SEARCH_INDEX_ROOT.glob("generation-*"))) <= 2


def test_readers_see_one_index_or_the_other_during_rebuilds(engine: SearchEngine) -> None:
    engine.rebuild([make_document(number) for number in range(3)])
    seen: list[int] = []
    rebuilds = Thread(target=lambda: [engine.rebuild(make_document(n) for n in range(3)) for _ in range(10)])
    rebuilds.start()
    while rebuilds.is_alive():
        seen.append(total(engine))
    rebuilds.join()
    assert set(seen) == {3}
