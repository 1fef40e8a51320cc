"""The sections of a CLSM's space. An app adds its own by the hook ``clsm_space_sections``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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


def sections() -> list[Section]:
    declared = (declare() for declare in hooks.get_hooks("clsm_space_sections"))
    return sorted(declared, key=lambda section: (section.order, section.key))


def filled_sections(clsm: ClsmPage, user: User) -> list[FilledSection]:
    """The non-empty sections: those with tasks first, then in their own order."""
    read = [(section, section.read(clsm, user)) for section in sections()]
    filled = [FilledSection(section, content) for section, content in read if content is not None]
    return sorted(filled, key=lambda one: not one.todos)
