"""Notice to the CLSMs of a sheet, the first time that it is public."""

from typing import Any

from wagtail.models import Revision

from caps_sheets.models import CapsSheetPage
from network.models import ClsmPage
from network.notifications import tell_clsm

PUBLISHED = "sheet_published"


def tell_of_publication(instance: CapsSheetPage, revision: Revision | None = None, **kwargs: Any) -> None:
    """Nobody is told of what a command publishes."""
    author = revision.user if revision else None
    if author is None or not instance.is_newly_published:
        return
    for clsm in ClsmPage.objects.filter(sheet_items__page=instance.pk).distinct():
        tell_clsm(PUBLISHED, clsm, link=instance.url or "", but=author, sheet=instance.title)
