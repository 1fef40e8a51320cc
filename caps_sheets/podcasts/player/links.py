"""The sheets and CLSMs that an episode tells about, as its page shows them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wagtail.models import Page, PageManager

from caps_sheets.models import CapsSheetPage
from network.models import ClsmPage
from portal.base.querysets import is_visible, visible

if TYPE_CHECKING:
    from caps_sheets.podcasts.models import EpisodePage


@dataclass(frozen=True, slots=True)
class Link:
    """A public page told by the episode. ``kind``: « fiche » or « clsm »; ``start``: its moment in seconds, if any."""

    kind: str
    page: Page
    reason: str
    start: int | None


def public_links(episode: "EpisodePage") -> list[Link]:
    """Sheets, then CLSMs, each in the author's order; two queries."""
    return [
        *_links("fiche", episode.sheet_items, "sheet", CapsSheetPage.objects),
        *_links("clsm", episode.clsm_items, "clsm", ClsmPage.objects),
    ]


def _links(kind: str, items: Any, field: str, manager: PageManager) -> list[Link]:
    """One query for a saved episode; a preview holds its items in memory."""
    if items.is_deferring:
        found = list(items.all())
        pages = visible(manager.filter(pk__in=[getattr(item, f"{field}_id") for item in found])).in_bulk()
        pairs = [(item, pages.get(getattr(item, f"{field}_id"))) for item in found]
    else:
        rows = items.filter(is_visible(field)).select_related(field)
        pairs = [(item, getattr(item, field)) for item in rows]
    return [Link(kind, page, item.reason, item.start) for item, page in pairs if page is not None]
