"""Middleware that every response goes through."""

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

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


class TextGZipMiddleware(GZipMiddleware):
    """Compress pages, feeds and data; a sound is left alone, since its byte ranges must stay those of the file."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "")
        if kind.startswith("text/") or "xml" in kind or "json" in kind:
            return super().process_response(request, response)
        return response
