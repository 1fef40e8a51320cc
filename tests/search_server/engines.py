"""The engines that a test may ask for, each on an index of its own."""

from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings

from search.engines.base import SearchEngine
from search.engines.elasticsearch import ElasticsearchEngine

TANTIVY, ELASTICSEARCH = "tantivy", "elasticsearch"


def engine_settings(name: str, root: Path) -> dict[str, Any]:
    """The settings under which ``get_engine`` gives the engine ``name``, without an index yet."""
    return {
        "SEARCH_INDEX_ROOT": root,
        "ELASTICSEARCH_URL": settings.ELASTICSEARCH_TEST_URL if name == ELASTICSEARCH else "",
        "ELASTICSEARCH_INDEX": f"test-{uuid4().hex[:8]}",
    }


def index_names(engine: ElasticsearchEngine) -> list[str]:
    """Every index that ``engine`` made, answering or not."""
    return sorted(engine.client.indices.get_alias(index=f"{engine.alias}-*").body)


def remove_indexes(engine: SearchEngine) -> None:
    """Leaves nothing of ``engine`` on the server; folders are temporary already."""
    if isinstance(engine, ElasticsearchEngine) and (names := index_names(engine)):
        engine.client.options(request_timeout=30).indices.delete(index=",".join(names))
