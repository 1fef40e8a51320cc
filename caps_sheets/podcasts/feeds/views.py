"""The feed of a show, and of a show on one theme: always current, rarely rebuilt, not sent again if unchanged."""

import gzip
import hashlib

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from caps_sheets.podcasts.feeds.builder import read_feed
from caps_sheets.podcasts.feeds.freshness import FeedVersion, version_of, with_version
from caps_sheets.podcasts.feeds.rss import write
from caps_sheets.podcasts.models import ShowPage
from caps_sheets.podcasts.models.episode_links import feed_url
from caps_sheets.podcasts.player.views import pages_at
from portal.taxonomies.models import Theme

CONTENT_TYPE = "application/rss+xml; charset=utf-8"
KEPT = 24 * 3600  # seconds: an unused version expires
COMPRESSION = 6

Written = tuple[str, bytes]  # entity tag, gzipped content


@require_safe
def show_feed(request: HttpRequest, page_path: str, theme_slug: str = "") -> HttpResponse:
    """200 or 304, with all its headers for HEAD too; 404 for a show that is not public or an unknown theme."""
    shows = ShowPage.objects.select_related("artwork", "licence")
    show = get_object_or_404(with_version(pages_at(request, shows, page_path)))
    version = version_of(show, feed_url(show, theme_slug))
    etag, content = _kept(show, theme_slug, version)
    modified = int(version.changed_at.timestamp())
    response = get_conditional_response(request, etag=etag, last_modified=modified) or _answer(request, content)
    response["ETag"] = etag
    response["Last-Modified"] = http_date(modified)
    # Cached by the apps, but revalidated: an episode may be unpublished.
    response["Cache-Control"] = "public, no-cache"
    response["Access-Control-Allow-Origin"] = "*"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _kept(show: ShowPage, theme_slug: str, version: FeedVersion) -> Written:
    key = f"podcast-feed:{version.key}"
    written: Written | None = cache.get(key)
    if written is None:
        theme = Theme.objects.filter(slug=theme_slug).first() if theme_slug else None
        if theme_slug and theme is None:
            raise Http404
        content = write(read_feed(show, version.changed_at, theme))
        # Weak: the same feed is sent with and without compression.
        etag = f'W/"{hashlib.sha256(content).hexdigest()[:24]}"'
        written = (etag, gzip.compress(content, COMPRESSION, mtime=0))
        cache.set(key, written, KEPT)
    return written


def _answer(request: HttpRequest, content: bytes) -> HttpResponse:
    """``content`` is compressed once for everybody, and decompressed for the few clients that do not support it."""
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        return HttpResponse(content, content_type=CONTENT_TYPE, headers={"Content-Encoding": "gzip"})
    return HttpResponse(gzip.decompress(content), content_type=CONTENT_TYPE)
