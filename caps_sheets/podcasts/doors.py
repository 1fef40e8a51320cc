"""From an address beside a page (« <page>flux.xml ») to that page: each such door answers 404 to what is not public."""

from typing import TypeVar

from django.http import Http404, HttpRequest
from wagtail.models import PageQuerySet, Site

from portal.base.querysets import visible

Pages = TypeVar("Pages", bound=PageQuerySet)


def pages_at(request: HttpRequest, pages: Pages, page_path: str) -> Pages:
    """Those of ``pages`` that the public finds at ``page_path`` (« podcast/un-episode »): one or none."""
    url_path = f"{_root_path(request)}{page_path.strip('/')}/"
    slug = page_path.strip("/").rsplit("/", 1)[-1]  # the address has no index, the slug has one
    return visible(pages.filter(slug=slug, url_path=url_path))


def _root_path(request: HttpRequest) -> str:
    """Where the site of the request starts in the tree: Wagtail keeps it at hand while there is a single one."""
    roots = Site.get_site_root_paths()
    if len(roots) == 1:
        return roots[0].root_path
    site = Site.find_for_request(request)
    if site is None:
        raise Http404
    return site.root_page.url_path
