"""Tables of numbers, each of which is the length of the list that it opens: both come from one queryset.

The numbers of every table are read in one query.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import CharField, Count, F, IntegerField, Q, QuerySet, TextField, Value
from django.db.models.expressions import Combinable, OrderBy
from django.db.models.functions import Cast

from portal.base.work_lists import COLUMNS, WorkRow, described


def _as_it_is(text: str) -> str:
    return text


@dataclass(frozen=True)
class Shown:
    """How a row is listed: expressions on the model, and ``link``, the URL of what has the key ``key``.

    ``say`` puts the detail in words. ``at`` and ``on`` are the fields of a moment and of a day, ``dated`` says what
    happened then, ``undated`` is said where it is not known.
    """

    title: Combinable
    link: Callable[[int], str]
    first: tuple[str | OrderBy, ...]
    detail: Combinable | None = None
    say: Callable[[str], str] = _as_it_is
    at: str = ""
    on: str = ""
    dated: str = "depuis le"
    undated: str = ""
    key: str = "pk"


@dataclass(frozen=True)
class CountLine:
    """``conditions``: column → which of ``rows`` it counts. A column that is not there has no meaning for the line."""

    key: str
    label: str
    rows: QuerySet[Any]
    conditions: dict[str, Q]
    shown: Shown

    def of(self, column: str) -> QuerySet[Any]:
        return self.rows.filter(self.conditions[column])


@dataclass(frozen=True)
class CountTable:
    """``about`` says what is counted, and of what the period is. ``columns``: key → heading."""

    key: str
    title: str
    about: str
    label: str
    columns: dict[str, str]
    lines: list[CountLine] = field(default_factory=list)


@dataclass(frozen=True)
class Item:
    """One row of a list."""

    row: WorkRow
    detail: str
    url: str


#: (table, line, column) → number.
Numbers = dict[tuple[str, str, str], int]
#: SQLite joins at most 500 queries.
JOINED = 400


def numbers(tables: Iterable[CountTable]) -> Numbers:
    """One query, for four hundred lines."""
    lines = [(table, line) for table in tables for line in table.lines]
    width = max((len(line.conditions) for _, line in lines), default=0)
    parts = [_counts(number, line, width) for number, (_, line) in enumerate(lines)]
    found = {(table.key, line.key, column): 0 for table, line in lines for column in line.conditions}
    for start in range(0, len(parts), JOINED):
        first, *others = parts[start : start + JOINED]
        for number, *values in first.union(*others, all=True):
            table, line = lines[number]
            cells = zip(line.conditions, values, strict=False)
            found |= {(table.key, line.key, column): value for column, value in cells}
    return found


def _counts(number: int, line: CountLine, width: int) -> QuerySet[Any]:
    """One row: the rank of the line, then its numbers, then zeros up to ``width``."""
    counts = {
        f"count_{rank}": Count("pk", filter=condition) if condition else Count("pk")
        for rank, condition in enumerate(line.conditions.values())
    }
    zeros = {f"count_{rank}": Value(0, IntegerField()) for rank in range(len(counts), width)}
    ranked = line.rows.order_by().annotate(line_rank=Value(number, IntegerField())).values("line_rank")
    return ranked.annotate(**counts, **zeros).values_list("line_rank", *counts, *zeros)


def listed(line: CountLine, column: str) -> QuerySet[Any]:
    """The rows of one number, in their order, with what is shown of them."""
    shown = line.shown
    rows = described(
        line.of(column),
        title=shown.title,
        detail=shown.detail,
        at=shown.at,
        on=shown.on,
        first=list(shown.first),
    ).annotate(link_key=F(shown.key) if shown.key != "pk" else Cast("pk", IntegerField()))
    return rows.order_by("work_rank").values_list(*COLUMNS[:5], "link_key")


def items(line: CountLine, rows: Iterable[tuple[Any, ...]]) -> list[Item]:
    """``rows`` are some of ``listed``."""
    return [Item(WorkRow(*row[:5]), line.shown.say(row[2]), line.shown.link(row[5])) for row in rows]


def text(expression: str) -> Cast:
    return Cast(expression, TextField())


def constant(words: str) -> Value:
    return Value(words, CharField())
