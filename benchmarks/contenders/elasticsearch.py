"""Our engine on a search server, and the very requests that it sent, sent again without it."""

import json
import os
import uuid
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit
from urllib.request import urlopen

from elastic_transport import Urllib3HttpNode

from benchmarks.contenders.base import Ask, Contender
from benchmarks.memory import listening
from search.documents import SearchDocument
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.locks import WriterLock
from search.queries import SearchQuery
from search.synonyms import Synonyms, starting_groups
from tests.search_server.shim import OpenSearchNode

LOCAL_PORT = 9200
HEADERS = {"accept": "application/json", "content-type": "application/json"}
LOCAL = f"http://127.0.0.1:{LOCAL_PORT}"
OURS, RAW = "serveur, notre moteur", "serveur, mêmes requêtes brutes"
Sent = tuple[str, str, Any]  # method, target, body


def address() -> str:
    return os.environ.get("ELASTICSEARCH_URL") or os.environ.get("ELASTICSEARCH_TEST_URL") or LOCAL


@lru_cache(maxsize=1)
def distribution() -> str:
    """« opensearch 2.19.1 »; '' when no server answers."""
    try:
        with urlopen(f"{address()}/_nodes/_local", timeout=2) as answer:  # noqa: S310 - the address of the operator
            (node,) = json.load(answer)["nodes"].values()
    except (OSError, ValueError, KeyError):
        return ""
    return f"{'elasticsearch' if 'build_flavor' in node else 'opensearch'} {node['version']}"


class Listening:
    """What a node sends while ``sent`` is a list."""

    sent: ClassVar[list[Sent] | None] = None

    def perform_request(self, method: str, target: str, body: bytes | None = None, **options: Any) -> Any:
        if Listening.sent is not None:
            Listening.sent.append((method, target, body))
        return super().perform_request(method, target, body=body, **options)  # type: ignore[misc]


class ElasticNode(Listening, Urllib3HttpNode):  # type: ignore[misc]
    pass


class OpenNode(Listening, OpenSearchNode):  # type: ignore[misc]
    pass


class Elasticsearch(Contender):
    forms = (OURS, RAW)
    is_ours = True

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.alias = f"clsm-benchmark-{uuid.uuid4().hex[:8]}"
        node = OpenNode if distribution().startswith("opensearch") else ElasticNode
        self.engine = ElasticsearchEngine([address()], self.alias, WriterLock(folder / "lock"), node_class=node)
        self.synonyms = Synonyms(starting_groups())

    @classmethod
    def missing(cls) -> str:
        return "" if distribution() else f"aucun serveur de recherche à {address()}"

    def build(self, documents: Iterable[SearchDocument]) -> None:
        self.engine.rebuild(documents)

    def prepared(self, form: str, query: SearchQuery) -> Ask:
        if form == OURS:
            return lambda: self.engine.search(query, self.synonyms).total
        requests = self.overheard(query)

        def ask() -> int:
            for method, target, body in requests:
                answer = self.engine.client.perform_request(method, target, headers=HEADERS, body=body)
            return int(answer.body["hits"]["total"]["value"])

        return ask

    def overheard(self, query: SearchQuery) -> list[Sent]:
        sent: list[Sent] = []
        Listening.sent = sent
        try:
            self.engine.search(query, self.synonyms)
        finally:
            Listening.sent = None
        return sent

    def size(self) -> int:
        """From the segments: the statistics of an index are only refreshed now and then."""
        self.engine.client.indices.flush(index=self.alias)
        segments: Any = self.engine.client.cat.segments(index=self.alias, format="json", bytes="b", h="size").body
        return sum(int(segment["size"]) for segment in segments)

    def server(self) -> list[int]:
        parts = urlsplit(address())
        return listening(parts.port or LOCAL_PORT) if parts.hostname in ("127.0.0.1", "localhost", "::1") else []

    def close(self) -> None:
        for name in self.engine.client.indices.get_alias(name=self.alias).body:
            self.engine.client.indices.delete(index=name)
