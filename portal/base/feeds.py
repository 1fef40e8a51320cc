"""The base class of every feed of pages, and the feed of the news."""

from datetime import datetime, time
from typing import Any

from django.contrib.syndication.views import Feed
from django.utils.feedgenerator import Rss201rev2Feed, SyndicationFeed
from django.utils.timezone import make_aware
from wagtail.models import Page

from portal.base.characters import cleaned
from portal.base.models import NewsIndexPage, NewsPage
from portal.base.querysets import visible

FEED_LENGTH = 20
HELP = "Besoin d’aide ? Le 3114, numéro national de prévention du suicide, répond 24 h/24, 7 j/7, gratuitement."


def with_help(text: str, shows_help: bool) -> str:
    """The description of a page in a feed; for a page about suicide, with the help line, as everywhere else."""
    return f"{text} {HELP}".strip() if shows_help else text


class CleanFeed(SyndicationFeed):
    """A feed without the characters that XML refuses, so that no text can break it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*cleaned(args), **cleaned(kwargs))

    def add_item(self, *args: Any, **kwargs: Any) -> None:
        super().add_item(*cleaned(args), **cleaned(kwargs))


class CleanRssFeed(CleanFeed, Rss201rev2Feed):
    pass


class PagesFeed(Feed):
    """The latest pages of one list, whose page type is ``index``."""

    feed_type = CleanRssFeed
    language = "fr"
    index: type[Page]

    def link(self) -> str:
        index = visible(self.index.objects.all()).first()
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
        return with_help(item.introduction, item.shows_help)

    def item_pubdate(self, item: NewsPage) -> datetime:
        return make_aware(datetime.combine(item.date, time()))
