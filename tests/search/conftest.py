"""An empty index for each test, and the outbox drained as a commit would."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from search.engines.base import SearchEngine
from search.engines.current import get_engine
from search.rebuilding import rebuild


@pytest.fixture
def engine(tmp_path: Path, settings: Settings) -> SearchEngine:
    """An engine without an index yet."""
    settings.SEARCH_INDEX_ROOT = tmp_path / "index"
    return get_engine()


@pytest.fixture
def built(engine: SearchEngine, db: None) -> SearchEngine:
    """An engine whose index holds what the database holds: nothing yet."""
    rebuild()
    return engine


@pytest.fixture
def committed(django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> Callable:
    """``with committed():`` runs what the transaction would run at its end."""
    return lambda: django_capture_on_commit_callbacks(execute=True)
