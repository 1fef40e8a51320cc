"""Episodes shown on the pages that they tell about."""

from typing import Any

from django import template

from caps_sheets.models import CapsSheetPage
from caps_sheets.podcasts.models import EpisodePage
from network.models import ClsmPage

register = template.Library()


@register.inclusion_tag("components/podcasts/linked_episodes.html", takes_context=True)
def episodes_of_sheet(context: template.Context, page: CapsSheetPage) -> dict[str, Any]:
    """Public episodes that tell the sheet ``page``."""
    return _linked_episodes(context, sheet_items__sheet_id=page.pk)


@register.inclusion_tag("components/podcasts/linked_episodes.html", takes_context=True)
def episodes_of_clsm(context: template.Context, page: ClsmPage) -> dict[str, Any]:
    """Public episodes where the CLSM ``page`` is heard or told."""
    return _linked_episodes(context, clsm_items__clsm_id=page.pk)


@register.filter
def whole_seconds(seconds: float) -> int:
    """Seconds for a ``?t=`` link: the fraction is dropped, so that no first word is cut."""
    return int(seconds)


def _linked_episodes(context: template.Context, **link: int) -> dict[str, Any]:
    episodes = EpisodePage.objects.visible().filter(**link).select_related("audio").latest_first()
    return {"episodes": episodes.distinct(), "request": context.get("request")}
