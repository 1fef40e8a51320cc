"""Serving a sound of the library; who may hear it is the caller’s question."""

from django.http import Http404, HttpRequest, HttpResponseBase

from portal.medialib.models import PortalMedia
from portal.medialib.ranges import serve_file


def serve_sound(request: HttpRequest, media: PortalMedia, *, cache_control: str) -> HttpResponseBase:
    """Answer GET or HEAD with the file, ranges included; ``Http404`` when the storage has lost it."""
    name = media.file.name
    if not name or not media.file.storage.exists(name):
        raise Http404
    return serve_file(
        request,
        media.file.storage,
        name,
        content_type=media.mime_type,
        version=media.version,
        cache_control=cache_control,
    )
