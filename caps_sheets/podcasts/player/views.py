"""The doors beside the pages of shows and episodes that people, or other sites, listen through."""

from typing import Any
from urllib.parse import urljoin, urlsplit

import segno
from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import SafeString
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import conditional_page, require_safe

from caps_sheets.podcasts.doors import pages_at
from caps_sheets.podcasts.formats import chapters
from caps_sheets.podcasts.models import EpisodePage, EpisodeTheme, ShowPage, episode_links, structured_data

QUIET_ZONE = 4  # modules of white around a QR code (ISO/IEC 18004)


@require_safe
@conditional_page
def episode_chapters(request: HttpRequest, page_path: str) -> HttpResponse:
    """The chapters as listening apps read them (JSON chapters 1.2.0); a web player elsewhere may read them too."""
    episode = get_object_or_404(pages_at(request, EpisodePage.objects.all(), page_path))
    found = chapters.read(episode.chapters)
    if not found:
        raise Http404
    document = chapters.as_json(found)
    for item in document["chapters"]:
        if "url" in item:
            item["url"] = urljoin(episode_links.page_url(episode), item["url"])
    response = JsonResponse(document, json_dumps_params={"ensure_ascii": False}, content_type=chapters.CONTENT_TYPE)
    return _for_everyone(response)


@require_safe
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})  # type: ignore[arg-type]
@conditional_page
def episode_embed(request: HttpRequest, page_path: str) -> HttpResponse:
    """The player alone, for a frame in another site or a small window: no cookie, nothing kept on the device."""
    episode = get_object_or_404(pages_at(request, EpisodePage.objects.select_related("audio"), page_path))
    context = {**episode.get_context(request), "canonical_url": episode_links.page_url(episode)}
    response = render(request, "pages/podcasts/embed.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
@conditional_page
def oembed(request: HttpRequest) -> HttpResponse:
    """How to carry an episode (oembed.com). Only JSON is served: 501 for the rest, as the specification asks."""
    if request.GET.get("format", "json") != "json":
        return HttpResponse("Seul le format json est servi.", status=501, content_type="text/plain; charset=utf-8")
    url = request.GET.get("url", "")
    episode = _episode_at(request, url)
    sizes = (request.GET.get(name, "") for name in ("maxwidth", "maxheight"))
    return _for_everyone(JsonResponse(structured_data.oembed(episode, episode.get_parent().specific, url, *sizes)))


@require_safe
@conditional_page
def show_subscribe(request: HttpRequest, page_path: str) -> HttpResponse:
    """How to follow a show, by plain links and one QR code."""
    show = get_object_or_404(pages_at(request, ShowPage.objects.prefetch_related("platform_items"), page_path))
    address = episode_links.subscribe_url(show)
    context = {
        "page": show,
        "canonical_url": address,
        "trail": [{"title": "Accueil", "url": "/"}, {"title": show.title, "url": show.get_url(request)}],
        "trail_here": "S’abonner",
        "feed_url": episode_links.feed_url(show),
        "theme_feeds": _theme_feeds(show),
        "qr_code": _qr_code(address),
    }
    return render(request, "pages/podcasts/subscribe.html", context)


def _episode_at(request: HttpRequest, url: str) -> EpisodePage:
    """The public episode whose page has the address ``url``, on this very site; 404 otherwise."""
    try:
        asked = urlsplit(url)
    except ValueError as error:
        raise Http404 from error
    episodes = pages_at(request, EpisodePage.objects.select_related("audio"), asked.path)
    episode = episodes.first()
    if episode is None or asked.scheme not in ("http", "https"):
        raise Http404
    own = urlsplit(episode_links.page_url(episode))
    if (asked.netloc.lower(), asked.path.strip("/")) != (own.netloc.lower(), own.path.strip("/")):
        raise Http404
    return episode


def _for_everyone(response: HttpResponse) -> HttpResponse:
    """Readable by a script of any site, and asked for again each time: an episode may be taken down."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "public, no-cache"
    return response


def _theme_feeds(show: ShowPage) -> list[dict[str, Any]]:
    """``{"theme", "url"}`` for each theme that a public episode of the show has; one query."""
    episodes = EpisodePage.objects.child_of(show).visible()
    found = EpisodeTheme.objects.filter(content_object__in=episodes).select_related("tag")
    themes = sorted({item.tag for item in found}, key=lambda theme: theme.name)
    return [{"theme": theme, "url": episode_links.feed_url(show, theme.slug)} for theme in themes]


def _qr_code(address: str) -> SafeString:
    """An SVG drawing without style nor script: black on white whatever the colours of the page."""
    drawing = segno.make_qr(address, error="m").svg_inline(
        border=QUIET_ZONE, omitsize=True, svgclass="qr__code", lineclass=None, dark="#000", light="#fff"
    )
    return SafeString(drawing.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))
