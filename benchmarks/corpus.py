"""The synthetic corpus of the search benchmark, the same each time, and what is asked of it.

Words are drawn by a Zipf law from a made vocabulary of 40,000. Each document has its twelve facet groups, its communes
and, for one in twenty, the segments of a recording. A corpus is written once and streamed from the disk by each
contender, so that none pays for its making and none holds it in memory.
"""

import pickle
import random
from collections.abc import Iterator
from datetime import date
from itertools import accumulate
from pathlib import Path

from search.documents import SearchDocument
from search.queries import SearchQuery

SEED = 20261122
VOCABULARY = 40_000
WORDS = 250
SEGMENT = 240  # characters of body for each moment
SYLLABLES = [consonant + vowel for consonant in "bcdfglmnp" for vowel in "aeio"]
FAMILIES = {"sheet": 55, "clsm": 20, "news": 12, "page": 8, "episode": 5}  # shares in %
#: Group → how many values it has, how many of them a document bears.
FACETS = {
    "theme": (45, 2),
    "public": (40, 2),
    "milieu": (20, 2),
    "region": (18, 1),
    "departement": (101, 1),
    "strategie": (8, 2),
    "action": (25, 2),
    "clsm": (300, 1),
    "annee": (20, 1),
}
COMMUNES = 35_000
QUERIES = 60
RANKS = ((5, 80), (80, 600), (600, 3000))  # common, usual, rare words


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
        families, shares = list(FAMILIES), list(accumulate(FAMILIES.values()))
        for number in range(self.size):
            family = source.choices(families, cum_weights=shares)[0]
            yield self.document(number, family, source)

    def document(self, number: int, family: str, source: random.Random) -> SearchDocument:
        text = source.choices(self.words, cum_weights=self.weights, k=WORDS)
        body = " ".join(text[36:])
        facets = facets_of(family, source)
        return SearchDocument(
            key=f"{family}:{number}",
            family=family,
            title=" ".join(text[:6]),
            url=f"/pages/{number}/",
            page_id=number,
            summary=" ".join(text[6:36]),
            body=body,
            terms=" ".join(facets["theme"]),
            places=" ".join(facets["departement"]),
            communes=[f"{code:05}" for code in source.sample(range(COMMUNES), source.choice((1, 1, 2, 12)))],
            moments=[(first, first // 16) for first in range(0, len(body), SEGMENT)] if family == "episode" else [],
            facets=facets,
            date=date.fromordinal(738_000 + number % 2000),
            payload={"kind": family, "text": " ".join(text[6:20])},
        )

    def queries(self) -> list[SearchQuery]:
        """Sixty: one to three words from common to rare, a third of them with one or two facet groups chosen.

        One in ten has words in quotes, which the first documents of the corpus hold; one in ten has no word at all.
        """
        source = random.Random(SEED + 2)  # noqa: S311
        held = [document.title.split() for document, _ in zip(self.documents(), range(QUERIES), strict=False)]
        return [self.query(number, held[number], source) for number in range(QUERIES)]

    def query(self, number: int, held: list[str], source: random.Random) -> SearchQuery:
        low, high = RANKS[number % 3]
        text = " ".join(source.sample(self.words[low:high], (2, 2, 3, 1)[number % 4]))
        if number % 10 == 4:
            text = f"« {held[0]} {held[1]} » {held[3]}"
        if number % 10 == 7:
            text = ""
        filters: dict[str, tuple[str, ...]] = {}
        if number % 3 == 1:
            filters["theme"] = (f"theme-{number % 45}", f"theme-{(number + 7) % 45}")
        if number % 6 == 1:
            filters["region"] = (f"region-{number % 18}",)
        return SearchQuery(text, filters)


def facets_of(family: str, source: random.Random) -> dict[str, list[str]]:
    facets = {"type": [family]}
    for name, (values, borne) in FACETS.items():
        facets[name] = [f"{name}-{value}" for value in source.sample(range(values), borne)]
    if source.random() < 0.3:
        facets["qpv"] = ["oui"]
    if family == "sheet":
        facets["episode"] = ["avec" if source.random() < 0.1 else "sans"]
    return facets


def write(documents: Iterator[SearchDocument], path: Path) -> None:
    with path.open("wb") as file:
        for document in documents:
            pickle.dump(document, file, pickle.HIGHEST_PROTOCOL)


def read(path: Path) -> Iterator[SearchDocument]:
    """The documents written in ``path``, one at a time."""
    with path.open("rb") as file:
        while True:
            try:
                yield pickle.load(file)  # noqa: S301 - written by this run
            except EOFError:
                return
