"""What a reader of a file from outside returns: what it understood, what it changed or dropped, what it refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from wagtail import hooks

from portal.base.plurals import counted

Item = TypeVar("Item")


@dataclass(frozen=True)
class Remark:
    """A sentence in French about one place of a file.

    ``line`` counts as a text editor does, from 1; ``cell`` is a column as the file names it; ``text`` is what the file
    holds there, unchanged. Each is empty when the remark is about the whole file.
    """

    message: str
    line: int | None = None
    cell: str = ""
    text: str = ""

    def __str__(self) -> str:
        place = ", ".join(part for part in (f"ligne {self.line}" if self.line else "", self.cell) if part)
        quote = f" (« {shortened(self.text)} »)" if self.text else ""
        return f"{place[:1].upper()}{place[1:]} : {self.message}{quote}" if place else f"{self.message}{quote}"


@dataclass
class Reading(Generic[Item]):
    """``items`` understood, ``notices`` of what was dropped, changed or guessed, ``errors`` of what is not read."""

    items: list[Item] = field(default_factory=list)
    notices: list[Remark] = field(default_factory=list)
    errors: list[Remark] = field(default_factory=list)

    def messages(self) -> Iterator[str]:
        """Errors first, as sentences."""
        yield from map(str, [*self.errors, *self.notices])

    def summary(self) -> list[str]:
        """Errors first, one sentence for the lines of which the same is said, with the text of the first."""
        remarks: dict[str, list[Remark]] = {}
        for remark in [*self.errors, *self.notices]:
            remarks.setdefault(remark.message, []).append(remark)
        return [_of_lines(alike) for alike in remarks.values()]


#: Lines that a summary names.
NAMED_LINES = 10


def _of_lines(remarks: list[Remark]) -> str:
    first = remarks[0]
    lines = [str(line) for line in dict.fromkeys(remark.line for remark in remarks if remark.line)]
    if len(lines) < 2:
        return str(first)
    named, others = ", ".join(lines[:NAMED_LINES]), len(lines) - NAMED_LINES
    more = f" et {counted(others, 'autre')}" if others > 0 else ""
    quote = f" (« {shortened(first.text)} »)" if first.text else ""
    return f"Lignes {named}{more} : {first.message}{quote}"


#: Characters of the original text that a remark quotes.
QUOTED = 80


def shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= QUOTED else f"{text[: QUOTED - 1]}…"


@dataclass(frozen=True)
class FileReader:
    """``kind`` names a format on the command line; ``read`` opens a file of this machine and writes nothing.

    Registered by the hook ``file_readers``: a function without argument that returns one.
    """

    kind: str
    read: Callable[[Path], Reading[Any]]


def file_readers() -> dict[str, FileReader]:
    """kind → reader, of all applications."""
    readers = (declare() for declare in hooks.get_hooks("file_readers"))
    return {reader.kind: reader for reader in readers}
