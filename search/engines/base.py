"""The interface of a search engine. Two engines, one behaviour: the same tests run on each."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString

from search.documents import SearchDocument
from search.highlights import Moment
from search.plans import Geography, Plan
from search.queries import SearchQuery
from search.synonyms import Synonyms

#: The weight of a word by field. The only table of weights, used by every engine.
FIELD_WEIGHTS: dict[str, float] = {
    "title": 8.0,
    "terms": 4.0,
    "places": 3.0,
    "summary": 3.0,
    "aliases": 1.5,
    "body": 1.0,
}
#: Factor on the relevance of each family (1 at least): for equal words, an experience comes before a notice.
FAMILY_WEIGHTS: dict[str, float] = {"sheet": 2.4, "episode": 1.7, "clsm": 1.3, "news": 1.2, "page": 1.0}
OTHER_FAMILY_WEIGHT = 1.2
#: Bonus for a value that the query names, by facet group: as much as a word in the title, more for a theme.
NAMED_WEIGHTS: dict[str, float] = {
    "theme": 40.0,
    "public": 25.0,
    "milieu": 15.0,
    "departement": 20.0,
    "region": 15.0,
    "commune": 50.0,
    "type": 40.0,
}
#: Fields searched for an excluded word: not the synonyms of the terms, which nobody wrote in the page.
EXCLUDED_FIELDS = tuple(name for name in FIELD_WEIGHTS if name != "aliases")
#: Bonus for a commune that a concept names, as for any word.
PLACE_WEIGHT = 20.0
#: Bonus for all the words when some may be missing.
ALL_WORDS_WEIGHT = 100.0
#: Bonus of a shared value in the similarity of two documents, by facet group; a shared word counts by its rarity.
LIKENESS_WEIGHTS: dict[str, float] = {"theme": 6.0, "public": 3.0, "milieu": 2.0, "strategie": 1.0, "action": 1.0}
LIKENESS_FIELDS = ("title", "summary")
#: Bonus of one ring nearer: more than the words of any document can add.
RING_WEIGHT = 10_000.0
TITLE_PHRASE_WEIGHT = 6.0
AS_TYPED_WEIGHT = 0.3
#: Bonus of two adjacent words of the query, by field.
PAIR_WEIGHTS: dict[str, float] = {"title": 8.0, "summary": 3.0}


ANYWHERE = Geography()


class EngineError(Exception):
    """The engine cannot answer now; the caller shows or keeps what it can."""


class IndexMissingError(EngineError):
    """No index was ever built: ``manage.py search_rebuild`` builds it."""


class WriterBusyError(EngineError):
    """Another process writes; the change waits in the outbox."""


@dataclass(frozen=True)
class Hit:
    """One result. ``title`` and ``snippet`` are safe HTML: escaped, with ``<mark>`` only."""

    key: str
    family: str
    page_id: int
    url: str
    title: SafeString
    snippet: SafeString
    score: float
    payload: Mapping[str, Any]
    communes: tuple[str, ...] = ()
    moments: tuple[Moment, ...] = ()


@dataclass(frozen=True)
class Suggestion:
    """An object whose title begins with the typed text. ``title`` is plain text."""

    family: str
    page_id: int
    url: str
    title: str


@dataclass(frozen=True)
class Likeness:
    """What makes two documents similar: shared facet values and shared significant words (stems)."""

    key: str
    facets: Mapping[str, tuple[str, ...]]
    words: tuple[str, ...]


@dataclass(frozen=True)
class SearchResults:
    """One page of hits, the total, and for each facet group its values with the number of documents.

    The counts of a group are those without any choice in it: a second value widens the results. ``without``: for each
    group that has a choice, the total without it.
    """

    hits: list[Hit]
    total: int
    facets: dict[str, dict[str, int]]
    plan: Plan = field(default_factory=Plan)
    without: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Health:
    ok: bool
    documents: int
    detail: str


class SearchEngine(ABC):
    """Every method raises :class:`EngineError`, and nothing else, when the engine fails."""

    @abstractmethod
    def search(self, query: SearchQuery, synonyms: Synonyms, geography: Geography = ANYWHERE) -> SearchResults:
        """The hits of ``query`` by relevance (latest first without words), ties by date.

        With ``geography.near``, only what is in its rings, the nearest ring first, by relevance inside a ring. If too
        few hold all the words and ``query.may_widen``, those that hold some of them follow (``plan.leeway``).
        """

    @abstractmethod
    def suggest(self, text: str, size: int) -> list[Suggestion]:
        """Objects with every word of ``text`` in their title or other names; the last word may be incomplete."""

    @abstractmethod
    def similar(self, likeness: Likeness, family: str, size: int) -> list[Hit]:
        """The documents of ``family`` most similar to ``likeness``, itself excluded, best first."""

    @abstractmethod
    def corrections(self, form: str) -> tuple[str, ...]:
        """The indexed words closest to ``form``; () if it is indexed itself or nothing is close."""

    def index(self, documents: Iterable[SearchDocument]) -> int:
        """Adds or replaces documents by key; all of them can be found on return. Returns their number."""
        return self.replace((), documents)

    def delete(self, keys: Iterable[str]) -> None:
        """Removes the documents made from these sources; unknown ones are ignored."""
        self.replace(keys, ())

    @abstractmethod
    def replace(self, keys: Iterable[str], documents: Iterable[SearchDocument]) -> int:
        """``delete(keys)`` and ``index(documents)`` in one step: no search sees the state between them."""

    @abstractmethod
    def rebuild(self, documents: Iterable[SearchDocument]) -> int:
        """Builds a new index separately, then swaps: the old one answers until then. Returns the number of
        documents.
        """

    @abstractmethod
    def keys(self) -> set[str]:
        """The key of every document, for reconciliation."""

    @abstractmethod
    def count(self) -> int:
        """The number of indexed documents."""

    @abstractmethod
    def exclusive(self, timeout: float) -> AbstractContextManager[None]:
        """The right to write, inside a ``with``. Waits ``timeout`` seconds, then raises WriterBusy."""

    def health(self) -> Health:
        try:
            return Health(ok=True, documents=self.count(), detail="")
        except EngineError as error:
            return Health(ok=False, documents=0, detail=str(error))
