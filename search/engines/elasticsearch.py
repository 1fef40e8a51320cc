"""The Elasticsearch 8 or 9 engine, for a portal served by several machines. See docs/adr/0008.

Searches use the alias. It points to one index, ``<alias>-<12 hexadecimal digits>``; a rebuild fills another one and
moves the alias in one call.
"""

import contextlib
import re
import uuid
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from functools import lru_cache
from time import monotonic
from typing import Any

from elasticsearch import ApiError, ConnectionTimeout, Elasticsearch, NotFoundError, TransportError
from elasticsearch.helpers import BulkIndexError, ScanError, bulk, scan

from search.documents import SearchDocument
from search.engines.base import (
    ANYWHERE,
    EngineError,
    Hit,
    IndexMissingError,
    Likeness,
    SearchEngine,
    SearchResults,
    Suggestion,
)
from search.engines.elasticsearch_queries import (
    Body,
    alike_body,
    close_words,
    known_body,
    read_facets,
    read_without,
    search_body,
    suggest_body,
)
from search.engines.elasticsearch_schema import INDEX_SETTINGS, SHOWN, build_mapping, texts_of, to_source
from search.engines.locks import Lock
from search.engines.records import closest, is_correctable, to_hit, to_suggestion
from search.highlights import Starts, by_first_word
from search.plans import Geography, Plan, make_plan
from search.queries import SearchQuery
from search.synonyms import Synonyms
from search.text import forms

QUERY_TIMEOUT = 2  # seconds, tried twice: a visitor waits
WRITE_TIMEOUT = 30.0
BULK_TIMEOUT = 60
MERGE_TIMEOUT = 600
RESPITE = 15.0  # seconds
BULK_BYTES = 20_000_000
SOURCES_AT_ONCE = 500
NO_INDEX = "index_not_found_exception"
MISSING = "L’index de recherche n’a pas encore été construit."


@contextlib.contextmanager
def engine_errors() -> Iterator[None]:
    """Converts the exceptions of the client, and the refusals of the server in a bulk."""
    try:
        yield
    except NotFoundError as error:
        if error.error == NO_INDEX:
            raise IndexMissingError(MISSING) from None
        raise EngineError(str(error)) from error
    except BulkIndexError as error:
        refused = [next(iter(item.values())).get("error", {}) for item in error.errors]
        if any(reason.get("type") == NO_INDEX for reason in refused):
            raise IndexMissingError(MISSING) from None
        raise EngineError(f"{error} {refused[:1]}") from error
    except (ApiError, TransportError, ScanError) as error:
        raise EngineError(str(error)) from error


class Unsure:
    """A corrector that knows nothing yet, and records the forms that it was asked about."""

    def __init__(self) -> None:
        self.forms: dict[str, None] = {}

    def __call__(self, form: str) -> tuple[str, ...]:
        if is_correctable(form):
            self.forms[form] = None
        return ()


@lru_cache(maxsize=8)
def connect(urls: tuple[str, ...], api_key: str, node_class: str | type) -> Elasticsearch:
    """One client, hence one pool of connections, for each server."""
    return Elasticsearch(
        list(urls),
        api_key=api_key or None,
        node_class=node_class,  # type: ignore[arg-type]  # the client takes a name or a class
        request_timeout=QUERY_TIMEOUT,
        max_retries=1,
        retry_on_timeout=True,
    )


class ElasticsearchEngine(SearchEngine):
    """``urls`` may hold a user and a password. One instance serves all threads of a process."""

    def __init__(
        self, urls: list[str], alias: str, lock: Lock, *, api_key: str = "", node_class: str | type = "urllib3"
    ) -> None:
        self.alias = alias
        self.lock = lock
        self.client = connect(tuple(urls), api_key, node_class)
        self.asleep_until = 0.0

    # Reading

    def search(self, query: SearchQuery, synonyms: Synonyms, geography: Geography = ANYWHERE) -> SearchResults:
        """One request; a second one if a form is in no document, or if too few hold all the words."""
        near = geography.near
        unsure = Unsure()
        plan = make_plan(query.text, synonyms, unsure, geography)
        with engine_errors():
            answer = self._ask(search_body(query, plan, near, unsure.forms))
            if close := self._close(answer, unsure.forms):
                plan = make_plan(query.text, synonyms, lambda form: close.get(form, ()), geography)
                answer = self._ask(search_body(query, plan, near))
            while query.may_widen and (wider := plan.wider(total(answer))):
                plan = wider
                answer = self._ask(search_body(query, plan, near))
        counts, without = read_facets(answer, query.filters), read_without(answer, query.filters)
        return SearchResults(read_hits(answer, plan), total(answer), counts, plan, without)

    def suggest(self, text: str, size: int) -> list[Suggestion]:
        if not forms(text):
            return []
        with engine_errors():
            answer = self._ask(suggest_body(text, size))
        return [to_suggestion(hit["_source"][SHOWN]) for hit in answer["hits"]["hits"]]

    def similar(self, likeness: Likeness, family: str, size: int) -> list[Hit]:
        with engine_errors():
            return read_hits(self._ask(alike_body(likeness, family, size)), Plan())

    def corrections(self, form: str) -> tuple[str, ...]:
        if not is_correctable(form):
            return ()
        with engine_errors():
            answer = self._ask({"size": 0, "track_total_hits": False, "suggest": close_words([form])})
            return self._close(answer, [form]).get(form, ())

    def count(self) -> int:
        with engine_errors():
            return self.client.count(index=self.alias)["count"]

    def keys(self) -> set[str]:
        with engine_errors():
            return set(self._keys({"match_all": {}}))

    def _ask(self, body: Body) -> Body:
        """After a timeout, the next requests fail at once during ``RESPITE``."""
        if monotonic() < self.asleep_until:
            raise EngineError("The search server did not answer in time a moment ago.")
        try:
            return self.client.search(index=self.alias, body=body, allow_partial_search_results=False).body
        except ConnectionTimeout:
            self.asleep_until = monotonic() + RESPITE
            raise

    def _close(self, answer: Body, unsure: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """The corrections of the forms of ``unsure`` that no document holds, even inflected."""
        corrections = {}
        for form in unsure:
            (entry,) = answer["suggest"][form]
            known = {option["text"]: option["freq"] for option in entry["options"] if option["text"].isalpha()}
            if close := closest(form, known):
                corrections[form] = close
        if not corrections:
            return {}
        held = self._ask(known_body(corrections))["aggregations"]["known"]["buckets"]
        return {form: close for form, close in corrections.items() if not held[form]["doc_count"]}

    def _keys(self, tree: Body) -> Iterator[str]:
        hits = scan(self.client, index=self.alias, query={"query": tree, "_source": False}, size=5000)
        return (hit["_id"] for hit in hits)

    # Writing

    def exclusive(self, timeout: float) -> AbstractContextManager[None]:
        return self.lock.hold(timeout)

    def replace(self, keys: Iterable[str], documents: Iterable[SearchDocument]) -> int:
        """Nothing is visible before the final refresh; the first refresh shows what a killed writer left."""
        with self.exclusive(WRITE_TIMEOUT), engine_errors():
            indices = self._writer().indices
            indices.refresh(index=self.alias)
            gone = [{"_op_type": "delete", "_id": key} for key in self._made_from(list(keys))]
            written = self._bulk(self.alias, (*gone, *map(to_action, documents)), require_alias=True)
            indices.refresh(index=self.alias)
        return written - len(gone)

    def _made_from(self, sources: list[str]) -> list[str]:
        parts = [sources[start : start + SOURCES_AT_ONCE] for start in range(0, len(sources), SOURCES_AT_ONCE)]
        return [key for part in parts for key in self._keys({"terms": {"source": part}})]

    def _bulk(self, index: str, actions: Iterable[Body], **options: Any) -> int:
        writer = self._writer()
        written, _ = bulk(writer, actions, index=index, max_chunk_bytes=BULK_BYTES, max_retries=3, **options)
        return written

    def _writer(self) -> Elasticsearch:
        return self.client.options(request_timeout=BULK_TIMEOUT)

    def rebuild(self, documents: Iterable[SearchDocument]) -> int:
        with self.exclusive(WRITE_TIMEOUT), engine_errors():
            indices = self._writer().indices
            answering = self._behind_alias()
            self._remove(self._generations() - answering)
            new = f"{self.alias}-{uuid.uuid4().hex[:12]}"
            indices.create(index=new, settings=INDEX_SETTINGS, mappings=build_mapping().to_dict())
            written = self._bulk(new, map(to_action, documents))
            self._gather(new)
            indices.refresh(index=new)
            moves = [{"remove": {"index": name, "alias": self.alias}} for name in answering]
            indices.update_aliases(actions=[*moves, {"add": {"index": new, "alias": self.alias}}])
            self._remove(answering)
        return written

    def _gather(self, index: str) -> None:
        """Merge into one segment, which answers a fifth faster. A server too slow for it continues by itself."""
        with contextlib.suppress(ConnectionTimeout):
            patient = self.client.options(request_timeout=MERGE_TIMEOUT, max_retries=0)
            patient.indices.forcemerge(index=index, max_num_segments=1)

    def _behind_alias(self) -> set[str]:
        try:
            return set(self.client.indices.get_alias(name=self.alias).body)
        except NotFoundError:
            return set()

    def _generations(self) -> set[str]:
        """Every index of this portal, including those of killed rebuilds, and none of a portal with a longer name."""
        names = self.client.indices.get_alias(index=f"{self.alias}-*").body
        return {name for name in names if re.fullmatch(rf"{re.escape(self.alias)}-[0-9a-f]{{12}}", name)}

    def _remove(self, names: Iterable[str]) -> None:
        for name in names:
            self._writer().indices.delete(index=name, ignore_unavailable=True)


def to_action(item: SearchDocument) -> Body:
    return {"_id": item.key, **to_source(item)}


def total(answer: Body) -> int:
    return answer["hits"]["total"]["value"]


def read_hits(answer: Body, plan: Plan) -> list[Hit]:
    starting: Starts = by_first_word(plan.marked)
    everything = sum(plan.marked.values())
    return [
        to_hit(
            hit["_id"],
            hit["_source"][SHOWN],
            texts_of(hit["_source"]),
            score=hit["_score"] or 0.0,
            starting=starting,
            everything=everything,
        )
        for hit in answer["hits"]["hits"]
    ]
