"""What every feed of pages shares, and the feed of the news."""

from datetime import datetime, time

from django.contrib.syndication.views import Feed
from django.utils.timezone import make_aware
from wagtail.models import Page

from portal.base.models import NewsIndexPage, NewsPage
from portal.base.visibility import visible

FEED_LENGTH = 20


class PagesFeed(Feed):
    """The latest pages of one list, whose page type is ``index``."""

    language = "fr"
    index: type[Page]

    def link(self) -> str:
        index = self.index.objects.live().first()
        return (index.url if index else None) or "/"

    def item_title(self, item: Page) -> str:
        return item.title

    def item_link(self, item: Page) -> str:
        return item.url or "/"

    def item_updateddate(self, item: Page) -> datetime | None:
        return item.last_published_at


class NewsFeed(PagesFeed):
    title = "Portail CLSM – actualités"
    description = "Les actualités du Centre national et du réseau des conseils locaux de santé mentale."
    index = NewsIndexPage

    def items(self) -> list[NewsPage]:
        return list(visible(NewsPage.objects.all()).order_by("-date", "-pk")[:FEED_LENGTH])

    def item_description(self, item: NewsPage) -> str:
        return item.introduction

    def item_pubdate(self, item: NewsPage) -> datetime:
        return make_aware(datetime.combine(item.date, time()))
