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

#: How much a word weighs by where it stands. The only table of weights, used by every engine.
FIELD_WEIGHTS: dict[str, float] = {
    "title": 8.0,
    "terms": 4.0,
    "places": 3.0,
    "summary": 3.0,
    "aliases": 1.5,
    "body": 1.0,
}
#: What multiplies the relevance of each family (1 at least): at equal words, an experience comes before a notice.
FAMILY_WEIGHTS: dict[str, float] = {"sheet": 2.4, "episode": 1.7, "clsm": 1.3, "news": 1.2, "page": 1.0}
OTHER_FAMILY_WEIGHT = 1.2
#: What bearing a value that the query names adds, by facet group: as much as a word in the title, more for a theme.
NAMED_WEIGHTS: dict[str, float] = {
    "theme": 40.0,
    "public": 25.0,
    "milieu": 15.0,
    "departement": 20.0,
    "region": 15.0,
    "commune": 50.0,
    "type": 40.0,
}
#: Where a minus looks: not in the synonyms of the terms, which nobody wrote in the page.
EXCLUDED_FIELDS = tuple(name for name in FIELD_WEIGHTS if name != "aliases")
#: What standing in a commune that a concept names is worth, as any word.
PLACE_WEIGHT = 20.0
#: What holding all the words adds when some may lack.
ALL_WORDS_WEIGHT = 100.0
#: What a shared value adds to the likeness of two documents, by facet group; a shared word counts by its rarity.
LIKENESS_WEIGHTS: dict[str, float] = {"theme": 6.0, "public": 3.0, "milieu": 2.0, "strategie": 1.0, "action": 1.0}
LIKENESS_FIELDS = ("title", "summary")
#: What one ring nearer is worth: more than the words of any document can bring.
RING_WEIGHT = 10_000.0
TITLE_PHRASE_WEIGHT = 6.0
AS_TYPED_WEIGHT = 0.3
#: What two words of the query standing together add, by the field.
PAIR_WEIGHTS: dict[str, float] = {"title": 8.0, "summary": 3.0}


ANYWHERE = Geography()


class EngineError(Exception):
    """The engine cannot answer now; the caller shows or keeps what it can."""


class IndexMissing(EngineError):
    """No index was ever built: ``manage.py search_rebuild`` makes it."""


class WriterBusy(EngineError):
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
    """Something whose title begins as what is typed. ``title`` is plain text."""

    family: str
    page_id: int
    url: str
    title: str


@dataclass(frozen=True)
class Likeness:
    """What makes two documents alike: shared facet values and shared telling words (stems)."""

    key: str
    facets: Mapping[str, tuple[str, ...]]
    words: tuple[str, ...]


@dataclass(frozen=True)
class SearchResults:
    """One page of hits, the total, and for each facet group its values with the number of documents.

    The counts of a group are those it would have if nothing were chosen in it: choosing a second value widens.
    ``without``: for each group that has a choice, the total if it had none.
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
    """Every method raises :class:`EngineError`, and nothing else, when the engine cannot do it."""

    @abstractmethod
    def search(self, query: SearchQuery, synonyms: Synonyms, geography: Geography = ANYWHERE) -> SearchResults:
        """The hits of ``query`` by relevance (latest first without words), ties to the latest.

        With ``geography.near``, only what stands in its rings, the nearest ring first, by relevance inside a ring.
        When too few hold all the words: then, if ``query.may_widen``, what holds some of them (``plan.leeway``).
        """

    @abstractmethod
    def suggest(self, text: str, size: int) -> list[Suggestion]:
        """What has every word of ``text`` in its title or other names, the last one perhaps unfinished."""

    @abstractmethod
    def similar(self, likeness: Likeness, family: str, size: int) -> list[Hit]:
        """The documents of ``family`` most like ``likeness``, itself excepted, best first."""

    @abstractmethod
    def corrections(self, form: str) -> tuple[str, ...]:
        """The indexed words closest to ``form``; () when it is indexed itself or nothing is near."""

    def index(self, documents: Iterable[SearchDocument]) -> int:
        """Adds or replaces documents by key; all of them are found when this returns. The number written."""
        return self.replace((), documents)

    def delete(self, keys: Iterable[str]) -> None:
        """Removes the documents made from these sources; unknown ones are ignored."""
        self.replace(keys, ())

    @abstractmethod
    def replace(self, keys: Iterable[str], documents: Iterable[SearchDocument]) -> int:
        """``delete(keys)`` and ``index(documents)`` at once: nobody sees the moment between them."""

    @abstractmethod
    def rebuild(self, documents: Iterable[SearchDocument]) -> int:
        """Builds a new index aside, then swaps: the old one answers until then. The number of documents."""

    @abstractmethod
    def keys(self) -> set[str]:
        """The key of every document, for reconciliation."""

    @abstractmethod
    def count(self) -> int:
        """How many documents are indexed."""

    @abstractmethod
    def exclusive(self, timeout: float) -> AbstractContextManager[None]:
        """The right to write, for the length of a ``with``. Waits ``timeout`` seconds, then WriterBusy."""

    def health(self) -> Health:
        try:
            return Health(ok=True, documents=self.count(), detail="")
        except EngineError as error:
            return Health(ok=False, documents=0, detail=str(error))
