"""Episodes on the pages that they are about."""

from typing import Any

from django import template
from django.db.models import Min

from caps_sheets.models import CapsSheetPage
from caps_sheets.podcasts.models import EpisodePage
from network.models import ClsmPage

register = template.Library()


@register.inclusion_tag("components/podcasts/linked_episodes.html", takes_context=True)
def episodes_of_sheet(context: template.Context, page: CapsSheetPage) -> dict[str, Any]:
    """Public episodes about the sheet ``page``."""
    return _linked_episodes(context, "cette fiche", "sheet_items", sheet_id=page.pk)


@register.inclusion_tag("components/podcasts/linked_episodes.html", takes_context=True)
def episodes_of_clsm(context: template.Context, page: ClsmPage) -> dict[str, Any]:
    """Public episodes in which the CLSM ``page`` is heard, or that are about it."""
    return _linked_episodes(context, "ce CLSM", "clsm_items", clsm_id=page.pk)


@register.filter
def whole_seconds(seconds: float) -> int:
    """Seconds for a ``?t=`` link: the fraction is dropped, so that no first word is cut."""
    return int(seconds)


def _linked_episodes(context: template.Context, told: str, items: str, **target: int) -> dict[str, Any]:
    """``episodes``: each with its ``moment``, the second from which it is about the page (None without one).

    ``told``: how the page is called there.
    """
    link = {f"{items}__{field}": value for field, value in target.items()}
    episodes = EpisodePage.objects.visible().filter(**link).annotate(moment=Min(f"{items}__start"))
    return {
        "episodes": episodes.select_related("audio").latest_first(),
        "told": told,
        "request": context.get("request"),
    }
