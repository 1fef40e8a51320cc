"""The feed of the CAPS sheets."""

from datetime import datetime

from wagtail.models import PageQuerySet

from caps_sheets.models import CapsSheetPage, SheetsIndexPage
from portal.base.feeds import PagesFeed, with_help
from portal.base.querysets import visible

FEED_LENGTH = 30


class SheetsFeed(PagesFeed):
    title = "Portail CLSM – fiches CAPS"
    description = "Les fiches de capitalisation des actions menées par les conseils locaux de santé mentale."
    index = SheetsIndexPage

    def items(self) -> PageQuerySet[CapsSheetPage]:
        sheets = visible(CapsSheetPage.objects.all()).order_by("-first_published_at", "-pk")
        return sheets.prefetch_related("theme_items__tag")[:FEED_LENGTH]

    def item_description(self, item: CapsSheetPage) -> str:
        return with_help(item.hook, any(theme_item.tag.shows_help for theme_item in item.theme_items.all()))

    def item_pubdate(self, item: CapsSheetPage) -> datetime | None:
        return item.first_published_at

    def item_categories(self, item: CapsSheetPage) -> list[str]:
        return [theme_item.tag.name for theme_item in item.theme_items.all()]
