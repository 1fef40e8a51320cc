"""Fixtures of every room."""

import gc
import random
import shutil
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import connection, transaction
from django.db.models.signals import post_save
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from modelsearch.index import get_indexed_models
from modelsearch.signal_handlers import post_save_signal_handler
from pytest_django import DjangoDbBlocker
from wagtail.models import Page
from wagtail.signal_handlers import connect_reference_index_signal_handlers, disconnect_reference_index_signal_handlers

from portal.home.models import HomePage
from tests.databases import empty_database
from tests.factories import network, podcasts, sheets, site
from tests.factories.site import first_day, make_site, undo_first_day
from tests.search_server.engines import ELASTICSEARCH, TANTIVY

# How long a case takes says how busy the machine is, not whether it holds.
hypothesis_settings.register_profile("portal", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("portal")


#: Over a minute each: they start first, so that no process ends alone with one of them.
LONG = ("tests/rendered/test_everything.py", "tests/relevance/test_relevance.py", "tests/moderation/test_circuits.py")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--order", type=int, help="the number of an order of the tests, which a run says at its end")


def pytest_configure(config: pytest.Config) -> None:
    given = getattr(config, "workerinput", {}).get("order", config.getoption("order"))
    config.order = random.SystemRandom().randrange(10**6) if given is None else given


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Each process of a run follows the same order."""
    node.workerinput["order"] = node.config.order


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Files in a random order, then their classes and tests; a part of the suite follows the order of the whole.

    Tests in a browser keep theirs: they share one running demonstration.
    """

    def place(item: pytest.Item) -> tuple:
        file, kind = item.path.relative_to(config.rootpath).as_posix(), getattr(item, "cls", None)
        if file.startswith("tests/e2e/"):
            return (True, 0)
        drawn = [random.Random(f"{config.order} {name}").random() for name in (file, f"{file} {kind}", item.nodeid)]
        return (file not in LONG, *drawn)

    items.sort(key=place)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    terminalreporter.write_line(f"The same order again: pytest --order {config.order}")


def pytest_collection_finish() -> None:
    """What is loaded stays: the collector of Python need not read it again at each of its rounds."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Each process has its own database, named by now: a copy of the one that was migrated once for all of them."""
    if connection.vendor == "sqlite":
        own = settings.DATABASES["default"].get("TEST", {}).get("NAME") or ":memory:"
        shutil.copy(empty_database(), own)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The portal of the first day, kept in the database: each test is a transaction that comes back to it.

    Nothing is written for the search of the back office, nor about who points to whom: a tenth of the time of a test,
    of use to few of them.
    """
    is_thrown_away = connection.vendor == "sqlite"
    with django_db_blocker.unblock(), nullcontext() if is_thrown_away else transaction.atomic():
        first_day()
        _ = connection.features.supports_json_field  # asked of SQLite once a process: no test counts these queries
        disconnect_reference_index_signal_handlers()
        for model in get_indexed_models():
            post_save.disconnect(post_save_signal_handler, sender=model)
        with django_db_blocker.block():
            yield
        if not is_thrown_away:
            transaction.set_rollback(True)


@pytest.fixture
def before_first_day(db: None) -> None:
    """A database that holds what migrations leave: for the tests of what writes the first day."""
    undo_first_day()


@pytest.fixture(scope="module")
def module_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A transaction for a module: what its own fixtures write in it is found by each test, as it was written."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def references_noted() -> Iterator[None]:
    """For the tests of what is used where: the notes are taken as on a running portal."""
    connect_reference_index_signal_handlers()
    yield
    disconnect_reference_index_signal_handlers()


@pytest.fixture
def home(db: None) -> HomePage:
    """The home page of the portal of the first day."""
    return make_site()


@pytest.fixture
def saved_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """The factories save and publish their pages as the portal does: for the tests of who listens to that."""

    def publish(page: Page) -> None:
        page.latest_revision.publish()
        page.refresh_from_db()

    for factory in (network, podcasts, sheets):
        monkeypatch.setattr(factory, "insert", lambda parent, page: parent.add_child(instance=page))
    monkeypatch.setattr(sheets, "put_online", publish)
    monkeypatch.setattr(site, "put_online", publish)


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
