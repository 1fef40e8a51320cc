"""Fixtures of every room."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.db import connection, transaction
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker
from wagtail.signal_handlers import connect_reference_index_signal_handlers, disconnect_reference_index_signal_handlers

from portal.home.models import HomePage
from tests.databases import empty_database
from tests.factories.site import make_site
from tests.search_server.engines import ELASTICSEARCH, TANTIVY

# How long a case takes says how busy the machine is, not whether it holds.
hypothesis_settings.register_profile("portal", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("portal")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Each process has its own database, named by now: a copy of the one that was migrated once for all of them."""
    own = Path(settings.DATABASES["default"].get("TEST", {}).get("NAME") or ":memory:")
    if connection.vendor == "sqlite" and not own.exists():
        shutil.copy(empty_database(), own)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Wagtail notes who points to whom at each save: a tenth of the time of a test, of use to few of them.

    The tree is built while the database is empty, as the tests that write it again will find it.
    """
    disconnect_reference_index_signal_handlers()
    with django_db_blocker.unblock(), transaction.atomic():
        make_site()
        transaction.set_rollback(True)


@pytest.fixture
def references_noted() -> Iterator[None]:
    """For the tests of what is used where: the notes are taken as on a running portal."""
    connect_reference_index_signal_handlers()
    yield
    disconnect_reference_index_signal_handlers()


@pytest.fixture
def home(db: None) -> HomePage:
    """The home page of a portal that has its whole tree."""
    return make_site()


@pytest.fixture
def month_end() -> Iterator[time_machine.Traveller]:
    """23:30 UTC on the last day of a month: in Paris it is already the first of the next. ``shift()`` moves on.

    The clock runs, so that two rows written one after the other keep their order.
    """
    with time_machine.travel(datetime(2027, 1, 31, 23, 30, tzinfo=UTC)) as traveller:
        yield traveller


@pytest.fixture(scope="session", params=[TANTIVY, ELASTICSEARCH])
def engine_name(request: pytest.FixtureRequest) -> str:
    """Each engine in turn: what depends on it is run on both."""
    if request.param == ELASTICSEARCH and not settings.ELASTICSEARCH_TEST_URL:
        pytest.skip("no search server: make test-elasticsearch starts one")
    return request.param
