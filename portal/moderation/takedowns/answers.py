"""What an address answers to a visitor, asked inside the process through every middleware and cache."""

from dataclasses import dataclass
from functools import cache
from io import BytesIO
from urllib.parse import quote, unquote_to_bytes, urlsplit

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.http import StreamingHttpResponse
from wagtail.models import Site


@dataclass(frozen=True)
class Answer:
    status: int
    text: str


@cache
def _handler() -> BaseHandler:
    handler = BaseHandler()
    handler.load_middleware()
    return handler


def answer_to(address: str) -> Answer:
    """The answer to a GET of ``address``, a path of the default site, without any cookie. A file is not read."""
    path, _, query = address.partition("?")
    site = Site.objects.filter(is_default_site=True).first()
    root = urlsplit(site.root_url if site else settings.BASE_URL)
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": unquote_to_bytes(quote(path, safe="/%")).decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": root.hostname or "localhost",
        "SERVER_PORT": str(root.port or (443 if root.scheme == "https" else 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": root.scheme,
        "wsgi.input": BytesIO(),
    }
    response = _handler().get_response(WSGIRequest(environ))
    if isinstance(response, StreamingHttpResponse):
        for close in response._resource_closers:  # type: ignore[attr-defined]  # not ``close``, which ends the request that asks
            close()
        return Answer(response.status_code, "")
    content: bytes = response.content  # type: ignore[attr-defined]
    return Answer(response.status_code, content.decode(response.charset, "replace"))
