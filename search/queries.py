"""The query of a visitor, parsed from the URL."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.http import QueryDict

from search.facets import GROUPS
from search.text import clean

MAX_TEXT = 300
MAX_VALUES = 30
MAX_PAGE = 200
PAGE_SIZE = 20
MAX_PLACE = 80
RADII = (10, 25, 50, 100)  # km
RADIUS = 50


@dataclass(frozen=True)
class SearchQuery:
    """A normalised query: the same object serves the page, a feed, an export or an alert.

    ``place`` is as typed, ``radius`` the distance in km around a commune; ``is_latest_first`` orders by date rather
    than by relevance.
    """

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    page: int = 1
    size: int = PAGE_SIZE
    place: str = ""
    radius: int = RADIUS
    is_latest_first: bool = False

    @classmethod
    def from_params(cls, params: QueryDict) -> "SearchQuery":
        """Reads GET parameters; an unknown, too long or malformed value is ignored, never an error."""
        filters = {}
        for group in GROUPS:
            values = [clean(value, 100) for value in params.getlist(group.name)[:MAX_VALUES]]
            kept = tuple(sorted({value for value in values if value}))
            if kept:
                filters[group.name] = kept
        return cls(
            clean(params.get("q", ""), MAX_TEXT),
            filters,
            page_number(params.get("page", "")),
            place=clean(params.get("lieu", ""), MAX_PLACE),
            radius=radius_of(params.get("rayon", "")),
            is_latest_first=params.get("tri") == "recent",
        )

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.size

    @property
    def is_empty(self) -> bool:
        return not self.text and not self.filters and not self.place

    @property
    def may_widen(self) -> bool:
        """False if results are filtered, or not ordered by relevance: a partial match would come first."""
        return not (self.filters or self.is_latest_first or self.place)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.filters or self.place)

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Every parameter except the words and the page: what a form keeps when only the words change."""
        return [(name, value) for name, value in self.params() if name != "q"]

    def known(self, values: Mapping[str, Mapping[str, object]]) -> "SearchQuery":
        """The same query without the filter values that ``values`` (group → known values) does not list."""
        filters = {
            name: kept
            for name, chosen in self.filters.items()
            if (kept := tuple(value for value in chosen if value in values.get(name, {})))
        }
        return replace(self, filters=filters)

    def without(self, group: str, value: str) -> "SearchQuery":
        """The query of the link on a chip: without that choice, first page."""
        chosen = {
            name: tuple(candidate for candidate in values if (name, candidate) != (group, value))
            for name, values in self.filters.items()
        }
        return replace(self, filters={name: values for name, values in chosen.items() if values}, page=1)

    def params(self) -> list[tuple[str, str]]:
        """The parameters of this query without its page, in a stable order."""
        params: list[tuple[str, str]] = [("q", self.text)] if self.text else []
        params += [(group.name, value) for group in GROUPS for value in self.filters.get(group.name, ())]
        if self.place:
            params.append(("lieu", self.place))
            if self.radius != RADIUS:
                params.append(("rayon", str(self.radius)))
        if self.is_latest_first:
            params.append(("tri", "recent"))
        return params

    def url_params(self, page: int | None = None) -> str:
        """The query string of this query, or of another ``page`` of it."""
        number = self.page if page is None else page
        return urlencode([*self.params(), ("page", str(number))] if number > 1 else self.params())


def page_number(text: str) -> int:
    """A page number between 1 and MAX_PAGE; 1 for anything but ASCII digits."""
    if not text.isascii() or not text.isdigit():
        return 1
    return min(max(int(text[:6]), 1), MAX_PAGE)


def radius_of(text: str) -> int:
    """One of RADII, in km; the default for anything else."""
    return int(text) if text in map(str, RADII) else RADIUS
