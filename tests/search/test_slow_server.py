"""A search server that hangs is left in peace for a while: visitors do not wait for it one after the other."""

from pathlib import Path
from typing import Any

import pytest
from elasticsearch import ConnectionTimeout

from search.engines import elasticsearch
from search.engines.base import EngineError
from search.engines.elasticsearch import RESPITE, ElasticsearchEngine
from search.engines.locks import WriterLock


class Hanging:
    """Stands for the client: counts what it is asked and never answers in time."""

    def __init__(self) -> None:
        self.asked = 0

    def search(self, **request: Any) -> None:
        self.asked += 1
        raise ConnectionTimeout("too long")


@pytest.fixture
def hanging(tmp_path: Path) -> tuple[ElasticsearchEngine, Hanging]:
    engine = ElasticsearchEngine(["http://search.example:9200"], "portail", WriterLock(tmp_path / "lock"))
    client = Hanging()
    engine.client = client  # type: ignore[assignment]
    return engine, client


def test_only_the_first_visitor_waits(
    hanging: tuple[ElasticsearchEngine, Hanging], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, client = hanging
    now = 1_000.0
    monkeypatch.setattr(elasticsearch, "monotonic", lambda: now)
    for _ in range(3):
        with pytest.raises(EngineError):
            engine.suggest("logement", 5)
    assert client.asked == 1
    now += RESPITE
    with pytest.raises(EngineError):
        engine.suggest("logement", 5)
    assert client.asked == 2
