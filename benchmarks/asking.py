"""The pages of the portal asked through its WSGI application: every middleware, the connection closed after each."""

import contextlib
import io
from collections.abc import Callable
from urllib.parse import urlsplit

from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext, override_settings

Ask = Callable[[], int]


def fill() -> None:
    """The demonstration."""
    with contextlib.redirect_stdout(io.StringIO()), override_settings(DEBUG=True):  # asked by the demonstration
        call_command("migrate", verbosity=0)
        call_command("seed_demo")


def asker(application: WSGIHandler, address: str, host: str = "localhost") -> Ask:
    """A function that asks the page once and returns the size of its body in bytes."""
    parts = urlsplit(address)
    requests = RequestFactory(SERVER_NAME=host)

    def ask() -> int:
        environ = requests.get(parts.path, query_params=None, QUERY_STRING=parts.query).environ
        statuses: list[str] = []
        response = application(environ, lambda status, headers, *rest: statuses.append(status))  # type: ignore[arg-type]
        size = sum(len(chunk) for chunk in response)
        response.close()
        if not statuses[0].startswith("200"):
            raise SystemExit(f"{address}: {statuses[0]}")
        return size

    return ask


def count_queries(ask: Ask) -> int:
    """The SQL queries of a page, without those that open the connection."""
    with CaptureQueriesContext(connection) as captured:
        ask()
    return len([query for query in captured if not query["sql"].startswith("PRAGMA")])
