"""Middleware that every request and every response goes through."""

import logging
from collections.abc import Callable
from errno import errorcode

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from wagtail.contrib.redirects.middleware import RedirectMiddleware, get_redirect
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from portal.base.error_pages import disk_full
from portal.base.querysets import visible
from portal.base.storage import NO_ROOM

logger = logging.getLogger(__name__)

ADMIN_PREFIXES = ("/admin/", "/django-admin/")


class PathCSPMiddleware(CSPMiddleware):
    """Strict content security policy on the public site, inline styles allowed in the two admins."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only and request.path.startswith(ADMIN_PREFIXES):
            parts.config = settings.CSP_ADMIN_DIRECTIVES
        return parts


class PublicRedirectMiddleware(RedirectMiddleware):
    """The old URL of a page redirects to it only while it is public, because its new URL reveals its new title."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        answer = super().process_response(request, response)
        if answer is response:
            return response
        path = Redirect.normalise_path(request.get_full_path(), decode_unicode=False)
        redirect = get_redirect(request, path) or get_redirect(request, path.partition("?")[0])
        pages = Page.objects.filter(pk=redirect.redirect_page_id)
        return answer if redirect.redirect_page_id is None or visible(pages).exists() else response


class TextGZipMiddleware(GZipMiddleware):
    """Compress pages, feeds and data. A sound is not compressed: its byte ranges must be those of the file."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "")
        if kind.startswith("text/") or "xml" in kind or "json" in kind:
            return super().process_response(request, response)
        return response


class FullDiskMiddleware:
    """When the disk fills up after the form was validated: an explanatory page instead of a 500."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, OSError) or exception.errno not in NO_ROOM:
            return None
        logger.error("No room left on the disk: %s", errorcode[exception.errno])
        return disk_full(request)
