"""The record of one result, shared by feeds, exports and the print page, and a query in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.utils.html import strip_tags
from django.utils.timezone import localdate

from search.documents import families, readable
from search.engines.base import EngineError, Hit, SearchResults
from search.facets import GROUPS
from search.outputs.facts import DATE, HELP, LICENCE, Facts, facts_of
from search.places import SearchedPlace, find_place
from search.plans import Leeway
from search.queries import SearchQuery
from search.references import Labels, References, references
from search.results import ask, calls_for_help, plain_listing
from search.text import clean

EVERYTHING = "tous les contenus"

SEPARATOR = " · "


def in_words(query: SearchQuery, labels: Labels, place: SearchedPlace | None = None) -> str:
    """« logement · Thème : Habitat, Deuil · Autour de Lunel (34), 50 km », without any slug.

    A text that names no place is shown as unknown: the search ignored it.
    """
    parts = [query.text] if query.text else []
    for group in GROUPS:
        chosen = [labels[group.name][value] for value in query.filters.get(group.name, ())]
        if chosen:
            parts.append(f"{group.label} : {', '.join(chosen)}")
    if place:
        radius = f", {query.radius} km" if place.distances else ""
        parts.append(f"{'Autour de' if place.distances else 'Lieu :'} {place.place}{radius}")
    elif query.place:
        parts.append(f"« {query.place} » : lieu inconnu, non pris en compte")
    return SEPARATOR.join(parts) or EVERYTHING


MAX_TITLE, MAX_SUMMARY = 500, 2_000

#: The facet groups in a record, under their names in the URL of a search.
TOLD_GROUPS = ("theme", "public", "milieu", "strategie", "action", "clsm", "departement", "region")

Record = dict[str, Any]


@dataclass(frozen=True)
class Entry:
    """One page of the results, or one row of a family without pages, with its database facts."""

    hit: Hit
    page: Any
    facts: Facts

    @property
    def title(self) -> str:
        return clean(self.page.title, MAX_TITLE)

    @property
    def url(self) -> str:
        return self.page.full_url or ""

    @property
    def summary(self) -> str:
        """The text of the card without a query: it does not depend on the searched words."""
        return clean(strip_tags(str(self.hit.payload.get("text") or "")), MAX_SUMMARY)

    @property
    def shows_help(self) -> bool:
        return HELP in self.facts

    @property
    def published(self) -> date | None:
        """The date shown on the page, else the day of its first publication."""
        if DATE in self.facts:
            return date.fromisoformat(self.facts[DATE][0])
        return localdate(self.page.first_published_at) if self.page.first_published_at else None

    @property
    def updated(self) -> datetime | None:
        return self.page.last_published_at or self.page.first_published_at


@dataclass(frozen=True)
class Matches:
    """The first public entries of a query, out of ``total``, and the query in words.

    ``is_partial``: some entries, perhaps all, hold only a part of the words; ``is_plain``: the engine did not answer,
    titles were compared; ``shows_help``: the 3114 comes first.
    """

    query: SearchQuery
    words: str
    total: int
    entries: list[Entry]
    reference: References
    is_partial: bool
    shows_help: bool
    is_plain: bool = False

    @property
    def is_cut(self) -> bool:
        return self.total > len(self.entries)

    def records(self) -> Iterable[Record]:
        return (result_record(entry, self.reference) for entry in self.entries)


def matching(query: SearchQuery, limit: int, or_plain: bool = False) -> Matches:
    """The first ``limit`` results of ``query``; without the engine, EngineError or (``or_plain``) a plain listing."""
    reference = references()
    query = replace(query.known(reference.labels), page=1, size=limit)
    place = find_place(query, reference.stamp)
    is_plain = False
    try:
        results = ask(query, reference, place)
    except EngineError:
        if not or_plain:
            raise
        results, is_plain = plain_listing(query), True
    entries = entries_of(results)
    return Matches(
        query,
        in_words(query, reference.labels, place),
        max(results.total - (len(results.hits) - len(entries)), 0),
        entries,
        reference,
        results.plan.leeway is not Leeway.LITTLE,
        calls_for_help(query, results, [entry.hit for entry in entries], reference),
        is_plain,
    )


def entries_of(results: SearchResults) -> list[Entry]:
    """The hits that are public at this instant, with their current title and URL. Two queries."""
    places = [(hit.family, hit.page_id) for hit in results.hits]
    pages = readable(places)
    facts = facts_of(place for place in places if place in pages)
    entries = (
        Entry(hit, pages[place], facts.get(place, {}))
        for hit, place in zip(results.hits, places, strict=True)
        if place in pages
    )
    return [entry for entry in entries if entry.url]


def result_record(entry: Entry, reference: References) -> Record:
    """One result for other software; docs/exports.md describes each name.

    The names are those of the parameters of a search, so that a value read here may be searched for.
    """
    values = told_values(entry.facts, reference)
    family = next(family for family in families() if family.key == entry.hit.family)
    return {
        "id": entry.hit.key,
        "type": {"valeur": family.slug, "libelle": family.singular},
        "titre": entry.title,
        "url": entry.url,
        "resume": entry.summary,
        **{group: named(values[group], reference.labels[group]) for group in TOLD_GROUPS},
        "annee": entry.hit.payload.get("year"),
        "episode": entry.hit.family == "episode" or bool(entry.hit.payload.get("has_episode")),
        "date_publication": entry.published.isoformat() if entry.published else None,
        "date_modification": entry.updated.isoformat(timespec="seconds") if entry.updated else None,
        "licence": next(iter(entry.facts.get(LICENCE, ())), None),
    }


def told_values(facts: Facts, reference: References) -> dict[str, list[str]]:
    """The values of each group of TOLD_GROUPS; the régions are those of the départements."""
    regions = {name: slug for slug, name in reference.labels["region"].items()}
    heading = reference.headings["departement"]
    values_by_group = {group: facts.get(group, []) for group in TOLD_GROUPS}
    values_by_group["region"] = [regions[heading[slug]] for slug in values_by_group["departement"] if slug in heading]
    return values_by_group


def named(values: Iterable[str], labels: Mapping[str, str]) -> list[dict[str, str]]:
    """``values`` that have a label, without duplicates, in the order of ``labels`` (that of the vocabulary)."""
    chosen = set(values)
    return [{"valeur": value, "libelle": label} for value, label in labels.items() if value in chosen]


def labels_of(record: Record, group: str) -> list[str]:
    return [value["libelle"] for value in record[group]]
