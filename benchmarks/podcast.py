"""The podcast feed against its targets, with 5 and 500 episodes: python -m benchmarks.podcast

A throw-away portal is filled with the demonstration, then its first episode is copied, links and all, each time with
a sound of its own. Everything is asked through the whole application; what comes out is also read by the lint and by
feedparser. Targets: those that the feed was designed for, see docs/podcast.md.
"""

import gzip
import sys
import time
from collections.abc import Callable, Iterable
from copy import copy
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple, TypeVar
from uuid import uuid4

import feedparser
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import Model
from django.db.models.base import ModelState
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

import benchmarks.throwaway  # noqa: F401 - the first import of ours: it chooses the settings
from benchmarks.asking import fill
from caps_sheets.podcasts.feeds.freshness import note
from caps_sheets.podcasts.lint.checker import lint
from caps_sheets.podcasts.models import EpisodePage, ShowPage
from portal.medialib.models import PortalMedia

SIZES = (5, 500)
ROUNDS = 7
ADDRESS = "/podcast/flux.xml"
Key = TypeVar("Key")
GZIP = {"Accept-Encoding": "gzip"}


class Row(NamedTuple):
    """One measure beside its target, both in the same unit; lower is better."""

    name: str
    measured: float
    target: float
    unit: str


def add_episodes(total: int) -> None:
    """Copies of the first episode, until the show has ``total`` public ones: rows alone, none of what a save does."""
    show = ShowPage.objects.get(slug="podcast")
    source = EpisodePage.objects.child_of(show).live().order_by("number").first()
    if source is None or source.audio is None:
        raise SystemExit("La démonstration n’a pas d’épisode public.")
    page_type, first = type(source.page_ptr), show.numchild + 1
    numbers = range(first, first + total - EpisodePage.objects.visible().count())
    with transaction.atomic():
        sounds = PortalMedia.objects.bulk_create(copies(source.audio, numbers, lambda number: {"uuid": uuid4()}))
        pages = page_type.objects.bulk_create(copies(source.page_ptr, numbers, partial(page_values, show)))
        for number, sound, page in zip(numbers, sounds, pages, strict=True):
            episode = copy(source)
            episode.__dict__.update({field.attname: getattr(page, field.attname) for field in page_type._meta.fields})
            episode.page_ptr_id, episode.guid, episode.audio = page.pk, str(uuid4()), sound
            episode.number, episode.date = number, source.date - timedelta(days=number)
            episode.save_base(raw=True, force_insert=True)
        for items in (source.sheet_items, source.clsm_items, source.speaker_items):
            for item in items.all():
                type(item).objects.bulk_create(copies(item, pages, lambda page: {"page_id": page.pk}))
        for item in source.theme_items.all():
            values = copies(item, pages, lambda page: {"content_object_id": page.pk})
            type(item).objects.bulk_create(values)
        page_type.objects.filter(pk=show.pk).update(numchild=numbers.stop - 1)
        note(show)


def copies(source: Model, keys: Iterable[Key], values: Callable[[Key], dict[str, Any]]) -> list[Any]:
    """Unsaved copies of one row, each with its own values."""
    found = []
    for key in keys:
        each = copy(source)
        each.pk = None
        each._state = ModelState()
        each.__dict__.update(values(key))
        found.append(each)
    return found


def page_values(show: ShowPage, number: int) -> dict[str, Any]:
    slug = f"copie-{number}"
    return {
        "path": ShowPage._get_path(show.path, show.depth + 1, number),
        "slug": slug,
        "url_path": f"{show.url_path}{slug}/",
        "translation_key": uuid4(),
        "title": f"Épisode copié {number}",
        "live_revision_id": None,
        "latest_revision_id": None,
    }


def timed(ask: Callable[[], HttpResponse], prepare: Callable[[], object] = lambda: None) -> tuple[float, int]:
    """(milliseconds of processor in the quickest round, SQL queries): what else the machine does is left out."""
    times, counts = [], []
    for _ in range(ROUNDS):
        prepare()
        start = time.process_time()
        ask()
        times.append((time.process_time() - start) * 1000)
        prepare()
        with CaptureQueriesContext(connection) as captured:
            ask()
        counts.append(len([query for query in captured if not query["sql"].startswith("PRAGMA")]))
    return min(times), max(counts)


def forget() -> None:
    """Nothing kept but the addresses of the sites, which any page leaves behind."""
    cache.clear()
    ShowPage.objects.get(slug="podcast").get_url_parts()


def measure(size: int) -> list[Row]:
    client = Client(SERVER_NAME="localhost")

    def ask(**headers: str) -> HttpResponse:
        return client.get(ADDRESS, headers={**GZIP, **headers})

    first = ask()
    known = ask(**{"If-None-Match": first["ETag"]})
    if (first.status_code, known.status_code) != (200, 304):
        raise SystemExit(f"{ADDRESS} : {first.status_code}, puis {known.status_code}")
    cold, cold_queries = timed(ask, forget)
    kept, kept_queries = timed(ask)
    spared, spared_queries = timed(lambda: ask(**{"If-Modified-Since": first["Last-Modified"]}))
    content = gzip.decompress(first.content)
    start = time.process_time()
    findings = lint(content)
    linted = time.process_time() - start
    feed = feedparser.parse(content)
    lost = [url for url in enclosures(feed) if client.head(url).status_code != 200]
    return [
        Row("flux écrit de nouveau (A1)", cold, 600, "ms"),
        Row("… requêtes SQL (A1)", cold_queries, 12, ""),
        Row("flux gardé, compressé (A2)", kept, 20, "ms"),
        Row("… requêtes SQL (A2)", kept_queries, 2, ""),
        Row("304 (A2)", spared, 20, "ms"),
        Row("… requêtes SQL (A2)", spared_queries, 2, ""),
        Row("poids (A3)", len(content) / 1000, 2000, "Ko"),
        Row("poids compressé (A3)", len(first.content) / 1000, 150, "Ko"),
        Row("épisodes que feedparser ne lit pas (A4)", size - len(feed.entries) + feed.bozo, 0, ""),
        Row("podcast_lint (A9)", linted, 1, "s"),
        Row("… constats (A9)", len(findings), 0, ""),
        Row("sons sans réponse à HEAD (A12)", len(lost), 0, ""),
    ]


def enclosures(feed: feedparser.FeedParserDict) -> list[str]:
    return ["/" + entry.enclosures[0].href.split("/", 3)[3] for entry in feed.entries]


def main() -> None:
    fill()
    for size in SIZES:
        add_episodes(size)
        sys.stdout.write(
            f"\n{size} épisodes (temps de processeur)\n\n| mesure | obtenu | cible | |\n|---|---|---|---|\n"
        )
        for row in measure(size):
            verdict = "tenu" if row.measured <= row.target else "MANQUÉ"
            sys.stdout.write(
                f"| {row.name} | {row.measured:.4g} {row.unit} | ≤ {row.target:g} {row.unit} | {verdict} |\n"
            )


if __name__ == "__main__":
    with override_settings(ALLOWED_HOSTS=["*"]):
        main()
