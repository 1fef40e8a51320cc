"""Template tags of the results page."""

from dataclasses import replace
from typing import Any

from django import template

from search.queries import RADII, RADIUS, SearchQuery

register = template.Library()


@register.simple_tag
def query_params(query: SearchQuery, **changes: Any) -> str:
    """The parameters of ``query``, on its first page, with ``changes`` to its fields."""
    return replace(query, page=1, **changes).url_params()


@register.simple_tag
def radius_choices(query: SearchQuery) -> list[tuple[int, bool]]:
    """The distances to choose from, in km, and the selected one."""
    return [(radius, radius == query.radius) for radius in RADII]


@register.simple_tag
def usual_radius() -> int:
    return RADIUS
