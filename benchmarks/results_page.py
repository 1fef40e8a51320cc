"""The whole results page and what goes with it, at 50,000 documents: python -m benchmarks.results_page [documents]

A throw-away portal is filled with the demonstration, then with copies of its sheets (benchmarks/many_sheets.py). Each
kind of request is asked through the WSGI application, nothing cached, in turns with the others.
"""

import sys
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.core.handlers.wsgi import WSGIHandler
from django.urls import reverse
from django.utils.module_loading import import_string

import benchmarks.throwaway  # noqa: F401 - the first import of ours: it chooses the settings
from benchmarks.asking import Ask, asker, count_queries, fill
from benchmarks.many_sheets import add_sheets
from search.engines.current import get_engine
from search.queries import SearchQuery
from search.references import references
from search.results import find

DOCUMENTS = 50_000
ROUNDS = 5
MOST_MS, MOST_QUERIES = 80.0, 10
MOST_MS_TYPING = 50.0
WORDS = (
    "logement", "santé mentale", "jeunes en précarité", "aller-vers", "QPV", "addictions",
    "hospitalisation sans consentement", "prevention du suicide", "bailleurs sociaux", "formation des élus",
)  # fmt: skip
TYPED = ("lo", "logem", "sant", "santé men", "mont", "34", "jeun", "pré", "cris", "addic")
SLIPS = ("logemment", "addictoins", "precaritte", "hospitalisaton", "suicidde")
PLACES = ("Montpellier", "34000", "Lille", "Rennes", "Clermont-Ferrand", "Saint-Denis")
NARROWING = ("theme", "public", "milieu")
NOTHING = ("xylotomie quechua", "zzyzx", "wombat kremlin")


@dataclass
class Kind:
    """Requests of one kind; what each answer took, in ms, and the most SQL queries that one needed."""

    name: str
    addresses: list[str]
    most_ms: float | None = MOST_MS
    most_queries: int | None = MOST_QUERIES
    laps: list[float] = field(default_factory=list)
    queries: int = 0
    size: int = 0

    def percentile(self, share: float) -> float:
        ordered = sorted(self.laps)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)]

    @property
    def verdict(self) -> str:
        if self.most_ms is None:
            return "–"
        is_met = self.percentile(0.95) <= self.most_ms
        if self.most_queries is not None:
            is_met = is_met and self.queries <= self.most_queries
        return "atteint" if is_met else "MANQUÉ"


def kinds() -> list[Kind]:
    asked = [page(q=text) for text in WORDS]
    narrowed = [page(q=text, **three_facets(text)) for text in WORDS]
    return [
        Kind("mots", asked),
        Kind("mots et trois facettes", narrowed),
        Kind("lieu", [page(lieu=place) for place in PLACES]),
        Kind("mots et lieu", [page(q=text, lieu=place) for text, place in zip(WORDS, PLACES, strict=False)]),
        Kind("sans mots", [page(), page(tri="recent"), page(type="fiches")]),
        Kind("page 5", [page(q=text, page="5") for text in WORDS]),
        Kind("faute de frappe", [page(q=text) for text in SLIPS]),
        Kind("rien trouvé", [page(q=text, **facets) for text in NOTHING for facets in ({}, three_facets("logement"))]),
        Kind("suggestions", [address("search_suggestions", q=text) for text in TYPED], MOST_MS_TYPING, None),
        Kind("flux RSS", [address("search_rss", q=text) for text in WORDS], None),
        Kind("à imprimer", [address("search_print", q=text) for text in WORDS], None),
    ]


def page(**params: str) -> str:
    return address("search", **params)


def address(name: str, **params: str) -> str:
    return f"{reverse(name)}?{urlencode(params)}"


def three_facets(text: str) -> dict[str, str]:
    """The theme, public and milieu that most results of ``text`` bear, where they bear one."""
    counts = get_engine().search(SearchQuery(text), references().synonyms).facets
    return {name: max(counts[name], key=counts[name].__getitem__) for name in NARROWING if counts[name]}


def served() -> WSGIHandler:
    """The application as a server loads it, once the throw-away portal is filled."""
    return import_string("portal.wsgi.application")


def measure(found: list[Kind]) -> None:
    application = served()
    asks: list[tuple[Kind, list[Ask]]] = [
        (kind, [asker(application, address) for address in kind.addresses]) for kind in found
    ]
    for kind, ways in asks:
        kind.size = max(ask() for ask in ways)
        kind.queries = max(count_queries(ask) for ask in ways)
    for turn in range(ROUNDS * max(len(ways) for _, ways in asks)):
        for kind, ways in asks:
            start = time.perf_counter()
            ways[turn % len(ways)]()
            kind.laps.append((time.perf_counter() - start) * 1000)


def table(found: list[Kind]) -> str:
    rows = ["| demande | p50 ms | p95 ms | requêtes SQL | Ko | cible |", "|---|---|---|---|---|---|"]
    for kind in found:
        times = f"{kind.percentile(0.5):.1f} | {kind.percentile(0.95):.1f}"
        rows.append(f"| {kind.name} | {times} | {kind.queries} | {kind.size / 1000:.1f} | {kind.verdict} |")
    return "\n".join(rows)


def main() -> None:
    documents = int(sys.argv[1]) if len(sys.argv) > 1 else DOCUMENTS
    fill()
    add_sheets(documents)
    found = kinds()
    measure(found)
    total = find(SearchQuery()).total
    heading = f"{total} documents ; page : {MOST_MS:.0f} ms et {MOST_QUERIES} requêtes SQL au plus"
    sys.stdout.write(f"{heading}, suggestions : {MOST_MS_TYPING:.0f} ms\n\n{table(found)}\n")


if __name__ == "__main__":
    main()
