"""Two decisions at one instant end as if one had been taken after the other, and the second person is told."""

import re
from collections.abc import Iterator
from itertools import combinations_with_replacement
from typing import Any

import pytest

from tests.concurrency.machines import World
from tests.concurrency.racing import Outcome, one_after_the_other, race


def pairs(world: World) -> Iterator[tuple[str, str]]:
    return combinations_with_replacement(world.decisions, 2)


def check_told(world: World, pair: tuple[str, str], outcomes: list[Outcome]) -> None:
    """No error 500; of two decisions that exclude each other one is taken, and the other person reads why."""
    assert [outcome.error for outcome in outcomes] == ["", ""], (pair, outcomes)
    if world.excludes(pair):
        assert sorted(outcome.done for outcome in outcomes) == [False, True], (pair, outcomes)
        said = " ".join(outcome.text for outcome in outcomes)
        assert re.search(world.says, said), (pair, said)


def read(world: World, outcomes: list[Outcome]) -> Any:
    return [outcome.done for outcome in outcomes], world.state()


def test_the_first_two_decisions_of_each_machine(world, real_database):
    first, second = list(world.decisions)[:2] if len(world.decisions) > 1 else [*world.decisions] * 2
    check_told(world, (first, second), race(world.decisions[first], world.decisions[second]))


@pytest.mark.slow
def test_every_pair_ends_as_one_after_the_other(world, real_database):
    for pair in pairs(world):
        first, second = (world.decisions[name] for name in pair)
        real_database.restart()
        outcomes = one_after_the_other(first, second)
        check_told(world, pair, outcomes)
        done, state = read(world, outcomes)
        allowed = [(done, state), (done[::-1], state)]
        if first is not second:
            real_database.restart()
            outcomes = one_after_the_other(second, first)
            check_told(world, pair, outcomes)
            allowed = [(done, state), read(world, outcomes[::-1])]
        real_database.restart()
        outcomes = race(first, second)
        check_told(world, pair, outcomes)
        assert read(world, outcomes) in allowed, pair
