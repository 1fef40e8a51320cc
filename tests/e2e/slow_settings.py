"""The development portal on a slow machine: what is sent by somebody signed in takes a second more."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from portal.settings.dev import *  # noqa: F403
from portal.settings.dev import MIDDLEWARE

DELAY = 1.0  # seconds
SLOWED = ("/admin/", "/mon-clsm/")


def slow(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    def respond(request: HttpRequest) -> HttpResponseBase:
        if request.method == "POST" and request.path.startswith(SLOWED):
            time.sleep(DELAY)
        return get_response(request)

    return respond


MIDDLEWARE = ["tests.e2e.slow_settings.slow", *MIDDLEWARE]
