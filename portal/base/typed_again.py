"""Recovery of a form whose session or CSRF token had expired: what was typed is shown again.

The server stores nothing: the response page holds what was posted, and posts it again.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.cache import add_never_cache_headers

from portal.base.error_pages import csrf_refused
from portal.base.sent_once import is_form

#: Shorter values are choices and numbers, not worth showing to the person.
SHORTEST_SHOWN = 20


class TypedAgainMiddleware:
    """Runs where a person without a session would be redirected to the login page and lose what they posted."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 302 or request.user.is_authenticated:
            return response
        if response.headers["Location"].partition("?")[0] != resolve_url(settings.LOGIN_URL):
            return response
        return given_back(request, is_signed_out=True) or response


@dataclass(frozen=True)
class Typed:
    """The posted data. ``hidden``: every value, to be posted again; ``texts``: what a person can read in it."""

    hidden: list[tuple[str, str]]
    files: list[tuple[str, str]]

    @property
    def texts(self) -> list[str]:
        return [value for _, value in self.hidden if len(value) >= SHORTEST_SHOWN and not _is_data(value)]


def given_back(request: HttpRequest, *, is_signed_out: bool = False) -> HttpResponse | None:
    """The response (403) that holds what ``request`` posted; None if nothing was typed.

    Also None if another site may have written the form: one click here would submit it in the name of this person.
    """
    if not is_form(request) or not _is_from_here(request):
        return None
    typed = _typed(request)
    if not typed.files and not any(value.strip() for _, value in typed.hidden):
        return None
    context: dict[str, Any] = {"typed": typed, "is_signed_out": is_signed_out, "action": request.get_full_path()}
    response = render(request, "pages/base/typed_again.html", context, status=403)
    add_never_cache_headers(response)
    return response


def _is_from_here(request: HttpRequest) -> bool:
    """Browsers send the site whose page holds the form."""
    origin = request.headers.get("Origin")
    if origin is None:
        return request.headers.get("Sec-Fetch-Site") == "same-origin"
    return origin == f"{request.scheme}://{request.get_host()}" or origin in settings.CSRF_TRUSTED_ORIGINS


def _typed(request: HttpRequest) -> Typed:
    fields = [(name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"]
    return Typed(
        hidden=[(name, str(value)) for name, values in fields for value in values],
        files=[(name, str(file.name)) for name, files in request.FILES.lists() for file in files],
    )


def _is_data(value: str) -> bool:
    """Rich texts and revisions are posted as JSON."""
    try:
        return isinstance(json.loads(value), dict | list)
    except ValueError:
        return False


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What was typed, if there is something to recover; otherwise why the form was refused."""
    return given_back(request) or csrf_refused(request, reason)
