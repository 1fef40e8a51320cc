"""Views below the URL of a show or an episode: sound, transcript, chapters, embedding, subscription.

Each finds the page that its URL extends (« <page>flux.xml »), and answers 404 if that page is not public.
"""

import hashlib
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit
from uuid import UUID

import segno
from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import get_conditional_response
from django.utils.safestring import SafeString
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import conditional_page, require_safe
from wagtail.models import PageQuerySet, Site

from caps_sheets.podcasts.audience import counter
from caps_sheets.podcasts.formats import chapters
from caps_sheets.podcasts.models import EpisodePage, EpisodeTheme, ShowPage, episode_links, structured_data
from portal.base.querysets import visible
from portal.medialib.models import PortalMedia
from portal.medialib.responses import serve_sound, sound_file
from portal.medialib.transcripts.formats.exports import FORMATS

Pages = TypeVar("Pages", bound=PageQuerySet)


def pages_at(request: HttpRequest, pages: Pages, page_path: str) -> Pages:
    """The public page of ``pages`` with the path ``page_path`` (« podcast/un-episode »): one or none."""
    url_path = f"{_root_path(request)}{page_path.strip('/')}/"
    slug = page_path.strip("/").rsplit("/", 1)[-1]  # the URL path has no index, the slug has one
    return visible(pages.filter(slug=slug, url_path=url_path))


def _root_path(request: HttpRequest) -> str:
    """The path in the tree of the site of the request; Wagtail caches it while there is a single site."""
    roots = Site.get_site_root_paths()
    if len(roots) == 1:
        return roots[0].root_path
    site = Site.find_for_request(request)
    if site is None:
        raise Http404
    return site.root_page.url_path


QUIET_ZONE = 4  # white modules around a QR code (ISO/IEC 18004)


@require_safe
@conditional_page
def episode_chapters(request: HttpRequest, page_path: str) -> HttpResponse:
    """The chapters for podcast apps (JSON chapters 1.2.0); web players of other sites may read them too."""
    episode = get_object_or_404(pages_at(request, EpisodePage.objects.all(), page_path))
    episode_chapters = chapters.read(episode.chapters)
    if not episode_chapters:
        raise Http404
    document = chapters.as_json(episode_chapters)
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
    """The player alone, for a frame in another site or a small window: no cookie, nothing stored on the device."""
    episode = get_object_or_404(pages_at(request, EpisodePage.objects.select_related("audio"), page_path))
    context = {**episode.get_context(request), "canonical_url": episode_links.page_url(episode)}
    response = render(request, "pages/podcasts/embed.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
@conditional_page
def oembed(request: HttpRequest) -> HttpResponse:
    """How to embed an episode (oembed.com). Only JSON is served: 501 for other formats, as the specification
    requires.
    """
    if request.GET.get("format", "json") != "json":
        return HttpResponse("Seul le format json est servi.", status=501, content_type="text/plain; charset=utf-8")
    url = request.GET.get("url", "")
    episode = _episode_at(request, url)
    sizes = (request.GET.get(name, "") for name in ("maxwidth", "maxheight"))
    return _for_everyone(JsonResponse(structured_data.oembed(episode, episode.get_parent().specific, url, *sizes)))


@require_safe
@conditional_page
def show_subscribe(request: HttpRequest, page_path: str) -> HttpResponse:
    """How to subscribe to a show, by plain links and one QR code."""
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
    """The public episode of the page URL ``url``, on this very site; 404 otherwise."""
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
    """Readable by a script of any site, and revalidated each time: an episode may be unpublished."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "public, no-cache"
    return response


def _theme_feeds(show: ShowPage) -> list[dict[str, Any]]:
    """``{"theme", "url"}`` for each theme that a public episode of the show has; one query."""
    episodes = EpisodePage.objects.child_of(show).visible()
    rows = EpisodeTheme.objects.filter(content_object__in=episodes).select_related("tag")
    themes = sorted({item.tag for item in rows}, key=lambda theme: theme.name)
    return [{"theme": theme, "url": episode_links.feed_url(show, theme.slug)} for theme in themes]


def _qr_code(address: str) -> SafeString:
    """An SVG drawing without style or script: black on white whatever the colours of the page."""
    drawing = segno.make_qr(address, error="m").svg_inline(
        border=QUIET_ZONE, omitsize=True, svgclass="qr__code", lineclass=None, dark="#000", light="#fff"
    )
    return SafeString(drawing.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))


@require_safe
def episode_audio(request: HttpRequest, uuid: UUID, version: str, slug: str, extension: str) -> HttpResponseBase:
    """Serve a sound while a public episode uses it; 404 for an old version, a draft or a private episode, a sound taken
    down.

    A sound shared by several episodes is counted for the first of them.
    """
    media = get_object_or_404(PortalMedia, uuid=uuid, version=version, is_taken_down=False)
    episodes = EpisodePage.objects.visible().filter(audio=media).order_by("pk")
    episode_id = episodes.values_list("pk", flat=True).first()
    if request.path != media.public_url or episode_id is None:
        raise Http404
    stored = sound_file(media)
    counter.note(request, episode_id, media, stored)
    # Cached by the player, but revalidated: an episode may be unpublished.
    return serve_sound(request, media, cache_control="public, no-cache", stored=stored)


@require_safe
def episode_transcript(request: HttpRequest, page_path: str, extension: str) -> HttpResponse:
    """The transcript of a public episode in one format; 404 for a draft, a private episode or another extension."""
    file_format = FORMATS.get(extension)
    if file_format is None:
        raise Http404
    episode = get_object_or_404(pages_at(request, EpisodePage.objects.all(), page_path))
    digest = hashlib.sha256(f"{extension}\0{episode.title}\0{episode.transcript}".encode()).hexdigest()
    etag = f'"{digest[:20]}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        if not episode.cues:
            raise Http404
        content = file_format.write(episode.cues, episode.title)
        response = HttpResponse(content, content_type=f"{file_format.mime_type}; charset=utf-8")
    response["ETag"] = etag
    response["Access-Control-Allow-Origin"] = "*"
    # Cached by the reader, but revalidated: an episode may be unpublished.
    response["Cache-Control"] = "public, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    if extension == "html":
        response["X-Robots-Tag"] = "noindex"  # the page of the episode holds the same text
    return response
