"""The sitemap and the pages of themes that carry what an emergency takes down."""

from collections.abc import Collection, Iterator

from django.urls import reverse

from portal.base.querysets import visible
from portal.home.models import ThemesIndexPage
from portal.moderation.models import TakedownAddress
from portal.moderation.takedowns.addresses import Address, AddressSource, Kind, Target
from portal.moderation.takedowns.answers import answer_to
from portal.moderation.takedowns.sources import path_of


class SitemapSource(AddressSource):
    """One address stands for every file of the sitemap."""

    name = "sitemap"

    def addresses(self, target: Target) -> Iterator[Address]:
        if target.seen:
            yield Address(Kind.LIST, "Plan du site", reverse("sitemap_part", args=["pages"]))

    def remainder(self, address: TakedownAddress, marks: Collection[str]) -> str:
        number, answer = 1, answer_to(address.address)
        while answer.status == 200:
            if any(f"{mark}</loc>" in answer.text for mark in marks):
                return "le nomme encore"
            number += 1
            answer = answer_to(f"{address.address}?p={number}")
        return "" if answer.status == 404 else f"n’a pas pu être relu ({answer.status})"


class ThemeSource(AddressSource):
    name = "themes"

    def addresses(self, target: Target) -> Iterator[Address]:
        index = visible(ThemesIndexPage.objects.all()).first() if target.themes else None
        if index is not None:
            for theme in target.themes:
                yield Address(Kind.LIST, f"Thème « {theme} »", f"{path_of(index)}{theme.slug}/")
