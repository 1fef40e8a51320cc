"""Every judged query asked of an engine over the corpus, and what came back."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.http import QueryDict
from django.test import override_settings

from search.engines.current import get_engine
from search.outbox import rebuild
from search.places import find_place
from search.queries import SearchQuery
from search.references import references
from search.results import ask
from tests.relevance.corpus.building import Corpus
from tests.relevance.judgements import Query, queries
from tests.relevance.scoring import DEPTH, mean, ndcg, rank_of
from tests.search_server.engines import ELASTICSEARCH, TANTIVY, remove_indexes

SEGMENT = 45.0  # seconds: a passage is long enough to be understood, and may begin before the words


@dataclass(frozen=True)
class Measure:
    """One query: ``ranking``, the keys of its first page of results; ``seconds``, where its episode would open."""

    query: Query
    ranking: list[str]
    seconds: tuple[int, ...] = ()

    @property
    def score(self) -> float:
        """nDCG@10; of a query that expects nothing, 1 when nothing comes."""
        if self.query.expects_nothing:
            return float(not self.ranking)
        return ndcg(self.ranking, self.query.grades)

    @property
    def is_answered(self) -> bool:
        """One of the best documents is in the first ten."""
        return self.query.expects_nothing or rank_of(self.ranking[:DEPTH], self.query.answers) is not None

    @property
    def is_at_the_moment(self) -> bool:
        """The first passage shown holds the words: it begins with them or a segment before."""
        moment = self.query.moment
        return moment is None or (bool(self.seconds) and 0 <= moment.second + 1 - self.seconds[0] <= SEGMENT + 1)


@dataclass(frozen=True)
class Report:
    """The measures of one engine."""

    engine: str
    measures: list[Measure]

    def mean(self, is_held_out: bool | None = None) -> float:
        """Mean nDCG@10 over all queries, or over one part of them."""
        chosen = (one for one in self.measures if is_held_out is None or one.query.is_held_out is is_held_out)
        return mean([one.score for one in chosen])

    def unanswered(self) -> list[Measure]:
        """The queries of the acceptance list without their answer."""
        return [one for one in self.measures if one.query.acceptance and not one.is_answered]

    def lost_moments(self) -> list[Measure]:
        return [one for one in self.measures if not one.is_at_the_moment]


def engines() -> list[str]:
    """The embedded engine, and the server when its address is given."""
    return [TANTIVY, ELASTICSEARCH] if settings.ELASTICSEARCH_TEST_URL else [TANTIVY]


def measure_all(corpus: Corpus) -> list[Report]:
    return [measure(corpus, engine) for engine in engines()]


def measure(corpus: Corpus, engine: str) -> Report:
    """Indexes the corpus with ``engine``, in an index of its own, then asks every query."""
    with using(engine):
        rebuild()
        return Report(engine, [asked(corpus, query) for query in queries()])


@contextmanager
def using(engine: str) -> Iterator[None]:
    """The search of the portal answered by ``engine``, from an index that disappears afterwards."""
    alias = f"relevance-{uuid4().hex[:8]}"
    url = settings.ELASTICSEARCH_TEST_URL if engine == ELASTICSEARCH else ""
    with tempfile.TemporaryDirectory() as root, override_settings(
        SEARCH_INDEX_ROOT=Path(root), ELASTICSEARCH_URL=url, ELASTICSEARCH_INDEX=alias
    ):  # fmt: skip
        try:
            yield
        finally:
            remove_indexes(get_engine())


def asked(corpus: Corpus, query: Query) -> Measure:
    """What the results page would show first for the words of ``query``."""
    params = QueryDict(mutable=True)
    params["q"] = query.text
    reference = references()
    wanted = SearchQuery.from_params(params).known(reference.labels)
    hits = ask(wanted, reference, find_place(wanted, reference.stamp)).hits
    ranking = [corpus.keys.get(hit.page_id, hit.key) for hit in hits]
    heard = [
        hit.moments for hit, key in zip(hits, ranking, strict=True) if query.moment and key == query.moment.episode
    ]
    seconds = tuple(moment.second for moments in heard[:1] for moment in moments)
    return Measure(query, ranking, seconds)
