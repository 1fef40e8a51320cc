"""Our search engines beside their raw form and beside other ways of searching: python -m benchmarks.search [sizes…]

See docs/benchmarks.md for what is compared and how to read it.
"""

import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"

import django

django.setup()

from benchmarks.contenders.base import Contender  # noqa: E402
from benchmarks.contenders.elasticsearch import Elasticsearch  # noqa: E402
from benchmarks.contenders.fts5 import Fts5  # noqa: E402
from benchmarks.contenders.postgresql import PostgreSQL  # noqa: E402
from benchmarks.contenders.tantivy import Tantivy  # noqa: E402
from benchmarks.contenders.wagtail import Wagtail  # noqa: E402
from benchmarks.corpus import Corpus, write  # noqa: E402
from benchmarks.remote import Remote, StoppedError  # noqa: E402
from benchmarks.report import growth, number, table, targets  # noqa: E402
from benchmarks.rounds import Side, disagreements, play  # noqa: E402
from search.queries import SearchQuery  # noqa: E402

SIZES = (5_000, 50_000, 200_000)
CONTENDERS: tuple[type[Contender], ...] = (Tantivy, Elasticsearch, Fts5, PostgreSQL, Wagtail)
BUILD_PATIENCE = 900.0  # seconds


def say(*lines: str) -> None:
    sys.stdout.write("\n".join((*lines, "")))
    sys.stdout.flush()


def measure(size: int, corpus: Path) -> list[Side]:
    """Builds every contender, one after the other, then asks them in turn."""
    made = Corpus(size)
    write(made.documents(), corpus)
    queries = made.queries()
    with ExitStack() as remotes:
        sides = [side for kind in CONTENDERS for side in built(kind, size, corpus, queries, remotes)]
        play(sides, len(queries))
    return sides


def built(kind: type[Contender], size: int, corpus: Path, queries: list[SearchQuery], remotes: ExitStack) -> list[Side]:
    """The forms of one contender, ready to be asked; none, with the reason said, when it does not take part."""
    reason = kind.missing()
    if kind.most and size > kind.most:
        reason = f"pas au-delà de {number(kind.most)} documents"
    if reason:
        say(f"{kind.forms[0]} : absent, {reason}.", "")
        return []
    remote = Remote.start(kind, queries)
    remotes.callback(remote.close)
    try:
        done = remote.call("build", corpus, patience=BUILD_PATIENCE)
    except StoppedError:
        say(f"{kind.forms[0]} : absent, l’indexation a été arrêtée après {BUILD_PATIENCE:.0f} s.", "")
        return []
    return [Side(form, remote, kind, done, size) for form in kind.forms]


def check(sides: list[Side], queries: list[SearchQuery]) -> None:
    for kind in {side.kind for side in sides if side.kind.is_ours}:
        for wrong in disagreements([side for side in sides if side.kind is kind]):
            raise SystemExit(f"{kind.forms[0]} : les deux formes ne comptent pas pareil : {queries[wrong]}")


def main() -> None:
    results: dict[int, list[Side]] = {}
    with tempfile.TemporaryDirectory(prefix="portal-benchmark-") as folder:
        for size in sorted(int(value) for value in sys.argv[1:]) or SIZES:
            say(f"## {number(size)} documents", "")
            results[size] = measure(size, Path(folder, "corpus"))
            queries = Corpus(size).queries()
            check(results[size], queries)
            say(*table(results[size], len(queries)), "")
    if len(results) > 1:
        say(*growth(results), "")
    say(*targets(results))


if __name__ == "__main__":
    main()
