"""Sheets on the pages of other apps."""

from django import template

from caps_sheets.models import CapsSheetPage
from caps_sheets.models.cards import cards, with_episodes
from network.models import ClsmPage
from portal.base.querysets import visible

register = template.Library()


@register.inclusion_tag("components/caps_sheets/sheets_of_clsm.html")
def sheets_of_clsm(clsm: ClsmPage, limit: int = 12) -> dict:
    """The public sheets that a CLSM carried, latest first."""
    sheets = visible(CapsSheetPage.objects.filter(clsm_items__clsm=clsm.pk)).order_by("-first_published_at")
    return {"cards": cards(with_episodes(sheets.distinct())[:limit])}
