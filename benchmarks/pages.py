"""Public pages against a bare Wagtail page and a bare Django view, in one run: python -m benchmarks.pages [seconds]

A throw-away portal is filled with the demonstration, then every address is asked through the WSGI application, one
request after the other, in turns, round after round. See benchmarks/README.md for what the ratios say.
"""

import statistics
import sys
import time
from dataclasses import dataclass, field

from django.conf import settings

import benchmarks.throwaway  # noqa: F401 - the first import of ours: it chooses the settings

settings.ROOT_URLCONF = "benchmarks.urls"

from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from wagtail.models import Page, Site  # noqa: E402

from benchmarks.asking import asker, count_queries, fill  # noqa: E402
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


def make_bare_site() -> None:
    """Beside the portal, a site of plain Wagtail pages, without code or template of ours."""
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


def measure(found: list[Target], seconds: float) -> None:
    application = WSGIHandler()
    askers = [asker(application, target.address, target.host) for target in found]
    for target, ask in zip(found, askers, strict=True):
        for _ in range(5):
            target.size = ask()
        target.queries = count_queries(ask)
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
    make_bare_site()
    found = targets()
    measure(found, seconds)
    sys.stdout.write(f"{CapsSheetPage.objects.live().count()} fiches, {ClsmPage.objects.live().count()} CLSM\n\n")
    sys.stdout.write(table(found) + "\n")


if __name__ == "__main__":
    main()
