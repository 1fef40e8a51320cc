"""From an address beside a page (« <page>flux.xml ») to that page: each such door answers 404 to what is not public."""

from typing import TypeVar

from django.http import Http404, HttpRequest
from wagtail.models import PageQuerySet, Site

from portal.base.visibility import visible

Pages = TypeVar("Pages", bound=PageQuerySet)


def pages_at(request: HttpRequest, pages: Pages, page_path: str) -> Pages:
    """Those of ``pages`` that the public finds at ``page_path`` (« podcast/un-episode »): one or none."""
    site = Site.find_for_request(request)
    if site is None:
        raise Http404
    url_path = f"{site.root_page.url_path}{page_path.strip('/')}/"
    slug = page_path.strip("/").rsplit("/", 1)[-1]  # the address has no index, the slug has one
    return visible(pages.filter(slug=slug, url_path=url_path))
