"""What every test builds first, built once in a process, then written again row by row."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import TypeVar

from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone
from wagtail.models import Site

Rows = dict[str, set[tuple]]
World = TypeVar("World")
#: A test that travels in time builds its own: rows dated of today would lie to it.
FRESH = timedelta(hours=2)


def replayed(build: Callable[[], World]) -> Callable[[], World]:
    """Run ``build`` for good the first time, or where its tables are not as it found them then.

    The rows that it returns, alone or in a tuple, list or dict, are read again. What it wrote elsewhere than in the
    database is not done again. SQLite only: elsewhere ``build`` always runs.
    """
    before: Rows = {}
    after: Rows = {}
    built_at: datetime | None = None
    world: World

    @wraps(build)
    def run() -> World:
        nonlocal before, after, built_at, world
        now = timezone.now()
        if built_at and timedelta(0) <= now - built_at < FRESH and rows(before) == before:
            write(after)
            Site.clear_site_root_paths_cache()
            return read_again(world)
        if built_at or connection.vendor != "sqlite":
            return build()
        tables = connection.introspection.django_table_names(only_existing=True)
        found = rows(tables)
        world = build()
        left = rows(tables)
        before = {table: found[table] for table in tables if found[table] != left[table]}
        after = {table: left[table] for table in before}
        built_at = now
        return world

    return run


def read_again(found: World) -> World:
    if isinstance(found, Model):
        return type(found)._base_manager.get(pk=found.pk)
    if isinstance(found, list | tuple):
        return type(found)(map(read_again, found))
    if isinstance(found, dict):
        return type(found)((key, read_again(value)) for key, value in found.items())
    return found


def rows(tables: Rows | list[str]) -> Rows:
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found[table] = set(cursor.fetchall())
    return found


def write(found: Rows) -> None:
    """Put ``found`` in place of what these tables hold; constraints are checked at the end of the transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table, values in found.items():
            name = connection.ops.quote_name(table)
            cursor.execute(f"DELETE FROM {name}")
            if values:
                marks = ", ".join(["%s"] * len(next(iter(values))))
                cursor.executemany(f"INSERT INTO {name} VALUES ({marks})", list(values))
