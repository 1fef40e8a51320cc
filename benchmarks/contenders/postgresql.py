"""PostgreSQL full text: French stems without accents, GIN, ts_rank, ts_headline, facets counted in SQL.

A cluster of its own is made in a throw-away folder, reached by a socket there, and stopped at the end.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from benchmarks.contenders.base import Ask, Contender
from benchmarks.memory import children
from search.documents import SearchDocument
from search.facets import GROUP_NAMES
from search.plans import split
from search.queries import SearchQuery

DEBIAN = Path("/usr/lib/postgresql")
ACCOUNT = "postgres"  # a server refuses to run as root
START = 30.0  # seconds
OPTIONS = ("listen_addresses=", "shared_buffers=512MB", "work_mem=64MB", "jit=off", "statement_timeout=120s")
SCHEMA = """
CREATE EXTENSION unaccent;
CREATE TEXT SEARCH CONFIGURATION fr (COPY = french);
ALTER TEXT SEARCH CONFIGURATION fr ALTER MAPPING FOR hword, hword_part, word WITH unaccent, french_stem;
CREATE UNLOGGED TABLE loaded (id int, title text, terms text, summary text, body text, day date, facets text[]);
CREATE TABLE documents (id int, title text, summary text, body text, day date, facets text[], words tsvector);
"""
COPY = "COPY loaded FROM STDIN"
FILL = """
INSERT INTO documents
SELECT id, title, summary, body, day, facets,
  setweight(to_tsvector('fr', title), 'A') || setweight(to_tsvector('fr', terms), 'B')
  || setweight(to_tsvector('fr', summary), 'C') || setweight(to_tsvector('fr', body), 'D')
FROM loaded;
DROP TABLE loaded;
CREATE INDEX ON documents USING gin (words);
CREATE INDEX ON documents USING gin (facets);
CREATE INDEX ON documents (day DESC);
"""
BEST = """
SELECT id, title, ts_headline('fr', body, {asked}, 'MaxFragments=1') FROM (
  SELECT id, title, body FROM documents WHERE {held} AND {chosen}
  ORDER BY ts_rank('{{0.1, 0.3, 0.5, 1}}', words, {asked}) DESC LIMIT 20
) AS best
"""
LATEST = "SELECT id, title, summary FROM documents WHERE {chosen} ORDER BY day DESC LIMIT 20"
COUNT = """
SELECT one, count(*) FROM documents, unnest(facets) AS one
WHERE {held} AND {chosen} AND split_part(one, ':', 1) = ANY({groups}) GROUP BY one
"""
TOTAL = "SELECT count(*) FROM documents WHERE {held} AND {chosen}"
Statement = sql.Composed


def binary(name: str) -> str:
    """Where a program of PostgreSQL is; '' when it is not installed."""
    installed = sorted(DEBIAN.glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(installed[-1]) if installed else "")


class PostgreSQL(Contender):
    forms = ("PostgreSQL",)
    most = 50_000
    patience = 180.0

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        account = ACCOUNT if os.geteuid() == 0 else None
        if account:
            shutil.chown(folder, account)
        data, quiet = str(folder / "data"), {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
        creation = [binary("initdb"), "-D", data, "-A", "trust", "-U", ACCOUNT, "-E", "UTF8", "--locale=C.UTF-8"]
        subprocess.run(creation, user=account, check=True, **quiet)  # type: ignore[call-overload]  # noqa: S603
        options = [part for option in OPTIONS for part in ("-c", option)]
        command = [binary("postgres"), "-D", data, "-k", str(folder), *options]
        self.process = subprocess.Popen(command, user=account, **quiet)  # type: ignore[call-overload]  # noqa: S603
        self.connection = self.connected()

    @classmethod
    def missing(cls) -> str:
        return "" if binary("initdb") and binary("postgres") else "PostgreSQL n’est pas installé"

    def connected(self) -> psycopg.Connection[Any]:
        deadline = time.monotonic() + START
        while True:
            try:
                return psycopg.connect(f"host={self.folder} user={ACCOUNT} dbname=postgres", autocommit=True)
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def build(self, documents: Iterable[SearchDocument]) -> None:
        self.connection.execute(SCHEMA)
        with self.connection.cursor().copy(COPY) as copy:
            for number, one in enumerate(documents):
                terms = f"{one.terms} {one.places}"
                copy.write_row((number, one.title, terms, one.summary, one.body, one.date, borne(one)))
        self.connection.execute(FILL)
        self.connection.execute("VACUUM ANALYZE documents")

    def prepared(self, form: str, query: SearchQuery) -> Ask:
        asked = words_of(query)
        requests = [page(query, asked), *facet_requests(query, held(asked))]
        total = sql.SQL(TOTAL).format(held=held(asked), chosen=chosen(query))

        def ask() -> int:
            for request in requests:
                self.connection.execute(request).fetchall()
            return int(self.connection.execute(total).fetchall()[0][0])

        return ask

    def server(self) -> list[int]:
        return children(self.process.pid)

    def close(self) -> None:
        self.connection.close()
        self.process.terminate()
        self.process.wait(START)


def borne(document: SearchDocument) -> list[str]:
    return [f"{name}:{value}" for name, values in document.facets.items() for value in values]


def words_of(query: SearchQuery) -> sql.Composed | None:
    """The tsquery of the words and of the phrases in quotes; None without any."""
    free, phrases, _ = split(query.text)
    parts = [sql.SQL("plainto_tsquery('fr', {})").format(" ".join(free))] if free else []
    parts += [sql.SQL("phraseto_tsquery('fr', {})").format(" ".join(phrase)) for phrase in phrases]
    return sql.SQL("({})").format(sql.SQL(" && ").join(parts)) if parts else None


def held(asked: sql.Composed | None) -> sql.Composable:
    return sql.SQL("words @@ {}").format(asked) if asked else sql.SQL("true")


def chosen(query: SearchQuery, without: str = "") -> sql.Composable:
    """What keeps the documents that bear one of the chosen values of each group."""
    groups = [
        sql.SQL("facets && {}").format([f"{name}:{value}" for value in values])
        for name, values in query.filters.items()
        if name != without
    ]
    return sql.SQL(" AND ").join(groups) if groups else sql.SQL("true")


def page(query: SearchQuery, asked: sql.Composed | None) -> Statement:
    if asked is None:
        return sql.SQL(LATEST).format(chosen=chosen(query))
    return sql.SQL(BEST).format(asked=asked, held=held(asked), chosen=chosen(query))


def facet_requests(query: SearchQuery, words: sql.Composable) -> Iterator[Statement]:
    free = [name for name in GROUP_NAMES if name not in query.filters]
    yield sql.SQL(COUNT).format(held=words, chosen=chosen(query), groups=free)
    for name in query.filters:
        yield sql.SQL(COUNT).format(held=words, chosen=chosen(query, name), groups=[name])
