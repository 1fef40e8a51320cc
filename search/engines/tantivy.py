"""The default engine: Tantivy in the web process, with its index in a folder. Nothing to install or start."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Order, Query, Searcher

from search.documents import SearchDocument
from search.engines.base import (
    ANYWHERE,
    FIELD_WEIGHTS,
    EngineError,
    Hit,
    Likeness,
    SearchEngine,
    SearchResults,
    Suggestion,
)
from search.engines.locks import WriterLock
from search.engines.records import (
    EXACT,
    MAX_FACET_VALUES,
    READ_FIELDS,
    closest,
    facet_field,
    is_correctable,
    to_hit,
    to_suggestion,
)
from search.engines.tantivy_schema import QueryBuilder, to_document
from search.engines.tantivy_store import Store
from search.facets import GROUP_NAMES
from search.highlights import IndexedText, Starts, by_first_word
from search.plans import Geography, Near, Plan, make_plan
from search.queries import SearchQuery
from search.synonyms import Synonyms
from search.text import forms, stem

UPDATE_HEAP = 20_000_000
REBUILD_HEAP = 100_000_000
WRITE_TIMEOUT = 30.0
FREE = "free"  # the groups without a choice


@contextmanager
def engine_errors() -> Iterator[None]:
    """Tantivy raises ValueError and OSError for any failure."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise EngineError(str(error)) from error


class TantivyEngine(SearchEngine):
    def __init__(self, root: Path) -> None:
        self.store = Store(root)
        self.lock = WriterLock(root / "writer.lock")

    # Reading

    def search(self, query: SearchQuery, synonyms: Synonyms, geography: Geography = ANYWHERE) -> SearchResults:
        with engine_errors():
            index, searcher = self.store.searcher()
            near = geography.near
            plan = make_plan(query.text, synonyms, self._corrector(searcher), geography)
            builder = QueryBuilder(index.schema)
            filters = dict(query.filters)
            words = builder.words(plan, near)
            page = self._page(searcher, builder.filtered(words, filters), query, plan, near)
            while query.may_widen and (wider := plan.wider(page.count)):  # type: ignore[attr-defined]
                plan = wider
                words = builder.words(plan, near)
                page = self._page(searcher, words, query, plan, near)
            starting, everything = by_first_word(plan.marked), sum(plan.marked.values())
            hits = [read_hit(searcher, address, float(score), starting, everything) for score, address in page.hits]
            total = page.count  # type: ignore[attr-defined]  # missing from tantivy's stubs
            counts, without = facet_counts(searcher, words, filters)
            return SearchResults(hits, total, counts, plan, without)

    def _page(
        self, searcher: Searcher, tree: Query, query: SearchQuery, plan: Plan, near: Near | None
    ) -> tantivy.SearchResult:
        if query.is_latest_first or not (plan.wanted or plan.phrases or near):
            return searcher.search(tree, query.size, offset=query.offset, order_by_field="recent", order=Order.Desc)
        if near:
            return searcher.search(tree, query.size, offset=query.offset)
        return searcher.search(tree, query.size, offset=query.offset, weight_by_field="weight")

    def suggest(self, text: str, size: int) -> list[Suggestion]:
        if not forms(text):
            return []
        with engine_errors():
            index, searcher = self.store.searcher()
            tree = QueryBuilder(index.schema).suggestions(text)
            hits = searcher.search(tree, size, weight_by_field="weight", count=False)
            return [suggestion(searcher, address) for _, address in hits.hits]

    def similar(self, likeness: Likeness, family: str, size: int) -> list[Hit]:
        with engine_errors():
            index, searcher = self.store.searcher()
            hits = searcher.search(QueryBuilder(index.schema).alike(likeness, family), size, count=False)
            return [read_hit(searcher, address, float(score), {}, 0.0) for score, address in hits.hits]

    def corrections(self, form: str) -> tuple[str, ...]:
        with engine_errors():
            return self._corrector(self.store.searcher()[1])(form)

    def _corrector(self, searcher: Searcher) -> Callable[[str], tuple[str, ...]]:
        def correct(form: str) -> tuple[str, ...]:
            if not is_correctable(form) or is_known(searcher, form):
                return ()
            return closest(form, vocabulary(searcher))

        return correct

    def count(self) -> int:
        with engine_errors():
            return self.store.searcher()[1].num_docs

    def keys(self) -> set[str]:
        with engine_errors():
            return {key for key, _ in self.store.searcher()[1].terms_with_prefix("key", "", Query.all_query())}

    # Writing

    def exclusive(self, timeout: float) -> AbstractContextManager[None]:
        return self.lock.hold(timeout)

    def replace(self, keys: Iterable[str], documents: Iterable[SearchDocument]) -> int:
        written = 0
        with self.exclusive(WRITE_TIMEOUT), engine_errors():
            writer = self.store.open(self.store.current()).writer(UPDATE_HEAP, 1)
            for source in keys:
                writer.delete_documents_by_term("source", source)
            for item in documents:
                writer.delete_documents_by_term("key", item.key)
                writer.add_document(to_document(item))
                written += 1
            writer.commit()
            writer.wait_merging_threads()
        return written

    def rebuild(self, documents: Iterable[SearchDocument]) -> int:
        written = 0
        with self.exclusive(WRITE_TIMEOUT), engine_errors():
            name, index = self.store.create()
            writer = index.writer(REBUILD_HEAP, 1)
            for item in documents:
                writer.add_document(to_document(item))
                written += 1
            writer.commit()
            writer.wait_merging_threads()
            self.store.swap(name)
        return written


def read_hit(searcher: Searcher, address: tantivy.DocAddress, score: float, starting: Starts, everything: float) -> Hit:
    stored: dict[str, list[Any]] = searcher.doc(address).to_dict()
    texts = (
        IndexedText(stored[f"{name}_text"][0].decode(), stored[name][0], stored[f"{name}_spans"][0])
        for name in READ_FIELDS
    )
    shown = json.loads(stored["shown"][0])
    return to_hit(stored["key"][0], shown, texts, score=score, starting=starting, everything=everything)


def suggestion(searcher: Searcher, address: tantivy.DocAddress) -> Suggestion:
    return to_suggestion(json.loads(searcher.doc(address).to_dict()["shown"][0]))


def facet_counts(
    searcher: Searcher, words: Query, filters: dict[str, tuple[str, ...]]
) -> tuple[dict[str, dict[str, int]], dict[str, int]]:
    """The counts of each group, and the total without each chosen group.

    One request: the words are searched once, then filtered separately for the groups without a choice and for each one
    that has a choice.
    """
    asked: dict[str, Any] = {}
    free = {name: by_value(name) for name in GROUP_NAMES if name not in filters}
    if free:
        asked[FREE] = {"filter": bearing_all(filters), "aggs": free}
    for name in filters:
        others = {other: values for other, values in filters.items() if other != name}
        asked[name] = {"filter": bearing_all(others), "aggs": {name: by_value(name)}}
    answer: dict[str, Any] = dict(searcher.aggregate(words, asked))
    counts = {name: counted(answer[name if name in filters else FREE][name]) for name in GROUP_NAMES}
    return counts, {name: int(answer[name]["doc_count"]) for name in filters}


def counted(group: dict[str, Any]) -> dict[str, int]:
    return {bucket["key"]: bucket["doc_count"] for bucket in group["buckets"]}


def bearing_all(filters: dict[str, tuple[str, ...]]) -> str:
    """Documents that hold one of the values of each group, in the query language of a filter aggregation."""
    groups = (" OR ".join(f"{facet_field(name)}:{quoted(value)}" for value in some) for name, some in filters.items())
    return " AND ".join(f"({group})" for group in groups) or "*"


def quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def by_value(group: str) -> dict[str, Any]:
    return {"terms": {"field": facet_field(group), "size": MAX_FACET_VALUES}}


def is_known(searcher: Searcher, form: str) -> bool:
    if searcher.doc_freq(EXACT, form):
        return True
    return any(searcher.doc_freq(name, stem(form)) for name in FIELD_WEIGHTS)


@lru_cache(maxsize=2)
def vocabulary(searcher: Searcher) -> dict[str, int]:
    """Every indexed word with its number of documents; read once per state of the index."""
    return {word: number for word, number in searcher.terms_with_prefix(EXACT, "") if word.isalpha()}
