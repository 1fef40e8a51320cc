"""The sections of a CLSM's space. Each app above ``network`` registers its own in ``AppConfig.ready()``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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


@dataclass(frozen=True)
class Section:
    """One part of the page « Mon CLSM ».

    ``read`` returns the ``content`` of ``template`` (with ``clsm`` and ``section``), or None if it is empty. Its
    optional key ``todos`` lists the tasks of the coordinator: they are shown first on the page, in the order of the
    sections, and such sections come first. It makes a fixed number of queries.
    """

    key: str
    heading: str
    order: int
    template: str
    read: Callable[[ClsmPage, User], dict[str, Any] | None]


@dataclass(frozen=True)
class FilledSection:
    """A section and its content for one CLSM today."""

    section: Section
    content: dict[str, Any]

    @property
    def todos(self) -> list[Todo]:
        return self.content.get("todos", [])


_sections: dict[str, Section] = {}


def register(section: Section) -> None:
    """Add ``section``, or replace the one that has the same key."""
    _sections[section.key] = section


def unregister(key: str) -> None:
    _sections.pop(key, None)


def sections() -> list[Section]:
    return sorted(_sections.values(), key=lambda section: (section.order, section.key))


def filled_sections(clsm: ClsmPage, user: User) -> list[FilledSection]:
    """The non-empty sections: those with tasks first, then in their own order."""
    read = [(section, section.read(clsm, user)) for section in sections()]
    filled = [FilledSection(section, content) for section, content in read if content is not None]
    return sorted(filled, key=lambda one: not one.todos)
