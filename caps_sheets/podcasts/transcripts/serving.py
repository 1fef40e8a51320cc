"""The transcripts at their addresses, beside the page of a public episode."""

import hashlib

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from caps_sheets.podcasts.doors import pages_at
from caps_sheets.podcasts.formats.transcript_formats import FORMATS
from caps_sheets.podcasts.models import EpisodePage


@require_safe
def episode_transcript(request: HttpRequest, page_path: str, extension: str) -> HttpResponse:
    """One form of the transcript of a public episode; a draft, a private episode, another extension is a 404."""
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
    # Kept by the reader, but asked for again: an episode may be taken down.
    response["Cache-Control"] = "public, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    if extension == "html":
        response["X-Robots-Tag"] = "noindex"  # the page of the episode holds the same words
    return response
