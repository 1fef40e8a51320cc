"""The portal at the size of the country: what `make demo-large` costs, and the SQL queries of three screens on it.

python -m benchmarks.large. The time is that of this machine, this time: the queries are what compares.
"""

import contextlib
import io
import sys
import time
from dataclasses import dataclass

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

import benchmarks.throwaway  # noqa: F401 - the first import of ours: it chooses the settings
from benchmarks.asking import fill
from caps_sheets.capitalisation.models import CaseFile, CensusAnswer
from network.models import ClsmPage, CoordinatorAssignment
from portal.demo.accounts import account
from portal.users.models import User


@dataclass(frozen=True)
class Screen:
    name: str
    address: str
    user: User


def seed() -> tuple[float, float]:
    """Seconds of the clock, and of the processor, that the large demonstration takes on top of the small one."""
    clock, processor = time.perf_counter(), time.process_time()
    with contextlib.redirect_stdout(io.StringIO()), override_settings(DEBUG=True):
        call_command("seed_large")
    return time.perf_counter() - clock, time.process_time() - processor


def screens() -> list[Screen]:
    """The space of the CLSM that declared the most, and the two lists of the Centre at their longest."""
    posts = CoordinatorAssignment.objects.current().select_related("user", "clsm")
    busiest = max(posts, key=lambda post: post.clsm.census_answers.count())
    return [
        Screen("Mon CLSM", f"/mon-clsm/{busiest.clsm_id}/", busiest.user),
        Screen("registre", "/admin/recensement/", account("moderation")),
        Screen("tableau des dossiers", "/admin/capitalisation/", account("moderation")),
    ]


def queries(screen: Screen) -> int:
    """At the second visit: the first one of a process reads what the others have at hand."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(screen.user)
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            response = client.get(screen.address)
    if response.status_code != 200:
        raise SystemExit(f"{screen.address}: {response.status_code}")
    return len([query for query in captured if not query["sql"].startswith("PRAGMA")])


def main() -> None:
    fill()
    clock, processor = seed()
    counts = (
        f"{ClsmPage.objects.count()} CLSM, {CensusAnswer.objects.count()} actions, {CaseFile.objects.count()} dossiers"
    )
    sys.stdout.write(f"{counts} : {clock:.0f} s, dont {processor:.0f} s de processeur\n")
    for screen in screens():
        sys.stdout.write(f"{screen.name:24}{queries(screen):4} requêtes\n")


if __name__ == "__main__":
    main()
