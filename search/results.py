"""From a query to what the page shows: engine or, when it can not answer, the plain list of the database."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.html import escape
from django.utils.safestring import SafeString
from wagtail.models import Page

from portal.base.visibility import visible
from search.documents import families
from search.engines.base import EngineError, Hit, SearchResults
from search.engines.current import get_engine
from search.facets import GROUPS
from search.highlights import Moment
from search.places import Place, find_place, geography
from search.queries import SearchQuery, split
from search.references import Labels, References, references
from search.text import stem

#: A longer group folds the rest of its choices behind « Voir tout ».
SHOWN_CHOICES = 6

logger = logging.getLogger("portal.search")

#: Words that may come from somebody in distress: the 3114 is shown before anything else.
DISTRESS = ("suicid", "automutil", "scarif")
DISTRESS_PHRASES = (
    ("mourir",),
    ("en", "finir"),
    ("me", "tuer"),
    ("envie", "de", "mort"),
    ("plus", "envie", "de", "vivre"),
)


@dataclass(frozen=True)
class ThemeLink:
    """A theme of a card, as ``components/chips.html`` wants it."""

    slug: str
    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Choice:
    """One checkbox of a group."""

    value: str
    label: str
    count: int
    selected: bool


class Section(NamedTuple):
    """Choices under a heading; no heading when ``label`` is empty."""

    label: str
    choices: list[Choice]


class Facet(NamedTuple):
    """One group of the form: the choices to show, those to fold away; ``is_open`` when it must not be folded."""

    name: str
    label: str
    choices: list[Choice]
    more: list[Section]
    is_open: bool

    @property
    def size(self) -> int:
        return len(self.choices) + sum(len(section.choices) for section in self.more)


class Chip(NamedTuple):
    """One choice and the address without it."""

    group: str
    label: str
    params: str


@dataclass(frozen=True)
class Found:
    """What the results page shows.

    ``is_degraded``: the engine did not answer, the words were not searched well; ``is_relaxed``: no content holds all
    the words.
    """

    query: SearchQuery
    cards: list[dict[str, object]]
    total: int
    facets: list[Facet]
    chips: list[Chip]
    corrections: dict[str, str]
    shows_help: bool
    is_degraded: bool
    is_relaxed: bool
    place: Place | None = None
    is_unknown_place: bool = False


def find(query: SearchQuery) -> Found:
    reference = references()
    query = query.known(reference.labels)
    place = find_place(query)
    try:
        results, is_degraded = ask(query, reference, place), False
    except EngineError:
        logger.exception("Search engine unavailable, plain listing shown")
        results, is_degraded = plain_listing(query), True
    last = max(-(-results.total // query.size), 1)
    if query.page > last:
        return find(replace(query, page=last))
    hits = still_visible(results.hits)
    return Found(
        query=query,
        cards=[card(hit, place) for hit in hits],
        total=max(results.total - (len(results.hits) - len(hits)), 0),
        facets=facets(query, results.facets, reference),
        chips=chips(query, reference.labels),
        corrections={typed: close[0] for typed, close in results.plan.corrections.items()},
        shows_help=is_about_distress(query.text),
        is_degraded=is_degraded,
        is_relaxed=results.plan.is_relaxed and bool(hits),
        place=place,
        is_unknown_place=bool(query.place) and place is None,
    )


def ask(query: SearchQuery, reference: References, place: Place | None) -> SearchResults:
    about = geography(query.text, place.near if place else None)
    return get_engine().search(query, reference.synonyms, about)


def still_visible(hits: list[Hit]) -> list[Hit]:
    """The hits that anybody may read at this instant, whatever the index believes."""
    ids = {hit.page_id for hit in hits}
    if not ids:
        return []
    readable = set(visible(Page.objects.filter(pk__in=ids)).values_list("pk", flat=True))
    return [hit for hit in hits if hit.page_id in readable]


def card(hit: Hit, place: Place | None = None) -> dict[str, object]:
    """A hit as ``components/card.html`` wants it: the passage that matches replaces the usual text."""
    payload = dict(hit.payload)
    payload["moments"] = [moment_link(hit.url, moment) for moment in hit.moments]
    if place:
        distances = [place.distances[code] for code in hit.communes if code in place.distances]
        payload["distance_km"] = round(min(distances)) if distances else None
    payload["themes"] = [ThemeLink(**theme) for theme in payload.get("themes", ())]
    payload["text"] = hit.snippet or payload.get("text", "")
    return {"url": hit.url, "title": hit.title, **payload}


def moment_link(url: str, moment: Moment) -> dict[str, object]:
    """Where the player opens at the second of ``moment``, that second as people write it, and what is said."""
    minutes, seconds = divmod(moment.second, 60)
    hours, minutes = divmod(minutes, 60)
    clock = f"{hours} h {minutes:02} min {seconds:02} s" if hours else f"{minutes} min {seconds:02} s"
    return {"url": f"{url}?t={moment.second}#lecteur", "clock": clock, "text": moment.html}


def facets(query: SearchQuery, counts: dict[str, dict[str, int]], reference: References) -> list[Facet]:
    """Each group with the values that lead somewhere, most frequent first; a choice stays visible at zero."""
    found = []
    for group in GROUPS:
        chosen = query.filters.get(group.name, ())
        counted = counts.get(group.name, {})
        choices = [
            Choice(value, label, counted.get(value, 0), value in chosen)
            for value, label in reference.labels[group.name].items()
            if value in chosen or counted.get(value)
        ]
        choices.sort(key=lambda choice: (not choice.selected, -choice.count, choice.label))
        if choices:
            shown = max(SHOWN_CHOICES, len(chosen)) if len(choices) > SHOWN_CHOICES + 2 else len(choices)
            headings = reference.headings.get(group.name, {})
            found.append(
                Facet(group.name, group.label, choices[:shown], sections(choices[shown:], headings), bool(chosen))
            )
    return found


def sections(choices: list[Choice], headings: Mapping[str, str]) -> list[Section]:
    """``choices`` under their heading, headings in the order of ``headings``."""
    found: dict[str, list[Choice]] = {heading: [] for heading in headings.values()}
    for choice in choices:
        found.setdefault(headings.get(choice.value, ""), []).append(choice)
    return [Section(label, some) for label, some in found.items() if some]


def chips(query: SearchQuery, labels: Labels) -> list[Chip]:
    return [
        Chip(group.label, labels[group.name][value], query.without(group.name, value).url_params())
        for group in GROUPS
        for value in query.filters.get(group.name, ())
    ]


def is_about_distress(text: str) -> bool:
    """True when the words are about suicide or self-harm, whatever their accents, case or inflection."""
    free, phrases, _ = split(text)
    for forms in (free, *phrases):
        stems = [stem(form) for form in forms]
        if any(form.startswith(DISTRESS) for form in forms):
            return True
        for phrase in DISTRESS_PHRASES:
            wanted = [stem(form) for form in phrase]
            size = len(wanted)
            if any(stems[start : start + size] == wanted for start in range(len(stems) - size + 1)):
                return True
    return False


def plain_listing(query: SearchQuery) -> SearchResults:
    """Without the engine: the pages whose title holds the words, latest first, narrowed by type alone."""
    types = query.filters.get("type", ())
    rows: list[tuple[Page, str, str]] = []
    total = 0
    for family in families():
        if types and family.slug not in types:
            continue
        pages = titled(family.visible(), query.text)
        total += pages.count()
        latest = pages.order_by("-first_published_at", "-pk")[: query.offset + query.size]
        rows += [(page, family.key, family.kind) for page in latest]
    rows.sort(key=lambda row: (row[0].first_published_at is None, row[0].first_published_at, row[0].pk), reverse=True)
    shown = rows[query.offset : query.offset + query.size]
    return SearchResults([listed(*row) for row in shown], total, {})


def titled(pages: QuerySet, text: str) -> QuerySet:
    for word in text.split()[:8]:
        pages = pages.filter(title__icontains=word.strip("\"'«»“”-"))
    return pages


def listed(page: Page, family: str, kind: str) -> Hit:
    return Hit(
        key=f"{family}:{page.pk}",
        family=family,
        page_id=page.pk,
        url=page.url or "",
        title=SafeString(escape(page.title)),
        snippet=SafeString(""),
        score=0.0,
        payload={"kind": kind},
    )
