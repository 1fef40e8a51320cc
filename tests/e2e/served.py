"""A browser served by the test client: any world of tests, its database undone afterwards, and a cable to cut."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpResponseBase
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Request, Route

from tests.e2e.conftest import new_context

SITE = "http://testserver"
#: Would the browser ask before the page is left?
ASKS = "() => !dispatchEvent(new Event('beforeunload', { cancelable: true }))"


class Served:
    """``is_cut``: nothing answers any more. ``posts``: the paths of what was sent while it was not."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.is_cut = False
        self.posts: list[str] = []
        # Playwright calls back in a context of its own, where Django would open another connection to the database.
        self.context = copy_context()

    def answer(self, route: Route) -> None:
        url = urlsplit(route.request.url)
        if self.is_cut:
            route.abort("internetdisconnected")
        elif url.path.startswith(settings.STATIC_URL):
            found = finders.find(url.path.removeprefix(settings.STATIC_URL))
            route.fulfill(path=Path(str(found))) if found else route.fulfill(status=404)
        else:
            response, body = self.context.run(self._ask, route.request, f"{url.path}?{url.query}")
            if response.status_code == 302:  # Chromium would follow it out of this room
                body = f'<meta http-equiv="refresh" content="0; url={escape(response["Location"])}">'.encode()
                route.fulfill(status=200, content_type="text/html", body=body)
            else:
                route.fulfill(status=response.status_code, headers=dict(response.items()), body=body)

    def _ask(self, request: Request, address: str) -> tuple[HttpResponseBase, bytes]:
        if request.method == "POST":
            self.posts.append(urlsplit(address).path)
        kind = request.headers.get("content-type", "application/octet-stream")
        body, headers = request.post_data_buffer or b"", _kept(request.headers)
        response = self.client.generic(request.method, address, body, kind, headers=headers)
        return response, b"".join(response.streaming_content) if response.streaming else response.content


def _kept(headers: dict[str, str]) -> dict[str, str]:
    """The cookies are those of the client."""
    return {name: value for name, value in headers.items() if name not in ("cookie", "content-type", "content-length")}


@contextmanager
def browsing(browser: Browser, client: Client) -> Iterator[tuple[BrowserContext, Served]]:
    context, served = new_context(browser, SITE), Served(client)
    context.route("**/*", served.answer)
    try:
        yield context, served
    finally:
        context.close()
