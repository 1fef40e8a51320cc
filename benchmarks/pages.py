"""Public pages against a bare Wagtail page and a bare Django view, in one run: python -m benchmarks.pages [seconds]

A throw-away portal is filled with the demonstration, then every address is asked through the WSGI application, one
request after the other, in turns, round after round. See benchmarks/README.md for what the ratios say.
"""

import contextlib
import io
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

FOLDER = tempfile.TemporaryDirectory(prefix="portal-benchmark-")
os.environ.update(VAR_DIR=FOLDER.name, DEBUG="0", DATABASE_URL=f"sqlite:///{FOLDER.name}/portal.sqlite3")
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.dev"

import django  # noqa: E402
from django.conf import settings  # noqa: E402

django.setup()
settings.ROOT_URLCONF = "benchmarks.urls"

from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import RequestFactory  # noqa: E402
from django.test.utils import CaptureQueriesContext, override_settings  # noqa: E402
from wagtail.models import Page, Site  # noqa: E402

from caps_sheets.models import CapsSheetPage  # noqa: E402
from network.models import ClsmPage  # noqa: E402

ROUNDS = 5
SECONDS = 1.0  # per address and round
BARE_HOST = "nu.example"


@dataclass
class Target:
    """One address and what was measured there."""

    name: str
    address: str
    host: str = "localhost"
    rates: list[float] = field(default_factory=list)
    queries: int = 0
    size: int = 0

    @property
    def rate(self) -> float:
        return statistics.median(self.rates)


def fill() -> None:
    """The demonstration, and beside it a site of plain Wagtail pages, without code or template of ours."""
    with contextlib.redirect_stdout(io.StringIO()), override_settings(DEBUG=True):  # asked by the demonstration
        call_command("migrate", verbosity=0)
        call_command("seed_demo")
    root = Page.objects.get(depth=1).add_child(instance=Page(title="Nu", slug="nu"))
    root.add_child(instance=Page(title="Page nue", slug="page"))
    Site.objects.create(hostname=BARE_HOST, root_page=root)


def targets() -> list[Target]:
    sheet = max(CapsSheetPage.objects.live(), key=lambda page: len(str(page.body)))
    profile = max(ClsmPage.objects.live(), key=lambda page: page.commune_items.count())
    return [
        Target("Django, vue « bonjour »", "/bonjour/"),
        Target("Wagtail, page nue", "/page/", BARE_HOST),
        Target("accueil", "/"),
        Target("liste des fiches", "/fiches/"),
        Target("fiche (la plus longue)", sheet.url),
        Target("annuaire", "/clsm/"),
        Target("annuaire, une commune", "/clsm/?commune=clermont"),
        Target("profil (le plus étendu)", profile.url),
        Target("recherche", "/recherche/?q=logement+jeunes"),
    ]


def asker(application: WSGIHandler, target: Target) -> Callable[[], int]:
    """A function that asks the page once and returns the size of its body in bytes."""
    parts = urlsplit(target.address)
    requests = RequestFactory(SERVER_NAME=target.host)

    def ask() -> int:
        environ = requests.get(parts.path, query_params=None, QUERY_STRING=parts.query).environ
        statuses: list[str] = []
        response = application(environ, lambda status, headers, *rest: statuses.append(status))
        size = sum(len(chunk) for chunk in response)
        response.close()
        if not statuses[0].startswith("200"):
            raise SystemExit(f"{target.address}: {statuses[0]}")
        return size

    return ask


def measure(found: list[Target], seconds: float) -> None:
    application = WSGIHandler()
    askers = [asker(application, target) for target in found]
    for target, ask in zip(found, askers, strict=True):
        for _ in range(5):
            target.size = ask()
        with CaptureQueriesContext(connection) as captured:
            ask()
        target.queries = len([query for query in captured if not query["sql"].startswith("PRAGMA")])
    for _ in range(ROUNDS):
        for target, ask in zip(found, askers, strict=True):
            start, asked = time.perf_counter(), 0
            while (spent := time.perf_counter() - start) < seconds:
                ask()
                asked += 1
            target.rates.append(asked / spent)


def table(found: list[Target]) -> str:
    hello, bare = found[0].rate, found[1].rate
    rows = ["| page | req/s | × page nue | × bonjour | requêtes SQL | Ko |", "|---|---|---|---|---|---|"]
    for target in found:
        spread = f"[{min(target.rates):.0f}-{max(target.rates):.0f}]"
        ratios = f"{target.rate / bare:.2f} | {target.rate / hello:.3f}"
        cost = f"{target.queries} | {target.size / 1000:.1f}"
        rows.append(f"| {target.name} | {target.rate:.0f} {spread} | {ratios} | {cost} |")
    return "\n".join(rows)


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    fill()
    found = targets()
    measure(found, seconds)
    sys.stdout.write(f"{CapsSheetPage.objects.live().count()} fiches, {ClsmPage.objects.live().count()} CLSM\n\n")
    sys.stdout.write(table(found) + "\n")


if __name__ == "__main__":
    main()
