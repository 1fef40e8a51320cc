"""The response that sends a stored file. The caller checks who may fetch it.

Python sends the bytes, or passes the file to nginx (``MEDIA_SENDFILE``), which then answers ranges, conditional
requests and HEAD: see docs/operations.md.
"""

from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from portal.medialib.models import PortalMedia
from portal.medialib.ranges import StoredFile, serve_stored, stored_file

PYTHON, X_ACCEL = "python", "x-accel"
#: The internal location of nginx whose root is ``PRIVATE_MEDIA_ROOT``.
INTERNAL_LOCATION = "/fichiers-prives/"
#: A document opened in the browser runs and loads nothing.
INERT = "default-src 'none'"


def stored(file: FieldFile, version: str) -> StoredFile:
    """The file to send; ``Http404`` if it is missing in the storage. ``version`` identifies its content."""
    if not file.name or not file.storage.exists(file.name):
        raise Http404
    stored_item = stored_file(file.storage, file.name, version)
    if settings.MEDIA_SENDFILE == X_ACCEL:
        # The ETag of nginx (ngx_http_set_etag): players send it back in If-Range.
        return replace(stored_item, etag=f'"{stored_item.modified:x}-{stored_item.size:x}"')
    return stored_item


def send(
    request: HttpRequest, file: StoredFile, *, content_type: str, cache_control: str, disposition: str = ""
) -> HttpResponseBase:
    """Response to GET or HEAD with the file, ranges included."""
    response: HttpResponseBase
    if settings.MEDIA_SENDFILE == X_ACCEL:
        response = _hand_over(file, content_type, cache_control)
    else:
        response = serve_stored(request, file, content_type=content_type, cache_control=cache_control)
        response["Content-Security-Policy"] = INERT
    if disposition:
        response["Content-Disposition"] = disposition
    return response


def sound_file(media: PortalMedia) -> StoredFile:
    return stored(media.file, media.version)


def serve_sound(
    request: HttpRequest, media: PortalMedia, *, cache_control: str, stored: StoredFile | None = None
) -> HttpResponseBase:
    """``Http404`` if the storage has lost it."""
    file = stored or sound_file(media)
    return send(request, file, content_type=media.mime_type, cache_control=cache_control)


def _hand_over(file: StoredFile, content_type: str, cache_control: str) -> HttpResponse:
    """nginx keeps these headers and the disposition only: its own location sets the others."""
    name = Path(file.storage.path(file.name)).relative_to(settings.PRIVATE_MEDIA_ROOT).as_posix()
    return HttpResponse(
        content_type=content_type,
        headers={"X-Accel-Redirect": INTERNAL_LOCATION + quote(name), "Cache-Control": cache_control},
    )
