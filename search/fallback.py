"""Without the engine: a plain listing of the database, so that a visitor still finds a page by its title."""

from typing import Any

from django.db.models import QuerySet
from django.utils.html import escape
from django.utils.safestring import SafeString

from search.documents import families
from search.engines.base import Hit, SearchResults
from search.queries import SearchQuery


def plain_listing(query: SearchQuery) -> SearchResults:
    """Without the engine: the pages whose title holds the words, latest first, narrowed by type alone."""
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
