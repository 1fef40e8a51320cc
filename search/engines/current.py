"""The engine in use: Elasticsearch if the settings give its URL, else Tantivy in the process.

There is one instance per URL or folder, shared by the threads of the process. Only the engine in use is imported.
"""

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.module_loading import import_string

from search.engines.base import SearchEngine
from search.engines.locks import shared_lock

TANTIVY = "search.engines.tantivy.TantivyEngine"
ELASTICSEARCH = "search.engines.elasticsearch.ElasticsearchEngine"


@lru_cache(maxsize=8)
def _tantivy(root: Path) -> SearchEngine:
    return import_string(TANTIVY)(root)


@lru_cache(maxsize=8)
def _elasticsearch(urls: str, alias: str, api_key: str, node_class: str, root: Path) -> SearchEngine:
    node = import_string(node_class) if "." in node_class else node_class
    lock = shared_lock(alias, root)
    return import_string(ELASTICSEARCH)(urls.split(","), alias, lock, api_key=api_key, node_class=node)


def get_engine() -> SearchEngine:
    root = Path(settings.SEARCH_INDEX_ROOT)
    if not settings.ELASTICSEARCH_URL:
        return _tantivy(root)
    key = settings.ELASTICSEARCH_API_KEY
    return _elasticsearch(
        settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_INDEX, key, settings.ELASTICSEARCH_NODE_CLASS, root
    )
