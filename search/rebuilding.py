"""The whole index at once: built again, or compared with the database."""

from typing import NamedTuple

from search.documents import build_all, families
from search.engines.current import get_engine
from search.models import IndexChange
from search.outbox import drain, note
from search.references import references_changed


def rebuild(timeout: float = 60.0) -> int:
    """Builds the index aside and swaps; returns the number of documents.

    The writer's lock is held from the first read to the swap: what is saved meanwhile stays in the outbox and is
    drained into the new index.
    """
    engine = get_engine()
    references_changed()  # imports write their rows without a signal
    with engine.exclusive(timeout):
        number = engine.rebuild(build_all())
        drain(everything=True)
    return number


class Difference(NamedTuple):
    """Keys that the public may find but that are not indexed, and indexed keys that nobody may find."""

    missing: set[str]
    surplus: set[str]


def compare() -> Difference:
    """The index against the database, without what waits in the outbox."""
    expected = {family.key_of(pk) for family in families() for pk in family.visible().values_list("pk", flat=True)}
    indexed = get_engine().keys()
    pending = set(IndexChange.objects.values_list("key", flat=True))
    return Difference(expected - indexed - pending, indexed - expected - pending)


def repair(difference: Difference) -> int:
    """Notes both kinds in the outbox and drains it; returns the number of rows done."""
    note(difference.missing | difference.surplus, IndexChange.Reason.REPAIRED)
    return drain(everything=True)
