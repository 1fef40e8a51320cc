"""State machines: which transition leads from which state to which, for whom, under which conditions.

An app declares its transitions in a ``TransitionTable``. Its services query the table, write the change and notify; the
documentation prints the same table.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model

from portal.base.errors import RefusedError
from portal.base.locks import locked

Row = TypeVar("Row", bound=Model)


def nobody(user: Any, row: Model) -> bool:
    """For a transition that follows another object: no person has a button for it."""
    return False


@dataclass(frozen=True)
class Actor(Generic[Row]):
    """Who takes a transition. ``includes``: whether a user is one of them for this row."""

    label: str
    includes: Callable[[Any, Row], bool] = nobody


@dataclass(frozen=True)
class Condition(Generic[Row]):
    """``label`` names it in the documentation; ``check`` yields what is missing, in French sentences."""

    label: str
    check: Callable[[Row], Iterable[str]]


@dataclass(frozen=True)
class Transition(Generic[Row]):
    """``name`` is unique in its table. ``paths``: state before → state after."""

    name: str
    label: str
    paths: Mapping[Any, Any]
    actors: tuple[Actor[Row], ...]
    conditions: tuple[Condition[Row], ...] = ()
    needs_reason: bool = False

    def missing(self, row: Row) -> list[str]:
        """Everything that ``row`` lacks for this transition."""
        return [sentence for condition in self.conditions for sentence in condition.check(row)]

    @property
    def requirements(self) -> list[str]:
        """What the transition asks for, in the words of the documentation."""
        return [condition.label for condition in self.conditions] + ["motif"] * self.needs_reason


Rule = TypeVar("Rule", bound=Transition)


class TransitionTable(Generic[Row, Rule]):
    """The transitions of one model, in the order in which they are offered.

    ``version_field`` is what tells that a row is still as it was on screen: it changes with each decision.
    ``related`` is read with the locked row.
    """

    state_field = "state"
    version_field = "state"
    related: tuple[str, ...] = ()
    reason_needed = "Dites le motif de cette décision."

    def __init__(self, *transitions: Rule) -> None:
        self.transitions = transitions
        self.by_name = {transition.name: transition for transition in transitions}

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.transitions)

    def is_open(self, transition: Rule, row: Row) -> bool:
        """Whether ``transition`` exists from the present state of ``row``."""
        return getattr(row, self.state_field) in transition.paths

    def allows(self, transition: Rule, row: Row, user: Any) -> bool:
        """Whether ``user`` is an actor of ``transition`` today."""
        return any(actor.includes(user, row) for actor in transition.actors)

    def offered(self, row: Row, user: Any) -> list[Rule]:
        """The transitions available to ``user`` now, whether or not their conditions are met."""
        return [
            transition for transition in self if self.is_open(transition, row) and self.allows(transition, row, user)
        ]

    def find(self, row: Row, name: str) -> Rule | None:
        """The transition called ``name``, or None when it does not exist from the present state."""
        transition = self.by_name.get(name)
        return transition if transition is not None and self.is_open(transition, row) else None

    def refusals(self, row: Row, name: str, *, by: Any, reason: str = "") -> list[str]:
        """Why ``by`` may not take the transition now, in French; empty if they may."""
        transition = self.find(row, name)
        if transition is None:
            return [self.unknown(row, name)]
        if not self.allows(transition, row, by):
            return [self.reserved(transition, row)]
        return self.missing(transition, row, reason)

    def missing(self, transition: Rule, row: Row, reason: str) -> list[str]:
        """What is asked of everybody, a followed object included: the conditions and the reason."""
        lacking = transition.missing(row)
        return [*lacking, self.reason_needed] if transition.needs_reason and not reason.strip() else lacking

    def check(self, row: Row, name: str, *, by: Any, reason: str = "") -> Rule:
        """The transition, if nothing prevents it; raises ``RefusedError`` with all its reasons."""
        if problems := self.refusals(row, name, by=by, reason=reason):
            raise RefusedError(*problems)
        return self.by_name[name]

    def lock(self, row: Row) -> Row:
        """The current row, locked until the end of the transaction; ``RefusedError`` if it differs from the one on
        screen.
        """
        fresh = locked(row, *self.related)
        if getattr(fresh, self.version_field) != getattr(row, self.version_field):
            raise self.overtaken(fresh)
        return fresh

    def unknown(self, row: Row, name: str) -> str:
        """The sentence for a transition that does not exist from here."""
        raise NotImplementedError

    def reserved(self, transition: Rule, row: Row) -> str:
        """The sentence for somebody who is not among the actors."""
        raise NotImplementedError

    def overtaken(self, row: Row) -> RefusedError:
        """The message for the second of two people: what the first decided, who and when, and the current state of
        ``row``.
        """
        raise NotImplementedError


def leading_to(after: Any, *before: Any) -> dict[Any, Any]:
    """The paths from several states to one."""
    return dict.fromkeys(before, after)


def staying_at(*states: Any) -> dict[Any, Any]:
    """The paths of a transition that does not change the state."""
    return {state: state for state in states}
