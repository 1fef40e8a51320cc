"""Template tags of the search for the pages of other apps."""

from collections.abc import Iterable

from django import template

from caps_sheets.models import CapsSheetPage
from caps_sheets.models.sheet_context import Choice
from portal.taxonomies.models import Theme
from search.similar import similar_cards

register = template.Library()


@register.inclusion_tag("search/similar.html")
def similar_sheets(
    page: CapsSheetPage, themes: Iterable[Theme], identity: dict[str, list[Choice]]
) -> dict[str, object]:
    """The sheets most similar to ``page``, from its context; empty if there are none."""
    return {"cards": similar_cards(page, themes, identity)}
