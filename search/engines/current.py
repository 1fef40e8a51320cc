"""Which engine answers: one for each index folder, shared by the threads of the process."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from search.engines.base import SearchEngine
from search.engines.tantivy import TantivyEngine


@lru_cache(maxsize=8)
def _engine_at(root: Path) -> SearchEngine:
    return TantivyEngine(root)


def get_engine() -> SearchEngine:
    return _engine_at(Path(settings.SEARCH_INDEX_ROOT))
