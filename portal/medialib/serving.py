"""Serving a sound of the library; who may hear it is the caller’s question.

Python sends the bytes, or hands the file over to nginx (``PODCAST_SENDFILE``), which then answers ranges,
conditions and HEAD as for any file of its own: see docs/operations.md.
"""

from dataclasses import replace
from urllib.parse import quote

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from portal.medialib.models import PortalMedia
from portal.medialib.ranges import StoredFile, serve_stored, stored_file

PYTHON, X_ACCEL = "python", "x-accel"
#: The internal location of nginx whose root is ``PRIVATE_MEDIA_ROOT``.
INTERNAL_LOCATION = "/fichiers-prives/"


def sound_file(media: PortalMedia) -> StoredFile:
    """The file as it will be sent; ``Http404`` when the storage has lost it."""
    storage, name = media.file.storage, media.file.name
    if not name or not storage.exists(name):
        raise Http404
    stored = stored_file(storage, name, media.version)
    if settings.PODCAST_SENDFILE == X_ACCEL:
        # What nginx calls a file by itself (ngx_http_set_etag): players send it back in If-Range.
        return replace(stored, etag=f'"{stored.modified:x}-{stored.size:x}"')
    return stored


def serve_sound(
    request: HttpRequest, media: PortalMedia, *, cache_control: str, stored: StoredFile | None = None
) -> HttpResponseBase:
    """Answer GET or HEAD with the file, ranges included; ``Http404`` when the storage has lost it."""
    stored = stored or sound_file(media)
    if settings.PODCAST_SENDFILE == X_ACCEL:
        return _hand_over(stored, media.mime_type, cache_control)
    return serve_stored(request, stored, content_type=media.mime_type, cache_control=cache_control)


def _hand_over(stored: StoredFile, content_type: str, cache_control: str) -> HttpResponse:
    """nginx keeps these headers and no other: the rest (nosniff, length, ranges) is said by its own location."""
    return HttpResponse(
        content_type=content_type,
        headers={"X-Accel-Redirect": INTERNAL_LOCATION + quote(stored.name), "Cache-Control": cache_control},
    )
