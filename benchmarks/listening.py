"""What counting the listens adds to each request for a sound (target A17: 2 ms, p95): python -m benchmarks.listening

A throw-away portal is filled with the demonstration. The first minute of one sound is asked for through the WSGI
application, and the time spent in the counter is read apart, so that the noise of the rest does not blur it. Each kind
of listener has its turn in each round, with the cache of one process, then with a table shared by all. On a busy
machine only the time of processor means something.
"""

import statistics
import sys
import time
from collections.abc import Callable, Iterable
from itertools import count

from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.test import RequestFactory
from django.test.utils import override_settings
from environ import Env

import benchmarks.throwaway  # noqa: F401 - the first import of ours: it chooses the settings
from benchmarks.asking import fill
from caps_sheets.podcasts.audience import counter
from caps_sheets.podcasts.models import EpisodeDay, EpisodePage

TARGET = 2.0  # ms
ROUNDS = 400
WARM_UP = 20
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CACHES = {
    "mémoire d’un processus": "locmemcache://?max_entries=100000",
    "table commune": "dbcache://cache?max_entries=100000",
}
#: kind of listener → (User-Agent, a new address each time)
LISTENERS = {
    "nouvelle écoute (base comprise)": (FIREFOX, True),
    "écoute déjà comptée": (FIREFOX, False),
    "robot": ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", True),
}
numbers = count(1)


class Timed:
    """The counter, and how long each call of it took, in milliseconds: (elapsed, of processor)."""

    def __init__(self, note: Callable) -> None:
        self.note, self.times = note, list[tuple[float, float]]()

    def __call__(self, *args: object) -> None:
        start, work = time.perf_counter(), time.thread_time()
        self.note(*args)
        self.times.append(((time.perf_counter() - start) * 1000, (time.thread_time() - work) * 1000))


def ask(application: WSGIHandler, address: str, agent: str, is_new: bool) -> None:
    number = next(numbers) if is_new else 0
    ip = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    headers = {"User-Agent": agent, "Range": "bytes=0-999999"}
    environ = RequestFactory(SERVER_NAME="localhost").get(address, headers=headers, REMOTE_ADDR=ip).environ
    response = application(environ, lambda status, headers, *rest: None)  # type: ignore[arg-type]
    for _ in response:
        pass
    response.close()


def measure(address: str) -> dict[str, list[tuple[float, float]]]:
    application, found = WSGIHandler(), {name: Timed(counter.note) for name in LISTENERS}
    for number in range(WARM_UP + ROUNDS):
        for name, (agent, is_new) in LISTENERS.items():
            counter.note = found[name]  # type: ignore[assignment]
            ask(application, address, agent, is_new)
        if number == WARM_UP:
            for timed in found.values():
                timed.times.clear()
    counter.note = found["robot"].note
    return {name: timed.times for name, timed in found.items()}


def main() -> None:
    fill()
    call_command("createcachetable", "cache")
    episode = EpisodePage.objects.visible().exclude(audio=None).first()
    if episode is None or episode.audio is None:
        raise SystemExit("La démonstration n’a pas d’épisode public.")
    sys.stdout.write(
        f"Millisecondes. Cible : p95 ≤ {TARGET:g}, sur une machine au repos.\n\n"
        "| cache | auditeur | médiane | p95 | processeur, médiane | processeur, p95 | |\n"
        "|---|---|---|---|---|---|---|\n"
    )
    for cache_name, address in CACHES.items():
        EpisodeDay.objects.all().delete()
        with override_settings(CACHES={"default": Env.cache_url_config(address)}):
            found = measure(episode.audio.public_url)
        counted = sum(EpisodeDay.objects.values_list("count", flat=True))
        expected = WARM_UP + ROUNDS + 1
        if counted != expected:
            raise SystemExit(f"{counted} écoutes comptées au lieu de {expected}")
        for name, times in found.items():
            (middle, p95), (worked, worked_p95) = (shown(column) for column in zip(*times, strict=True))
            verdict = "tenu" if p95 <= TARGET else "MANQUÉ"
            sys.stdout.write(
                f"| {cache_name} | {name} | {middle:.2f} | {p95:.2f} | {worked:.2f} | {worked_p95:.2f} | {verdict} |\n"
            )


def shown(times: Iterable[float]) -> tuple[float, float]:
    """(median, p95)"""
    ordered = sorted(times)
    return statistics.median(ordered), statistics.quantiles(ordered, n=20)[-1]


if __name__ == "__main__":
    main()
