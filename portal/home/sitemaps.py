"""The sitemap for robots: an index, then bounded files, built without loading any specific page."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import index, sitemap
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.views.decorators.http import conditional_page, require_safe
from wagtail.models import Page, Site

from caps_sheets.capitalisation.census.public_card import public_answers
from caps_sheets.capitalisation.models import CensusAnswer
from portal.base.characters import clean
from portal.base.querysets import visible
from portal.home.models import ThemesIndexPage, page_context

FILE_LENGTH = 5_000  # URLs; the protocol allows 50,000


class SiteSitemap(Sitemap):
    """A section of the sitemap of one site. URLs use the host of the site, whatever host is requested."""

    limit = FILE_LENGTH

    def __init__(self, site: Site) -> None:
        self.wagtail_site = site
        self.root = urlsplit(site.root_url)

    def get_protocol(self, protocol: str | None = None) -> str:
        return self.root.scheme

    def get_domain(self, site: Any = None) -> str:
        return self.root.netloc


class PagesSitemap(SiteSitemap):
    """Every public page, from its row of the tree only."""

    def items(self) -> QuerySet[Page]:
        pages = visible(Page.objects.descendant_of(self.wagtail_site.root_page, inclusive=True))
        return pages.order_by("path").only("url_path", "last_published_at", "latest_revision_created_at")

    def location(self, page: Page) -> str:
        return clean(page.url_path[len(self.wagtail_site.root_page.url_path) - 1 :])

    def lastmod(self, page: Page) -> datetime | None:
        return page.last_published_at or page.latest_revision_created_at

    def get_latest_lastmod(self) -> datetime | None:
        return latest(self.items(), "last_published_at")


class ThemesSitemap(SiteSitemap):
    """Each proposed theme, dated by the latest sheet published on it."""

    def items(self) -> list[tuple[str, datetime | None]]:
        return self.dated

    @cached_property
    def dated(self) -> list[tuple[str, datetime | None]]:
        page = visible(ThemesIndexPage.objects.descendant_of(self.wagtail_site.root_page)).first()
        if page is None:
            return []
        root = page.url_path[len(self.wagtail_site.root_page.url_path) - 1 :]
        return [(f"{root}{slug}/", date or page.last_published_at) for slug, date in page_context.theme_dates()]

    def location(self, item: tuple[str, datetime | None]) -> str:
        return clean(item[0])

    def lastmod(self, item: tuple[str, datetime | None]) -> datetime | None:
        return item[1]

    def get_latest_lastmod(self) -> datetime | None:
        return max((date for _, date in self.items() if date), default=None)


class ActionsSitemap(SiteSitemap):
    """The short public card of each action of the census."""

    def items(self) -> QuerySet[CensusAnswer]:
        return public_answers().order_by("pk").only("title", "updated_at")

    def location(self, answer: CensusAnswer) -> str:
        return answer.url

    def lastmod(self, answer: CensusAnswer) -> datetime:
        return answer.updated_at

    def get_latest_lastmod(self) -> datetime | None:
        return latest(self.items(), "updated_at")


def latest(rows: QuerySet, field: str) -> datetime | None:
    """One query; Django would read every row."""
    return rows.order_by().aggregate(latest=Max(field))["latest"]


PARTS = {"pages": PagesSitemap, "themes": ThemesSitemap, "actions": ActionsSitemap}


@require_safe
@conditional_page
def sitemap_index(request: HttpRequest) -> HttpResponse:
    return index(request, _parts(request), sitemap_url_name="sitemap_part")


@require_safe
@conditional_page
def sitemap_part(request: HttpRequest, section: str) -> HttpResponse:
    """``?p=2`` is the second file of a part; 404 past the last one."""
    return sitemap(request, _parts(request), section=section)


def _parts(request: HttpRequest) -> dict[str, Any]:
    site = Site.find_for_request(request) or Site.objects.select_related("root_page").get(is_default_site=True)
    return {name: part(site) for name, part in PARTS.items()}
