"""What waits for a person in the back office, computed from the state. An app adds a list by the hook ``work_lists``.

The rows of every list are read in one query, and counted for the menu in another.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Count, DateField, DateTimeField, F, QuerySet, TextField, Value, Window
from django.db.models.expressions import Combinable, OrderBy
from django.db.models.functions import Cast, RowNumber
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince
from wagtail import hooks

from portal.base.plurals import counted

if TYPE_CHECKING:
    from portal.users.models import User

#: Rows of each list on the home page; the others are behind its link.
SHOWN = 5
COLUMNS = ("pk", "work_title", "work_detail", "work_at", "work_on", "work_rank", "work_count")


@dataclass(frozen=True)
class WorkRow:
    """One task: ``detail`` is its step or its subject, ``at`` since when it waits, ``on`` its due date."""

    pk: int
    title: str
    detail: str
    at: datetime | None
    on: date | None

    @property
    def when(self) -> str:
        if self.on is not None:
            return due_label((self.on - timezone.localdate()).days)
        return f"depuis {timesince(self.at, depth=1)}" if self.at else ""

    @property
    def is_late(self) -> bool:
        return self.on is not None and self.on < timezone.localdate()


def due_label(days: int) -> str:
    if days < 0:
        return f"en retard de {counted(-days, 'jour')}"
    return {0: "aujourd’hui", 1: "demain"}.get(days) or f"dans {days} jours"


def _detail_of(row: WorkRow) -> str:
    return row.detail


@dataclass(frozen=True)
class WorkList:
    """Tasks of one kind.

    ``rows``: those of the person, ``described``; None if this kind is not theirs. ``link``: the URL of one task.
    ``index``: the URL of the list, which shows exactly these rows; without it, the page of the list is made of them.
    ``menu``: the name of the entry of the main menu that says how many they are.
    """

    key: str
    heading: str
    order: int
    rows: "Callable[[User], QuerySet[Any] | None]"
    link: Callable[[WorkRow], str]
    index: "Callable[[User], str] | None" = None
    say: Callable[[WorkRow], str] = _detail_of
    menu: str = ""

    def url(self, user: "User") -> str:
        return self.index(user) if self.index else reverse("work_list", args=[self.key])


@dataclass(frozen=True)
class FilledList:
    work_list: WorkList
    url: str
    count: int = 0
    rows: list[WorkRow] = field(default_factory=list)

    @property
    def items(self) -> list[tuple[WorkRow, str, str]]:
        return [(row, self.work_list.link(row), self.work_list.say(row)) for row in self.rows]


def described(
    rows: QuerySet[Any],
    *,
    title: Combinable,
    first: list[str | OrderBy],
    detail: Combinable | None = None,
    at: str = "",
    on: str = "",
) -> QuerySet[Any]:
    """``rows`` with the columns that every list has, numbered in the order ``first``."""
    return rows.order_by().annotate(
        work_title=Cast(title, TextField()),
        work_detail=Cast(detail if detail is not None else Value(""), TextField()),
        work_at=F(at) if at else Cast(Value(None), DateTimeField(null=True)),
        work_on=F(on) if on else Cast(Value(None), DateField(null=True)),
        work_rank=Window(RowNumber(), order_by=first),
        work_count=Window(Count("pk")),
    )


def declared_lists() -> list[WorkList]:
    every = (one for declare in hooks.get_hooks("work_lists") for one in declare())
    return sorted(every, key=lambda one: (one.order, one.key))


def work_lists(user: "User") -> list[tuple[WorkList, QuerySet[Any]]]:
    """The lists of ``user``, in their order, with their rows."""
    both = ((one, one.rows(user)) for one in declared_lists())
    return [(one, rows) for one, rows in both if rows is not None]


def fill(lists: list[tuple[WorkList, QuerySet[Any]]], user: "User") -> list[FilledList]:
    """The first rows of each list and their number, in one query."""
    filled = {one.key: FilledList(one, one.url(user)) for one, _ in lists}
    parts = [
        rows.filter(work_rank__lte=SHOWN)
        .annotate(work_key=Value(one.key, TextField()))
        .values_list("work_key", *COLUMNS)
        for one, rows in lists
    ]
    for key, pk, title, detail, at, on, _, count in sorted(_union(parts), key=lambda row: row[6]):
        before = filled[key]
        rows = [*before.rows, WorkRow(pk, title, detail, at, on)]
        filled[key] = FilledList(before.work_list, before.url, count, rows)
    return list(filled.values())


def menu_counts(user: "User") -> dict[str, int]:
    """Name of an entry of the main menu → number of tasks behind it. One query."""
    shown = ((one.menu, one.rows(user)) for one in declared_lists() if one.menu)
    parts = [
        rows.annotate(work_menu=Value(menu, TextField()))
        .values("work_menu")
        .annotate(number=Count("pk"))
        .values_list("work_menu", "number")
        for menu, rows in shown
        if rows is not None
    ]
    counts: dict[str, int] = {}
    for menu, number in _union(parts):
        counts[menu] = counts.get(menu, 0) + number
    return counts


def _union(parts: list[QuerySet[Any]]) -> Iterable[Any]:
    if not parts:
        return []
    return parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
