"""Outbox: from a change to the index. Rows are written with the change, applied after it, retried on failure.

The whole index can also be rebuilt, or compared with the database.
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone

from portal.base.logs import describe, masked
from search.documents import build, build_all, families
from search.engines.base import EngineError, IndexMissingError, SearchEngine, WriterBusyError
from search.engines.current import get_engine
from search.models import IndexChange
from search.references import references_changed

logger = logging.getLogger("portal.search")

BATCH = 200

LONGEST_WAIT = timedelta(hours=1)

COMMIT_TIMEOUT = 0.5  # seconds that the request of a visitor or an editor may wait for the writer

_paused: ContextVar[bool] = ContextVar("search_outbox_paused", default=False)


def note(keys: Iterable[str], reason: IndexChange.Reason) -> None:
    """Notes that ``keys`` must be indexed again, and drains the outbox after the commit."""
    rows = [IndexChange(key=key, reason=reason) for key in dict.fromkeys(keys)]
    if not rows:
        return
    IndexChange.objects.bulk_create(rows, batch_size=500)
    if any(row.key.startswith("clsm:") for row in rows):
        references_changed()
    if not _paused.get():
        transaction.on_commit(drain_quietly, robust=True)


@contextmanager
def paused() -> Iterator[None]:
    """Changes are noted but not drained: for imports and demonstrations, followed by ``search_rebuild``."""
    token = _paused.set(True)
    try:
        yield
    finally:
        _paused.reset(token)


def drain_quietly() -> None:
    """Runs after a commit. A failure of the search never reaches the person who published."""
    if not IndexChange.objects.filter(next_attempt__lte=timezone.now()).exists():
        return  # several changes of one transaction request one drain each
    try:
        drain(COMMIT_TIMEOUT)
    except (IndexMissingError, WriterBusyError) as error:
        logger.info("Search outbox left for later: %s", error)
    except EngineError:
        logger.exception("Search outbox not drained")


def drain(timeout: float = 30.0, everything: bool = False) -> int:
    """Indexes what waits; returns the number of applied rows.

    Raises WriterBusy or IndexMissing with the rows unchanged. Any other failure of the engine is stored on the rows,
    whose delay grows (``everything`` ignores the delay). The rows and the state of their pages are read under the
    writer's lock: two processes cannot overwrite a later state with an earlier one.
    """
    engine = get_engine()
    done = last = 0
    with engine.exclusive(timeout):
        engine.count()  # no index, no drain
        while rows := waiting(last, everything):
            done += apply(engine, rows)
            last = rows[-1].pk
    return done


def waiting(after: int, everything: bool) -> list[IndexChange]:
    """The next rows to try, after the row ``after``: a failing row is not tried twice in one drain."""
    rows = IndexChange.objects.filter(pk__gt=after).order_by("pk")
    return list((rows if everything else rows.filter(next_attempt__lte=timezone.now()))[:BATCH])


def apply(engine: SearchEngine, rows: list[IndexChange]) -> int:
    """Brings the documents of ``rows`` to the current state of the database, then deletes the rows.

    Returns their number. A page that cannot be built keeps its own row and does not block the others.
    """
    keys = list(dict.fromkeys(row.key for row in rows))
    ids = [row.pk for row in rows]
    try:
        engine.replace(keys, build(keys))
    except EngineError as error:
        postpone(ids, max(row.attempts for row in rows), str(error))
        raise
    except (DatabaseError, ValueError, AttributeError, LookupError, TypeError) as error:
        if len(rows) > 1:
            return sum(apply(engine, [row]) for row in rows)
        logger.exception("Document %s can not be built", rows[0].key)
        postpone(ids, rows[0].attempts, describe(error))
        return 0
    IndexChange.objects.filter(pk__in=ids).delete()
    return len(rows)


def postpone(ids: list[int], attempts: int, error: str) -> None:
    """Waits 30 s, then twice as long after each failure, at most an hour. The message of a server may quote
    somebody.
    """
    wait = min(timedelta(seconds=30 * 2 ** min(attempts, 10)), LONGEST_WAIT)
    IndexChange.objects.filter(pk__in=ids).update(
        attempts=F("attempts") + 1, next_attempt=timezone.now() + wait, last_error=masked(error)[:300]
    )


def oldest() -> datetime | None:
    """When the oldest waiting change was made, for monitoring."""
    return IndexChange.objects.order_by("created_at").values_list("created_at", flat=True).first()


def rebuild(timeout: float = 60.0) -> int:
    """Builds the index separately and swaps; returns the number of documents.

    The writer's lock is held from the first read to the swap: changes saved meanwhile stay in the outbox and are
    drained into the new index.
    """
    engine = get_engine()
    references_changed()  # imports write their rows without a signal
    with engine.exclusive(timeout):
        number = engine.rebuild(build_all())
        drain(everything=True)
    return number


class Difference(NamedTuple):
    """Keys of public objects that are not indexed, and indexed keys of objects that are not public."""

    missing: set[str]
    surplus: set[str]


def compare() -> Difference:
    """The index against the database, without what waits in the outbox."""
    expected = {family.key_of(pk) for family in families() for pk in family.visible().values_list("pk", flat=True)}
    indexed = get_engine().keys()
    pending = set(IndexChange.objects.values_list("key", flat=True))
    return Difference(expected - indexed - pending, indexed - expected - pending)


def repair(difference: Difference) -> int:
    """Notes both kinds in the outbox and drains it; returns the number of applied rows."""
    note(difference.missing | difference.surplus, IndexChange.Reason.REPAIRED)
    return drain(everything=True)
