"""Two decisions at the same instant, in two processes, on one real database.

Each process stops before its first lock or first write until the other is there too: both have then read the same
state, as two people have who look at the same screen. From then on they go in step, until one waits for the other.
"""

import os
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from threading import BrokenBarrierError
from typing import Any

from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, connections

from portal.base.errors import RefusedError

Decision = Callable[[], Any]
LONGEST = 600  # seconds before a race is given up
MEETING, STEP = 10.0, 0.2  # seconds: for the first meeting, then at each write while both go on
MEETS = ("BEGIN", "INSERT", "UPDATE", "DELETE", "SAVEPOINT")
FORK = get_context("fork")  # the decision is called as it is, with what it holds


@dataclass(frozen=True)
class Outcome:
    """How a decision ended: ``value`` when it was taken, why not in French when it was refused, else the error."""

    value: Any = None
    refused: tuple[str, ...] = ()
    error: str = ""
    mails: tuple[str, ...] = ()

    @property
    def done(self) -> bool:
        return not self.refused and not self.error

    @property
    def text(self) -> str:
        return " ".join(self.refused)


class Meeting:
    """Stops each process before what it locks or writes, until the other is there."""

    def __init__(self, barrier: Barrier) -> None:
        self.barrier, self.patience = barrier, MEETING

    def __call__(self, execute: Callable, sql: str, params: Any, many: bool, context: dict) -> Any:
        if sql.startswith(MEETS) or "FOR UPDATE" in sql:
            try:
                self.barrier.wait(self.patience)
                self.patience = STEP
            except BrokenBarrierError:
                pass  # the other waits for a lock, or has finished: from here each goes on by itself
        return execute(sql, params, many, context)


def race(*decisions: Decision) -> list[Outcome]:
    """Take ``decisions`` at the same instant, each in its own process."""
    barrier = FORK.Barrier(len(decisions))
    return _collected([_start(decision, barrier) for decision in decisions])


def one_after_the_other(*decisions: Decision) -> list[Outcome]:
    """The same without a race: what each person gets who decides a little after the one before."""
    return [outcome for decision in decisions for outcome in _collected([_start(decision, None)])]


def _start(decision: Decision, barrier: Barrier | None) -> tuple[Any, Connection]:
    connections.close_all()  # a process never inherits the connection of another
    mine, theirs = FORK.Pipe(duplex=False)
    process = FORK.Process(target=_decide, args=(decision, barrier, theirs), daemon=True)
    process.start()
    theirs.close()
    return process, mine


def _collected(started: Sequence[tuple[Any, Connection]]) -> list[Outcome]:
    outcomes = []
    for process, link in started:
        outcomes.append(link.recv() if link.poll(LONGEST) else Outcome(error="no answer: the decision never ended"))
        link.close()
        process.kill() if outcomes[-1].error.startswith("no answer") else None
        process.join()
    return outcomes


def _decide(decision: Decision, barrier: Barrier | None, link: Connection) -> None:
    mail.outbox = []
    if barrier is None:
        outcome = _outcome(decision)
    else:
        with connection.execute_wrapper(Meeting(barrier)):
            outcome = _outcome(decision)
        barrier.abort()
    connections.close_all()
    link.send(outcome)
    os._exit(0)  # nothing of the test is finished twice


def _outcome(decision: Decision) -> Outcome:
    refused: tuple[str, ...] = ()
    error, value = "", None
    try:
        value = decision()
    except (RefusedError, ValidationError) as refusal:
        refused = tuple(refusal.messages)
    except PermissionDenied as refusal:
        refused = (str(refusal) or "403",)
    except Exception:  # noqa: BLE001 - whatever a person would get as an error 500
        error = traceback.format_exc()
    return Outcome(value, refused, error, tuple(message.subject for message in mail.outbox))
