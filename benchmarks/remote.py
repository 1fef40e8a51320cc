"""One contender in a process of its own: its memory is its own, and it can be stopped in the middle of a request."""

import gc
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks import memory
from benchmarks.contenders.base import Ask, Contender
from benchmarks.corpus import read
from search.queries import SearchQuery

processes = multiprocessing.get_context("spawn")


class StoppedError(Exception):
    """It took longer than its patience."""


@dataclass(frozen=True)
class Built:
    """What indexing took: seconds, MB on the disk, MB of memory at the most (here, and in a local server)."""

    seconds: float
    size: float
    memory: float
    server_memory: float


@dataclass(frozen=True)
class Remote:
    """The side of the one who asks."""

    process: Any
    pipe: "Connection[Any, Any]"
    folder: "tempfile.TemporaryDirectory[str]"

    @classmethod
    def start(cls, kind: type[Contender], queries: list[SearchQuery]) -> "Remote":
        here, there = processes.Pipe()
        folder = tempfile.TemporaryDirectory(prefix="portal-benchmark-", ignore_cleanup_errors=True)
        process = processes.Process(target=serve, args=(there, kind, queries, Path(folder.name)), daemon=True)
        process.start()
        there.close()
        return cls(process, here, folder)

    def call(self, name: str, *arguments: Any, patience: float | None = None) -> Any:
        self.pipe.send((name, arguments))
        if not self.pipe.poll(patience):
            self.process.kill()
            raise StoppedError
        answer = self.pipe.recv()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self) -> None:
        if self.process.is_alive():
            self.call("close")
        self.process.join()
        self.folder.cleanup()


class Server:
    """The side of the contender. Every public method is called by its name."""

    def __init__(self, kind: type[Contender], queries: list[SearchQuery], folder: Path) -> None:
        self.contender = kind(folder)
        self.queries = queries
        self.asks: dict[tuple[str, int], Ask] = {}

    def build(self, corpus: Path) -> Built:
        start = time.perf_counter()
        self.contender.build(read(corpus))
        seconds = time.perf_counter() - start
        built = Built(seconds, self.contender.size() / 1e6, *self.memory())
        memory.forget([os.getpid(), *self.contender.server()])
        return built

    def memory(self) -> tuple[float, float]:
        """The largest resident memory of this process and of the server, in MB."""
        return memory.peak([os.getpid()]), memory.peak(self.contender.server())

    def ask(self, form: str, number: int) -> tuple[float, int]:
        """How long the query took, in ms, and its total."""
        if (form, number) not in self.asks:
            self.asks[form, number] = self.contender.prepared(form, self.queries[number])
            gc.collect()
        ask = self.asks[form, number]
        start = time.perf_counter()
        total = ask()
        return (time.perf_counter() - start) * 1000, total

    def close(self) -> None:
        self.contender.close()


def serve(pipe: "Connection[Any, Any]", kind: type[Contender], queries: list[SearchQuery], folder: Path) -> None:
    server = Server(kind, queries, folder)
    name = ""
    while name != "close":
        name, arguments = pipe.recv()
        method: Callable[..., Any] = getattr(server, name)
        try:
            pipe.send(method(*arguments))
        except Exception as error:  # noqa: BLE001 - the one who asked is told
            pipe.send(error)
