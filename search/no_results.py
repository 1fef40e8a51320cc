"""The page without results: what to change in the query, and where else to look."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from search.engines.base import SearchEngine, SearchResults
from search.plans import Plan, split
from search.queries import SearchQuery
from search.references import References, ThemeName
from search.text import is_stop_word

MOST = 3
MOST_THEMES = 4


class Spelling(NamedTuple):
    """Alternative words and the URL that searches for them."""

    text: str
    params: str


@dataclass(frozen=True)
class Without:
    """The number of results of the query without one of its conditions."""

    label: str
    count: int
    params: str


@dataclass(frozen=True)
class Rescue:
    spelling: list[Spelling] = field(default_factory=list)
    without: list[Without] = field(default_factory=list)
    themes: list[ThemeName] = field(default_factory=list)


def rescue(query: SearchQuery, results: SearchResults, engine: SearchEngine, reference: References) -> Rescue:
    """Alternatives to ``results``, which are empty. One or two more requests to the engine; raises EngineError."""
    alone = engine.search(SearchQuery(query.text, size=1), reference.synonyms) if query.is_narrowed else results
    return Rescue(
        list(spellings(query, reference)),
        sorted(without(query, results, alone, reference), key=lambda relaxed: -relaxed.count),
        themes(results.plan, alone, engine, reference),
    )


def spellings(query: SearchQuery, reference: References) -> Iterator[Spelling]:
    """The query with each unknown word replaced by a close word of the labels of the portal."""
    known = reference.label_words
    free, _, _ = split(query.text)
    changed = list(free)
    for number, form in enumerate(free):
        if len(form) > 3 and form not in known and not is_stop_word(form):
            close = process.extractOne(form, known, scorer=OSA.distance, score_cutoff=2 if len(form) < 9 else 3)
            if close:
                changed[number] = close[0]
    if changed != free:
        text = " ".join(changed)
        yield Spelling(text, replace(query, text=text, page=1).url_params())


def without(
    query: SearchQuery, results: SearchResults, alone: SearchResults, reference: References
) -> Iterator[Without]:
    """The results without each group of choices, and without all conditions. ``alone``: what the words find."""
    worth = sorted(results.without.items(), key=lambda item: -item[1])[:MOST]
    for group, count in worth:
        if count:
            chosen = ", ".join(reference.labels[group][value] for value in query.filters[group])
            others = {name: values for name, values in query.filters.items() if name != group}
            yield Without(chosen, count, replace(query, filters=others, page=1).url_params())
    conditions = [*query.filters, *([query.place] if query.place else [])]
    if alone.total and (len(conditions) > 1 or query.place):
        label = "tous les filtres" if len(conditions) > 1 else query.place
        yield Without(label, alone.total, SearchQuery(query.text).url_params())


def themes(plan: Plan, alone: SearchResults, engine: SearchEngine, reference: References) -> list[ThemeName]:
    """The themes that the words name, else those of partial matches, else the most documented."""
    named = {label.value for label in plan.named if label.group == "theme"}
    if not named:
        counts = alone.facets["theme"] or engine.search(SearchQuery(size=1), reference.synonyms).facets["theme"]
        named = set(sorted(counts, key=lambda slug: (-counts[slug], slug))[:MOST_THEMES])
    return [theme for theme in reference.themes if theme.slug in named][:MOST_THEMES]
