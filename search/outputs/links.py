"""The URLs of the other outputs of a search: feeds, files, print."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.urls import reverse

from search.outputs.export_views import EXPORT_LIMIT, WRITERS
from search.outputs.print_views import PRINT_LIMIT
from search.queries import SearchQuery


class Link(NamedTuple):
    """``type`` is the media type, for ``<link rel="alternate">``."""

    title: str
    url: str
    type: str = ""


@dataclass(frozen=True)
class Sharing:
    """``is_cut``: the files hold the first ``export_limit`` results; ``is_print_cut``: the list, ``print_limit``."""

    feeds: list[Link]
    exports: list[Link]
    print_url: str
    is_cut: bool
    is_print_cut: bool
    export_limit: int = EXPORT_LIMIT
    print_limit: int = PRINT_LIMIT


def sharing(query: SearchQuery, total: int) -> Sharing:
    """The links to follow, download and print ``query``, which finds ``total`` contents."""
    always_latest = with_params(replace(query, is_latest_first=False))
    here = with_params(query)
    return Sharing(
        feeds=[
            Link("Cette recherche (RSS)", always_latest(reverse("search_rss")), "application/rss+xml"),
            Link("Cette recherche (Atom)", always_latest(reverse("search_atom")), "application/atom+xml"),
        ],
        exports=[Link(kind.upper(), here(reverse("search_export", args=[kind]))) for kind in WRITERS],
        print_url=here(reverse("search_print")),
        is_cut=total > EXPORT_LIMIT,
        is_print_cut=total > PRINT_LIMIT,
    )


def with_params(query: SearchQuery) -> Callable[[str], str]:
    """Adds the parameters of ``query``, without its page, to a URL."""
    params = replace(query, page=1).url_params()
    return lambda address: f"{address}?{params}" if params else address
