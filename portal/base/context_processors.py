"""Context that the base template of every public page needs."""

from functools import cached_property

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from wagtail.models import Page, Site

from portal.base.querysets import children_of, visible

Link = dict[str, object]


class SiteFrame:
    """The links around every page, read at most once per request and only if a template shows them."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def pages(self) -> list[Page]:
        """Children of the home page, in menu order: all of them are reachable from every page."""
        site = Site.find_for_request(self.request)
        if site is None:
            return []
        return list(visible(children_of(site.root_page)).only("title", "path", "depth", "url_path", "show_in_menus"))

    def links(self, *, in_menu: bool) -> list[Link]:
        links = [(page.title, page.get_url(self.request)) for page in self.pages if page.show_in_menus == in_menu]
        return [
            {"title": title, "url": url, "is_current": self.request.path.startswith(url)} for title, url in links if url
        ]


def site_frame(request: HttpRequest) -> dict[str, object]:
    """``navigation``: the pages shown in menus; ``footer_links``: the others; ``feeds``: the feeds of the portal."""
    frame = getattr(request, "_site_frame", None)
    if frame is None:
        frame = SiteFrame(request)
        setattr(request, "_site_frame", frame)  # noqa: B010
    return {
        "navigation": SimpleLazyObject(lambda: frame.links(in_menu=True)),
        "footer_links": SimpleLazyObject(lambda: frame.links(in_menu=False)),
        "feeds": SimpleLazyObject(site_feeds),
    }


def site_feeds() -> list[Link]:
    """The feeds of the whole portal. A page adds its own, with their media ``type`` unless it is RSS."""
    return [{"title": title, "url": reverse(name)} for title, name in settings.PUBLIC_FEEDS]
