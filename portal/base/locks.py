"""Decisions one at a time: the row is locked, then read again."""

from typing import TypeVar

from django.db.models import Model

from portal.base.errors import RefusedError

Row = TypeVar("Row", bound=Model)


def locked(row: Row, *related: str) -> Row:
    """``row`` as stored in the database, locked until the end of the transaction, with its ``related`` objects.

    The second of two people waits here, then reads what the first decided. A page is locked in both of its tables.
    Raises ``RefusedError`` if the row is deleted, ``TransactionManagementError`` outside a transaction where the
    database has row locks.
    """
    model = type(row)
    parents = [link.name for link in model._meta.parents.values() if link is not None]
    rows = model._default_manager.select_for_update(of=("self", *parents))
    locked_row = (rows.select_related(*related) if related else rows).filter(pk=row.pk).first()
    if locked_row is None:
        raise RefusedError(
            f"Ce que vous alliez modifier ({model._meta.verbose_name}) n’existe plus : supprimé entre-temps."
        )
    return locked_row
