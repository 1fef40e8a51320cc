"""What every test builds first, built once in a process, then written again row by row."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps

from django.db import connection, transaction
from django.utils import timezone
from wagtail.models import Site

Rows = dict[str, set[tuple]]
#: A test that travels in time builds its own: rows dated of today would lie to it.
FRESH = timedelta(hours=2)


def replayed(build: Callable[[], object]) -> Callable[[], None]:
    """Run ``build`` for good the first time, or where its tables are not as it found them then.

    What it wrote elsewhere than in the database is not done again. SQLite only: elsewhere ``build`` always runs.
    """
    before: Rows = {}
    after: Rows = {}
    built_at: datetime | None = None

    @wraps(build)
    def run() -> None:
        nonlocal before, after, built_at
        now = timezone.now()
        if built_at and timedelta(0) <= now - built_at < FRESH and rows(before) == before:
            write(after)
            Site.clear_site_root_paths_cache()
            return
        if built_at or connection.vendor != "sqlite":
            build()
            return
        tables = connection.introspection.django_table_names(only_existing=True)
        found = rows(tables)
        build()
        left = rows(tables)
        before = {table: found[table] for table in tables if found[table] != left[table]}
        after = {table: left[table] for table in before}
        built_at = now

    return run


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
