"""The folder of the Tantivy index: several generations, and a pointer to the one in use.

``root/current`` holds the name of a generation. Replacing this small file is atomic, so a reader sees the old index
or the new one, never none. The previous generation stays until the next rebuild, for readers that still use it.
"""

import os
import shutil
import threading
import uuid
from pathlib import Path
from typing import NamedTuple

import tantivy

from search.engines.base import EngineError, IndexMissingError
from search.engines.tantivy_schema import build_schema, register_analyser

POINTER = "current"
PREFIX = "generation-"


class IndexState(NamedTuple):
    """Identifies the state of an open index: generation and last commit."""

    generation: str
    commit: tuple[int, int]


def mark_of(path: str) -> tuple[int, int]:
    """Distinguishes a file from its replacement."""
    status = os.stat(path)
    return status.st_mtime_ns, status.st_ino


class Store:
    """Opens the current generation, again only if it changed. One instance serves all threads of a process."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock = threading.Lock()
        self._state: IndexState | None = None
        self._index: tantivy.Index | None = None
        self._searcher: tantivy.Searcher | None = None
        self._folder = f"{root}{os.sep}"
        self._pointer = f"{self._folder}{POINTER}"
        self._pointed: tuple[int, int] | None = None
        self._generation = ""

    def current(self) -> str:
        try:
            name = (self.root / POINTER).read_text().strip()
        except FileNotFoundError:
            raise IndexMissingError("L’index de recherche n’a pas encore été construit.") from None
        except OSError as error:
            raise EngineError(str(error)) from error
        return name

    def searcher(self) -> tuple[tantivy.Index, tantivy.Searcher]:
        """The index and a searcher on its last commit."""
        with self._lock:
            state = self._read_state()
            if state != self._state or self._index is None or self._searcher is None:
                if self._index is None or self._state is None or state.generation != self._state.generation:
                    self._index = self.open(state.generation)
                self._index.reload()
                self._searcher = self._index.searcher()
                self._state = state
            return self._index, self._searcher

    def _read_state(self) -> IndexState:
        """Two disk reads for each search: the pointer is read again only if it was replaced."""
        try:
            pointed = mark_of(self._pointer)
        except OSError:
            pointed = None
        if pointed is None or pointed != self._pointed:
            self._generation = self.current()
            self._pointed = pointed
        try:
            return IndexState(self._generation, mark_of(f"{self._folder}{self._generation}/meta.json"))
        except OSError as error:
            raise EngineError(f"L’index de recherche est illisible : {error}") from error

    def open(self, generation: str) -> tantivy.Index:
        index = tantivy.Index.open(str(self.root / generation))
        register_analyser(index)
        index.config_reader("manual")
        return index

    def create(self) -> tuple[str, tantivy.Index]:
        """A new empty generation, not in use yet."""
        name = f"{PREFIX}{uuid.uuid4().hex[:12]}"
        folder = self.root / name
        folder.mkdir(parents=True)
        index = tantivy.Index(build_schema(), path=str(folder))
        register_analyser(index)
        return name, index

    def swap(self, generation: str) -> None:
        """Puts ``generation`` in use, and removes those that no reader can still use."""
        kept = {generation}
        if (self.root / POINTER).exists():
            kept.add(self.current())
        waiting = self.root / f"{POINTER}.new"
        waiting.write_text(generation)
        os.replace(waiting, self.root / POINTER)
        for folder in self.root.glob(f"{PREFIX}*"):
            if folder.name not in kept:
                shutil.rmtree(folder, ignore_errors=True)
