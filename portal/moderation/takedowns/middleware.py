"""410 in place of 404 at the addresses of what is taken down: robots forget it, readers know that it is provisional."""

from collections.abc import Callable
from urllib.parse import quote

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from portal.moderation.models import Takedown, TakedownAddress


class TakedownMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code != 404 or request.method not in ("GET", "HEAD"):
            return response
        takedown = _takedown_at(request)
        if takedown is None:
            return response
        gone = render(request, "pages/base/taken_down.html", {"note": takedown.public_note}, status=410)
        gone["X-Robots-Tag"] = "noindex"
        add_never_cache_headers(gone)
        return gone


def _takedown_at(request: HttpRequest) -> Takedown | None:
    """By the path, decoded or quoted, with its query or not; an old address is stored without its last slash."""
    path = request.path
    paths = {path, path.rstrip("/") or "/", quote(path), request.get_full_path()}
    rows = TakedownAddress.objects.filter(
        address__in=paths, kind__in=TakedownAddress.GONE, takedown__lifted_at=None
    ).select_related("takedown")
    row = rows.first()
    return row.takedown if row else None
