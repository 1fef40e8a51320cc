"""What the benchmark asks of every way of searching."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import ClassVar

from search.documents import SearchDocument
from search.queries import SearchQuery

Ask = Callable[[], int]


class Contender(ABC):
    """One index of the corpus and the ways (``forms``) of asking it: hits, total, all facets, passages.

    ``is_ours``: the first form is our engine, the second its raw form. ``most`` is the largest corpus it is worth
    waiting for, ``patience`` the seconds of asking after which it is stopped.
    """

    forms: ClassVar[tuple[str, ...]]
    is_ours: ClassVar[bool] = False
    most: ClassVar[int | None] = None
    patience: ClassVar[float | None] = None

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def missing(cls) -> str:
        """Why this machine can not run it; '' when it can."""
        return ""

    @abstractmethod
    def build(self, documents: Iterable[SearchDocument]) -> None:
        """Indexes ``documents``, streamed from the disk; all of them are found when this returns."""

    @abstractmethod
    def prepared(self, form: str, query: SearchQuery) -> Ask:
        """Asks ``query`` and returns the total. What is done before, once, is not timed."""

    def size(self) -> int:
        """Bytes on the disk."""
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())

    def server(self) -> list[int]:
        """The local server processes that did the work, when it is not done in this one."""
        return []

    def close(self) -> None:  # noqa: B027 - most have nothing to end
        """Ends what was started."""
