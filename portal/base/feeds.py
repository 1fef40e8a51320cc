"""The feed of the news."""

from datetime import datetime, time

from django.contrib.syndication.views import Feed
from django.utils.timezone import make_aware

from portal.base.models import NewsIndexPage, NewsPage
from portal.base.visibility import visible

FEED_LENGTH = 20


class NewsFeed(Feed):
    title = "Portail CLSM – actualités"
    description = "Les actualités du Centre national et du réseau des conseils locaux de santé mentale."
    language = "fr"

    def link(self) -> str:
        index = NewsIndexPage.objects.live().first()
        return (index.url if index else None) or "/"

    def items(self) -> list[NewsPage]:
        return list(visible(NewsPage.objects.all()).order_by("-date", "-pk")[:FEED_LENGTH])

    def item_title(self, item: NewsPage) -> str:
        return item.title

    def item_description(self, item: NewsPage) -> str:
        return item.introduction

    def item_link(self, item: NewsPage) -> str:
        return item.url or "/"

    def item_pubdate(self, item: NewsPage) -> datetime:
        return make_aware(datetime.combine(item.date, time()))

    def item_updateddate(self, item: NewsPage) -> datetime | None:
        return item.last_published_at
