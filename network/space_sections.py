"""The sections of a CLSM's space. An app adds its own by the hook ``clsm_space_sections``."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, QuerySet, Value
from wagtail import hooks

if TYPE_CHECKING:
    from network.models import ClsmPage
    from portal.users.models import User


@dataclass(frozen=True)
class Todo:
    """A task for the coordinator: a sentence and one action. ``is_post``: the button acts at once."""

    text: str
    verb: str
    url: str
    is_post: bool = False


#: Rows (key of a CLSM, or 0 for the person; key of a section; number of tasks), or a query of such rows.
Waiting = Iterable[tuple[int, str, int]] | QuerySet[Any]


@dataclass(frozen=True)
class Section:
    """One part of the page « Mon CLSM ».

    ``read`` returns the ``content`` of ``template`` (with ``clsm`` and ``section``), or None if it is empty. Its
    optional key ``todos`` lists the tasks of the coordinator: they are shown first on the page, in the order of the
    sections, and such sections come first. It makes a fixed number of queries.

    ``waiting``, for a section with tasks, counts them for several CLSMs (``counted``), without their texts.
    """

    key: str
    heading: str
    order: int
    template: str
    read: Callable[[ClsmPage, User], dict[str, Any] | None]
    waiting: Callable[[Sequence[ClsmPage], User], Waiting] | None = None


@dataclass(frozen=True)
class FilledSection:
    """A section and its content for one CLSM today."""

    section: Section
    content: dict[str, Any]

    @property
    def todos(self) -> list[Todo]:
        return self.content.get("todos", [])


def sections() -> list[Section]:
    declared = (declare() for declare in hooks.get_hooks("clsm_space_sections"))
    return sorted(declared, key=lambda section: (section.order, section.key))


def counted(rows: QuerySet[Any], of: str, key: str) -> QuerySet[Any]:
    """One row for each CLSM, which the field ``of`` of the tasks names: what ``Section.waiting`` returns."""
    numbered = rows.order_by().values_list(of).annotate(number=Count("pk"))
    return numbered.annotate(section=Value(key)).values_list(of, "section", "number")


def waiting_tasks(clsms: Sequence[ClsmPage], user: User) -> dict[int, Counter[Section]]:
    """Key of a CLSM (0: the person) → number of tasks by section, in the order of the sections.

    One query, whatever the number of CLSMs. An incomplete draft counts as one task: its state.
    """
    known = {section.key: section for section in sections() if section.waiting}
    parts = [section.waiting(clsms, user) for section in known.values() if section.waiting]
    queries = [part for part in parts if isinstance(part, QuerySet)]
    rows = [row for part in parts if not isinstance(part, QuerySet) for row in part]
    if queries:
        rows += queries[0].union(*queries[1:], all=True)
    found: dict[int, Counter[Section]] = defaultdict(Counter)
    for clsm, key, number in sorted(rows, key=lambda row: known[row[1]].order):
        if number:
            found[clsm][known[key]] += number
    return dict(found)


def filled_sections(clsm: ClsmPage, user: User) -> list[FilledSection]:
    """The non-empty sections: those with tasks first, then in their own order."""
    read = [(section, section.read(clsm, user)) for section in sections()]
    filled = [FilledSection(section, content) for section, content in read if content is not None]
    return sorted(filled, key=lambda one: not one.todos)
