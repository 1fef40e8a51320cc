"""An empty index for each test, on each engine, and the outbox drained as a commit would."""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from search.engines.base import SearchEngine
from search.engines.current import get_engine
from search.models import IndexChange
from search.outbox import compare, rebuild
from search.references import references_changed
from tests.factories.site import undo_first_day
from tests.search_server.engines import engine_settings, remove_indexes


@pytest.fixture(scope="module", autouse=True)
def nothing_to_find(module_db: None) -> None:
    """The pages of the first day would be found too."""
    undo_first_day()


@pytest.fixture(scope="session")
def new_engine(engine_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], SearchEngine]]:
    """``new_engine()`` is another engine without an index: for documents made by hand, without a database."""
    made = []

    def make() -> SearchEngine:
        with override_settings(**engine_settings(engine_name, tmp_path_factory.mktemp("index"))):
            made.append(get_engine())
        return made[-1]

    yield make
    for engine in made:
        remove_indexes(engine)


@pytest.fixture
def engine(engine_name: str, tmp_path: Path, settings: Settings) -> Iterator[SearchEngine]:
    """The engine of the portal, without an index yet."""
    for name, value in engine_settings(engine_name, tmp_path / "index").items():
        setattr(settings, name, value)
    yield get_engine()
    remove_indexes(get_engine())


@pytest.fixture(autouse=True)
def noted(saved_pages: None) -> None:
    """What a save leaves in the outbox is the subject here."""


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[object], None]:
    """``indexed(world)``: the index of what ``world`` wrote, built once, then copied for each test that asks for it."""
    kept: dict[object, Path] = {}

    def index(world: object) -> None:
        root, is_copied = Path(settings.SEARCH_INDEX_ROOT), not settings.ELASTICSEARCH_URL
        if is_copied and world in kept:
            shutil.copytree(kept[world], root)
            references_changed()
            IndexChange.objects.all().delete()
            if not any(compare()):
                return
        rebuild()
        if is_copied and world not in kept:
            kept[world] = shutil.copytree(root, tmp_path_factory.mktemp("kept") / "index")

    return index


@pytest.fixture
def built(engine: SearchEngine, db: None, indexed: Callable[[object], None]) -> SearchEngine:
    """An engine whose index holds what the database holds: nothing yet."""
    indexed(None)
    return engine


@pytest.fixture
def writing(engine: SearchEngine) -> Callable[[], AbstractContextManager[None]]:
    """``with writing():`` somebody else holds the right to write."""

    @contextmanager
    def hold() -> Iterator[None]:
        held, over = threading.Event(), threading.Event()

        def elsewhere() -> None:
            with engine.exclusive(5):
                held.set()
                over.wait(60)

        thread = threading.Thread(target=elsewhere)
        thread.start()
        assert held.wait(10)
        try:
            yield
        finally:
            over.set()
            thread.join()

    return hold


@pytest.fixture
def committed(django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> Callable:
    """``with committed():`` runs what the transaction would run at its end."""
    return lambda: django_capture_on_commit_callbacks(execute=True)
