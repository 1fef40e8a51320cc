"""Several processes on one index: readers always answer, writers wait for each other, a killed one harms nobody."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from search.engines.tantivy import TantivyEngine
from search.queries import SearchQuery
from search.synonyms import Synonyms, starting_groups
from tests.search.documents import make_document

SYNONYMS = Synonyms(starting_groups())
PREAMBLE = """
import os, sys, django
from pathlib import Path
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"
django.setup()
from search.engines.tantivy import TantivyEngine
from tests.search.documents import make_document
engine = TantivyEngine(Path(sys.argv[1]))
first = int(sys.argv[2])
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
        if number == first + 50: print("rebuilding", flush=True)
engine.rebuild(endless())
"""
)


def start(code: str, root: Path, first: int) -> subprocess.Popen[str]:
    """A process that waits at its standard input, its imports done."""
    command = [sys.executable, "-c", code, str(root), str(first)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def release(process: subprocess.Popen[str]) -> None:
    assert process.stdout.readline() == "ready\n"
    process.stdin.write("\n")
    process.stdin.flush()


def finish(process: subprocess.Popen[str]) -> int:
    process.stdin.close()
    process.stdout.close()
    return process.wait(timeout=60)


def total(engine: TantivyEngine) -> int:
    return engine.search(SearchQuery(""), SYNONYMS).total


def test_two_processes_write_at_once_while_others_read(tmp_path: Path) -> None:
    engine, other = TantivyEngine(tmp_path), TantivyEngine(tmp_path)
    engine.rebuild([make_document(1)])
    writers = [start(WRITER, tmp_path, 100), start(WRITER, tmp_path, 200)]
    for writer in writers:
        release(writer)
    seen = [1]
    while any(writer.poll() is None for writer in writers):
        seen.append(total(engine))
        assert total(other) >= seen[-2]
    assert [finish(writer) for writer in writers] == [0, 0]
    assert seen == sorted(seen)
    assert total(engine) == total(other) == 21
    assert len(engine.keys()) == 21


def test_a_rebuild_killed_in_the_middle_leaves_the_old_index(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path)
    engine.rebuild([make_document(1, "Ancien")])
    process = start(REBUILDER, tmp_path, 100)
    release(process)
    assert process.stdout.readline() == "rebuilding\n"
    os.kill(process.pid, signal.SIGKILL)
    finish(process)
    assert engine.keys() == {"sheet:1"}
    engine.index([make_document(2)])
    assert total(engine) == 2
    engine.rebuild([make_document(3)])
    assert TantivyEngine(tmp_path).keys() == engine.keys() == {"sheet:3"}
    assert len(list(tmp_path.glob("generation-*"))) <= 2
