"""Search engine against tantivy-py itself, in one run: python -m benchmarks.search [5000 50000 …]

The corpus is synthetic and always the same: words drawn by a Zipf law from a made vocabulary, six facet groups.
« raw » is the same query tree, filters, facet requests, limit and stored documents asked straight from tantivy-py,
with its own snippets; « engine » is ours: text read, synonyms, plan, tree, hits, marks on the original, facets,
total. Figures of two runs, or of two machines, are not comparable; the ratio inside a run is.
"""

import os
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from itertools import accumulate
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
django.setup()

import tantivy  # noqa: E402

from search.documents import SearchDocument  # noqa: E402
from search.engines.tantivy import TantivyEngine, facet_counts  # noqa: E402
from search.engines.tantivy_schema import QueryBuilder  # noqa: E402
from search.queries import SearchQuery, make_plan  # noqa: E402
from search.synonyms import Synonyms, starting_groups  # noqa: E402

SEED = 20261122
VOCABULARY = 40_000
WORDS = 250
ROUNDS = 5
SYLLABLES = [consonant + vowel for consonant in "bcdfglmnp" for vowel in "aeio"]
FACETS = {"type": 5, "theme": 45, "public": 40, "milieu": 20, "region": 18, "departement": 101}
SYNONYMS = Synonyms(starting_groups())


class Corpus:
    """``size`` documents, the same each time."""

    def __init__(self, size: int) -> None:
        self.size = size
        random_source = random.Random(SEED)  # noqa: S311 - a benchmark, not a secret
        made = {"".join(random_source.choices(SYLLABLES, k=random_source.randint(2, 5))) for _ in range(VOCABULARY * 2)}
        self.words = sorted(made)[:VOCABULARY]
        random_source.shuffle(self.words)
        self.weights = list(accumulate(1 / (rank + 2.7) for rank in range(len(self.words))))

    def documents(self) -> Iterator[SearchDocument]:
        source = random.Random(SEED + 1)  # noqa: S311
        for number in range(self.size):
            text = source.choices(self.words, cum_weights=self.weights, k=WORDS)
            facets = {
                name: [f"{name}-{source.randrange(count)}" for _ in range(1 if name == "type" else 2)]
                for name, count in FACETS.items()
            }
            yield SearchDocument(
                key=f"sheet:{number}",
                family="sheet",
                title=" ".join(text[:6]),
                url=f"/fiches/{number}/",
                page_id=number,
                summary=" ".join(text[6:36]),
                body=" ".join(text[36:]),
                terms=" ".join(facets["theme"]),
                places=" ".join(facets["departement"]),
                facets=facets,
                date=date.fromordinal(738_000 + number % 2000),
                payload={"kind": "fiche", "text": " ".join(text[6:20])},
            )

    def queries(self) -> list[SearchQuery]:
        """Fifty: two words from common to rare, a third of them with one or two facet groups chosen."""
        source = random.Random(SEED + 2)  # noqa: S311
        made = []
        for number in range(50):
            low, high = ((5, 80), (80, 600), (600, 3000))[number % 3]
            text = " ".join(source.sample(self.words[low:high], 2))
            filters = {}
            if number % 3 == 1:
                filters["theme"] = (f"theme-{number % 45}", f"theme-{(number + 7) % 45}")
            if number % 6 == 1:
                filters["region"] = (f"region-{number % 18}",)
            made.append(SearchQuery(text, filters))
        return made


def raw_search(engine: TantivyEngine, query: SearchQuery) -> tuple[int, int]:
    """The same work asked from tantivy-py: tree, twenty stored documents, snippets, facets, total."""
    index, searcher = engine.store.searcher()
    builder = QueryBuilder(index.schema)
    plan = make_plan(query.text, SYNONYMS, lambda form: ())
    words = builder.words(plan)
    filters = dict(query.filters)
    found = searcher.search(builder.filtered(words, filters), query.size, weight_by_field="weight")
    if not found.count and not filters:
        words = builder.words(replace(plan, is_relaxed=True))
        found = searcher.search(words, query.size, weight_by_field="weight")
    generator = tantivy.SnippetGenerator.create(searcher, words, index.schema, "body")
    for _, address in found.hits:
        generator.snippet_from_doc(searcher.doc(address)).to_html()
    counts = facet_counts(searcher, builder, words, filters)
    return found.count, len(counts)


def timed(work: Callable[[SearchQuery], object], queries: list[SearchQuery]) -> tuple[float, float]:
    """Median and 95th percentile, in ms, of the medians of each query over the rounds, after one warm-up."""
    for query in queries:
        work(query)
    laps: list[list[float]] = [[] for _ in queries]
    for _ in range(ROUNDS):
        for lap, query in zip(laps, queries, strict=True):
            start = time.perf_counter()
            work(query)
            lap.append((time.perf_counter() - start) * 1000)
    medians = sorted(statistics.median(lap) for lap in laps)
    return statistics.median(medians), medians[int(len(medians) * 0.95) - 1]


def folder_size(root: Path) -> float:
    return sum(path.stat().st_size for path in root.rglob("*") if path.is_file()) / 1e6


def measure(size: int, root: Path) -> str:
    corpus = Corpus(size)
    documents = list(corpus.documents())
    engine = TantivyEngine(root)
    start = time.perf_counter()
    engine.rebuild(documents)
    rate = size / (time.perf_counter() - start)
    queries = corpus.queries()
    for query in queries:
        if engine.search(query, SYNONYMS).total != raw_search(engine, query)[0]:
            raise SystemExit(f"Both sides must find the same documents: {query}")
    ours = timed(lambda query: engine.search(query, SYNONYMS), queries)
    raw = timed(lambda query: raw_search(engine, query), queries)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return (
        f"| {size:,} | {ours[0]:.2f} / {ours[1]:.2f} | {raw[0]:.2f} / {raw[1]:.2f} | {ours[1] / raw[1]:.2f} "
        f"| {rate:,.0f} | {folder_size(root):.0f} | {memory:.0f} |"
    )


def main() -> None:
    print("| documents | engine p50 / p95 ms | raw tantivy p50 / p95 ms | ratio p95 | docs/s | MB | peak MB |")  # noqa: T201
    print("|---|---|---|---|---|---|---|")  # noqa: T201
    for size in [int(value) for value in sys.argv[1:]] or [5_000, 50_000]:
        with tempfile.TemporaryDirectory() as folder:
            print(measure(size, Path(folder)), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
