"""When nothing is found: what to change in the query, and where else to look."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from search.engines.base import SearchEngine
from search.plans import Plan, split
from search.queries import SearchQuery
from search.references import References, ThemeName
from search.text import forms, is_stop_word

MOST = 3
MOST_THEMES = 4


class Spelling(NamedTuple):
    """Other words to try and the address that tries them."""

    text: str
    params: str


@dataclass(frozen=True)
class Without:
    """What the query finds without one of its conditions."""

    label: str
    count: int
    params: str


@dataclass(frozen=True)
class Rescue:
    spelling: list[Spelling] = field(default_factory=list)
    without: list[Without] = field(default_factory=list)
    themes: list[ThemeName] = field(default_factory=list)


def rescue(query: SearchQuery, plan: Plan, engine: SearchEngine, reference: References) -> Rescue:
    """Raises EngineError like any search. One more request to the engine for each condition (MOST at most)."""
    return Rescue(
        list(spellings(query, reference)),
        sorted(without(query, engine, reference), key=lambda one: -one.count),
        themes(query, plan, engine, reference),
    )


def spellings(query: SearchQuery, reference: References) -> Iterator[Spelling]:
    """The query with each word that is close to one of the labels of the portal, but is none of them."""
    known = label_words(reference)
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


def label_words(reference: References) -> set[str]:
    """Every word of the labels, folded."""
    labels = [label for values in reference.labels.values() for label in values.values()]
    return {form for label in labels for form in forms(label) if len(form) > 3}


def without(query: SearchQuery, engine: SearchEngine, reference: References) -> Iterator[Without]:
    """What each choice costs, and all of them together."""
    conditions = [
        (reference.labels[group][value], query.without(group, value))
        for group, values in query.filters.items()
        for value in values
    ]
    if query.place:
        conditions.append((query.place, replace(query, place="", page=1)))
    if len(conditions) > 1:
        conditions.append(("tous les filtres", SearchQuery(query.text)))
    for label, other in conditions[: MOST + 1]:
        if count := engine.search(replace(other, size=1), reference.synonyms).total:
            yield Without(label, count, other.url_params())


def themes(query: SearchQuery, plan: Plan, engine: SearchEngine, reference: References) -> list[ThemeName]:
    """The themes that the words name, else those of what holds a part of them, else the most documented."""
    named = {one.value for one in plan.named if one.group == "theme"}
    if not named:
        counts = engine.search(SearchQuery(query.text, size=1), reference.synonyms).facets["theme"]
        counts = counts or engine.search(SearchQuery(size=1), reference.synonyms).facets["theme"]
        named = set(sorted(counts, key=lambda slug: (-counts[slug], slug))[:MOST_THEMES])
    return [theme for theme in reference.themes if theme.slug in named][:MOST_THEMES]
