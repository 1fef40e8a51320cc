"""A decision and its proof stand in one transaction: whatever fails before the end, nothing of it is kept."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection

from tests.concurrency.racing import Decision, one_after_the_other

WRITES = ("INSERT", "UPDATE", "DELETE")
#: Written once the decision is taken, with the message about it; no proof of anything.
BESIDE = '"django_session"'


class Breaking:
    """Counts what is written; the write numbered ``at`` fails, as on a full disk. What follows the commit is not it."""

    def __init__(self, at: int = 0) -> None:
        self.at, self.count, self.is_after = at, 0, False
        self.hooks = connection.run_and_clear_commit_hooks
        connection.run_and_clear_commit_hooks = self.after

    def after(self) -> None:
        self.is_after = True
        self.hooks()
        self.is_after = False

    def __call__(self, execute: Callable, sql: str, params: Any, many: bool, context: dict) -> Any:
        if sql.startswith(WRITES) and BESIDE not in sql and not self.is_after:
            self.count += 1
            if self.count == self.at:
                raise OperationalError("the disk is full")
        return execute(sql, params, many, context)


def writes(decision: Decision, at: int = 0) -> int:
    breaking = Breaking(at)
    with connection.execute_wrapper(breaking):
        decision()
    return breaking.count


@pytest.mark.slow
def test_a_decision_that_fails_at_its_last_write_leaves_nothing(world, real_database):
    before = world.state()
    for name in world.decisions.keys() - set(world.separate):
        decision = world.decisions[name]
        real_database.restart()
        (done,) = one_after_the_other(lambda decision=decision: writes(decision))
        assert done.error == "", (name, done)
        if not done.done or not done.value:
            continue
        real_database.restart()
        (broken,) = one_after_the_other(lambda decision=decision, last=done.value: writes(decision, last))
        assert not broken.done, name
        assert world.state() == before, name
