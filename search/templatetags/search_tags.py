"""What the search shows on the pages of lower rooms."""

from django import template

from caps_sheets.models import CapsSheetPage
from search.similar import similar_cards

register = template.Library()


@register.inclusion_tag("search/similar.html")
def similar_sheets(page: CapsSheetPage) -> dict[str, object]:
    """The sheets most like ``page``; nothing at all when there are none."""
    return {"cards": similar_cards(page)}
