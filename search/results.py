"""From a query to the content of the results page.

When the engine cannot answer, a plain listing from the database still finds a page by its title.
"""

import logging
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet
from django.utils.html import escape
from django.utils.safestring import SafeString

from network.territories.places import Places
from network.territories.resolver import close_places
from portal.base.templatetags.portal_tags import clock
from search.best_bets import best_bets
from search.documents import families, readable
from search.engines.base import EngineError, Hit, SearchResults
from search.engines.current import get_engine
from search.facet_choices import Chip, Facet, chips, facets
from search.highlights import Moment
from search.no_results import Rescue, rescue
from search.places import PlaceProposal, SearchedPlace, find_place, geography, proposals
from search.plans import Leeway
from search.queries import SearchQuery
from search.references import References, references


def plain_listing(query: SearchQuery) -> SearchResults:
    """Without the engine: the pages whose title holds the words, latest first, filtered by type only."""
    types = query.filters.get("type", ())
    rows: list[tuple[Any, str, str]] = []
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


def listed(page: Any, family: str, kind: str) -> Hit:
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


logger = logging.getLogger("portal.search")

#: If most of these are about suicide, the 3114 comes first.
FIRST_HITS = 3


@dataclass(frozen=True)
class ThemeLink:
    """A theme of a card, in the form that ``components/chips.html`` takes."""

    slug: str
    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Found:
    """The content of the results page.

    ``is_degraded``: the engine did not answer, titles were compared; ``is_relaxed``: no content holds all the words;
    ``is_widened``: few do, and come before those that lack some. ``close_places``: what an unknown place may mean.
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
    is_widened: bool = False
    place: SearchedPlace | None = None
    is_unknown_place: bool = False
    close_places: Places = ()
    rescue: Rescue | None = None
    best_bets: Sequence[Mapping[str, str]] = ()
    proposals: Sequence[PlaceProposal] = ()


def find(query: SearchQuery) -> Found:
    reference = references()
    query = query.known(reference.labels)
    place = find_place(query, reference.stamp)
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
        shows_help=calls_for_help(query, results, hits, reference),
        is_degraded=is_degraded,
        is_relaxed=results.plan.is_relaxed and bool(hits),
        is_widened=results.plan.leeway is Leeway.SOME and bool(hits),
        place=place,
        is_unknown_place=bool(query.place) and place is None,
        close_places=close_places(query.place) if place is None else (),
        rescue=None if results.hits or is_degraded else way_out(query, results, reference),
        best_bets=best_bets(query.text, reference.promotions) if query.page == 1 else (),
        proposals=proposals(query) if query.page == 1 else (),
    )


def calls_for_help(query: SearchQuery, results: SearchResults, hits: Sequence[Hit], reference: References) -> bool:
    """Whether the 3114 comes first: for the words as typed or corrected, the chosen theme, or the first hits."""
    if reference.distress.are_in(query.text, results.plan.corrections):
        return True
    if not reference.help_themes.isdisjoint(query.filters.get("theme", ())):
        return True
    first = () if query.is_empty else hits[:FIRST_HITS]
    return sum(is_about_suicide(hit, reference) for hit in first) * 2 > len(first)


def is_about_suicide(hit: Hit, reference: References) -> bool:
    themes = {str(theme["slug"]) for theme in hit.payload.get("themes", ())}
    return not reference.help_themes.isdisjoint(themes) or reference.distress.are_in(hit.title)


def way_out(query: SearchQuery, results: SearchResults, reference: References) -> Rescue | None:
    try:
        return rescue(query, results, get_engine(), reference)
    except EngineError:
        return None


def ask(query: SearchQuery, reference: References, place: SearchedPlace | None) -> SearchResults:
    about = geography(query.text, place.near if place else None)
    return get_engine().search(query, reference.synonyms, about)


def still_visible(hits: list[Hit]) -> list[Hit]:
    """The hits that are public at this instant, whatever the index holds, and likewise the CLSMs they name."""
    named = {("clsm", pk) for hit in hits for pk, _ in hit.payload.get("clsms", ())}
    seen = readable({(hit.family, hit.page_id) for hit in hits} | named)
    return [_naming(hit, seen) for hit in hits if (hit.family, hit.page_id) in seen]


def _naming(hit: Hit, seen: Container[tuple[str, int]]) -> Hit:
    """``hit`` with the CLSMs of ``seen`` before its place."""
    clsms = [title for pk, title in hit.payload.get("clsms", ()) if ("clsm", pk) in seen]
    place = " · ".join(filter(None, [*clsms, hit.payload.get("place", "")]))
    return replace(hit, payload={**hit.payload, "place": place})


def card(hit: Hit, place: SearchedPlace | None = None) -> dict[str, object]:
    """A hit in the form that ``components/card.html`` takes: the matching passage replaces the usual text."""
    payload = dict(hit.payload)
    payload["moments"] = [moment_link(hit.url, moment) for moment in hit.moments]
    if place:
        distances = [place.distances[code] for code in hit.communes if code in place.distances]
        payload["distance_km"] = round(min(distances)) if distances else None
    payload["themes"] = [ThemeLink(**theme) for theme in payload.get("themes", ())]
    payload["text"] = payload.get("text", "") if hit.moments else hit.snippet or payload.get("text", "")
    return {"url": hit.url, "title": hit.title, **payload}


def moment_link(url: str, moment: Moment) -> dict[str, object]:
    """The player URL at the second of ``moment``, that second as the player shows it, and the spoken text."""
    return {"url": f"{url}?t={moment.second}#lecteur", "clock": clock(moment.second), "text": moment.html}
