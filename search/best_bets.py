"""Pages that editors recommend for a search, shown before the results (Wagtail’s search promotions).

Wagtail compares a search letter for letter. Here the normalised words have to be equal, in any order. Its count of
visitors' searches is never called: it stores no query.
"""

from collections.abc import Mapping
from typing import NamedTuple

from wagtail.contrib.search_promotions.models import SearchPromotion
from wagtail.models import Page

from portal.base.querysets import visible
from search.plans import split
from search.text import STOP_STEMS, stem

MOST_SHOWN = 3


class Promotion(NamedTuple):
    """One recommendation: the page ``page_id``, or an external link (``url``, ``title``)."""

    page_id: int | None
    url: str
    title: str
    description: str


#: The stems of a search, sorted, without function words → its recommendations, in the editors' order.
Promotions = Mapping[tuple[str, ...], tuple[Promotion, ...]]


def read_promotions() -> Promotions:
    """Every recommendation, in one query: cached with the other references of the search."""
    rows = SearchPromotion.objects.order_by("query_id", "sort_order", "pk").values_list(
        "query__query_string", "page_id", "external_link_url", "external_link_text", "description"
    )
    promotions: dict[tuple[str, ...], tuple[Promotion, ...]] = {}
    for text, page_id, url, title, description in rows:
        if key := key_of(text):
            promotions[key] = (*promotions.get(key, ()), Promotion(page_id, url, title or url, description))
    return promotions


def key_of(text: str) -> tuple[str, ...]:
    """A key that equivalent searches share; () for a search that excludes words."""
    free, phrases, excluded = split(text)
    if excluded:
        return ()
    tokens = {stem(form) for form in (*free, *(form for phrase in phrases for form in phrase))}
    return tuple(sorted(tokens - STOP_STEMS or tokens))


def best_bets(text: str, promotions: Promotions) -> list[dict[str, str]]:
    """At most three recommendations for ``text`` that are public now. No SQL query when there is none."""
    wanted = promotions.get(key_of(text), ())
    ids = [promotion.page_id for promotion in wanted if promotion.page_id]
    pages = visible(Page.objects.filter(pk__in=ids)).in_bulk() if ids else {}
    shown = []
    for promotion in wanted:
        page = pages.get(promotion.page_id)
        url = page.url if page else promotion.url
        if url and (page or promotion.page_id is None):
            title = page.title if page else promotion.title
            description = promotion.description or (page.search_description if page else "")
            shown.append({"url": url, "title": title, "description": description})
    return shown[:MOST_SHOWN]
