"""Machines of states outside Wagtail's workflows: a world, and the decisions that two people may take in it.

A builder makes the world and gives its decisions. Those of ``once`` exclude one another: of two taken at one instant,
one is taken and the other person is told; in one order both may be taken by those of ``may_follow``. ``state``: what
can be read afterwards, without dates. Each part of those of ``separate`` is whole by itself.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from portal.moderation.models import Notice
from portal.site_setup.roles import ADMINISTRATION, MODERATION
from portal.users.models import User
from tests.factories.capitalisation import make_member

Decision = Callable[[], Any]


@dataclass(frozen=True)
class World:
    decisions: dict[str, Decision]
    state: Callable[[], Any]
    once: Collection[str] = ()
    may_follow: Collection[set[str]] = ()
    separate: Collection[str] = ()
    says: str = r"déjà prise (par|le)"

    def excludes(self, pair: Collection[str]) -> bool:
        return set(pair) <= set(self.once) and set(pair) not in self.may_follow


def notices() -> list[str]:
    """Who was told what."""
    return sorted(f"{notice.event} {notice.recipient_id or notice.address}" for notice in Notice.objects.all())


BUILDERS: dict[str, Callable[[], World]] = {}


def machine(build: Callable[[], World]) -> Callable[[], World]:
    BUILDERS[build.__name__] = build
    return build


def people() -> tuple[User, User]:
    """Two of the Centre."""
    return make_member(MODERATION), make_member(ADMINISTRATION)


def superusers() -> tuple[User, User]:
    return User.objects.create_superuser("alix@clsm.example"), User.objects.create_superuser("sacha@clsm.example")
