"""``real_database``: on SQLite in every run, on PostgreSQL too in ``make test-concurrency``."""

from collections.abc import Iterator

import pytest
from django.db import connection

from tests.concurrency import (  # noqa: F401 - they fill BUILDERS
    capitalisation_machines,
    other_machines,
    page_machines,
    proofreading_machines,
    sheet_machines,
)
from tests.concurrency.databases import Database, RealDatabase, SqliteFile, throw_away_postgresql
from tests.concurrency.machines import BUILDERS, World


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def database(request, django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Database]:
    if request.param == "sqlite":
        if connection.vendor != "sqlite":
            pytest.skip("copies the migrated SQLite database of the tests")
        with django_db_blocker.unblock():
            connection.ensure_connection()
            yield SqliteFile(tmp_path_factory.mktemp("sqlite"), connection.connection)
        return
    with throw_away_postgresql() as postgresql:
        yield postgresql


@pytest.fixture
def real_database(database, db) -> Iterator[RealDatabase]:
    """``db`` keeps the usual connection aside, in a transaction of its own that nothing enters."""
    with RealDatabase(database).used() as used:
        yield used


#: Tried in every run; the others in ``make test-concurrency``.
SAMPLE = {
    "census_answer",
    "page_in_review",
    "census_draft",
    "case_file",
    "first_consent",
    "invitation",
    "claim",
    "voice",
    "return_asked",
}


@pytest.fixture(params=[pytest.param(name, marks=[] if name in SAMPLE else [pytest.mark.slow]) for name in BUILDERS])
def world(request, real_database: RealDatabase) -> World:
    """Each machine of states in turn, in a database of its own to which ``real_database.restart`` comes back."""
    made = BUILDERS[request.param]()
    real_database.keep()
    return made
