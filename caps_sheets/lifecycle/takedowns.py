"""What an emergency takedown empties of a sheet, and whom it tells."""

from collections.abc import Iterable, Iterator

from django.urls import reverse
from wagtail.models import Page

from caps_sheets.models import CapsSheetPage
from network.models.queries import coordinators_in_post
from portal.moderation.takedowns.addresses import Address, AddressSource, Kind, Target
from portal.users.models import User


class CapsSheetSource(AddressSource):
    name = "sheets"

    def addresses(self, target: Target) -> Iterator[Address]:
        for page in target.seen:
            if isinstance(page, CapsSheetPage):
                yield Address(Kind.PAGE, "Versions de la fiche", reverse("sheet_versions", args=[page.pk]))
                yield Address(Kind.LIST, "Flux des fiches", reverse("sheets_feed"))


def coordinators_of_sheet(page: Page) -> Iterable[User]:
    """The hook ``takedown_people``: who coordinates today the CLSMs that carry the sheet."""
    if not isinstance(page, CapsSheetPage):
        return []
    return coordinators_in_post(page.clsm_items.values("clsm"))
