"""The error pages. They use no database, session or context, because any of these may be what failed."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import REASON_NO_CSRF_COOKIE
from django.template.loader import render_to_string
from django.templatetags.static import static

from portal.base.logs import current_request_id


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(400)


def csrf_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(403, "403_csrf.html", no_cookie=reason == REASON_NO_CSRF_COOKIE)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    return _page(429)


def disk_full(request: HttpRequest) -> HttpResponse:
    return _page(507)


def server_error(request: HttpRequest) -> HttpResponse:
    """« L’équipe est prévenue » is shown if ``ADMINS`` is set."""
    return _page(500, team_is_told=bool(settings.ADMINS))


def stylesheet() -> str:
    """Empty if the file is missing: the page stays readable without styles."""
    try:
        return static("css/portal.css")
    except ValueError:
        return ""


def _page(status: int, template: str = "", **context: object) -> HttpResponse:
    context |= {"status": status, "request_id": current_request_id(), "stylesheet": stylesheet()}
    response = HttpResponse(render_to_string(template or f"{status}.html", context), status=status)
    response["Cache-Control"] = "no-store"
    return response
