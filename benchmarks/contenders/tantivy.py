"""Our embedded engine, and the very requests that it makes, straight through tantivy-py: the limit."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import tantivy

from benchmarks.contenders.base import Ask, Contender
from search.documents import SearchDocument
from search.engines.tantivy import TantivyEngine
from search.queries import SearchQuery
from search.synonyms import Synonyms, starting_groups

OURS, RAW = "Tantivy, notre moteur", "tantivy-py direct"
Call = tuple[str, tuple[Any, ...], dict[str, Any]]


class Listening:
    """Stands for a searcher, and keeps what is asked of it."""

    def __init__(self, searcher: tantivy.Searcher) -> None:
        self._searcher = searcher
        self.calls: list[Call] = []

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._searcher, name)
        return self.heard(name, method) if name in ("search", "aggregate") else method

    def heard(self, name: str, method: Any) -> Any:
        def call(*arguments: Any, **options: Any) -> Any:
            self.calls.append((name, arguments, options))
            return method(*arguments, **options)

        return call


class Tantivy(Contender):
    forms = (OURS, RAW)
    is_ours = True

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.engine = TantivyEngine(folder)
        self.synonyms = Synonyms(starting_groups())

    def build(self, documents: Iterable[SearchDocument]) -> None:
        self.engine.rebuild(documents)

    def prepared(self, form: str, query: SearchQuery) -> Ask:
        if form == OURS:
            return lambda: self.engine.search(query, self.synonyms).total
        index, searcher = self.engine.store.searcher()
        return raw_request(index.schema, searcher, self.overheard(query, index, searcher))

    def overheard(self, query: SearchQuery, index: tantivy.Index, searcher: tantivy.Searcher) -> list[Call]:
        """What our engine asks for ``query``: its trees are made, and no longer timed."""
        listening = Listening(searcher)
        self.engine.store.searcher = lambda: (index, listening)  # type: ignore[method-assign, assignment, return-value]
        try:
            self.engine.search(query, self.synonyms)
        finally:
            del self.engine.store.searcher
        return listening.calls


def raw_request(schema: tantivy.Schema, searcher: tantivy.Searcher, calls: list[Call]) -> Ask:
    """Hits, total, facets, the stored documents of the page and the snippets that Tantivy makes of them."""
    searches = [(arguments, options) for name, arguments, options in calls if name == "search"]
    counts = [(arguments, options) for name, arguments, options in calls if name == "aggregate"]
    words = searches[-1][0][0]

    def ask() -> int:
        for arguments, options in searches:
            found = searcher.search(*arguments, **options)
        snippets = tantivy.SnippetGenerator.create(searcher, words, schema, "body")
        for _, address in found.hits:
            snippets.snippet_from_doc(searcher.doc(address)).to_html()
        for arguments, options in counts:
            searcher.aggregate(*arguments, **options)
        return int(found.count)  # type: ignore[attr-defined]  # missing from tantivy's stubs

    return ask
