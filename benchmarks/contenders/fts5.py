"""SQLite FTS5 as its manual shows it: default tokenizer, bm25(), snippet(), facets counted in SQL."""

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from benchmarks.contenders.base import Ask, Contender
from search.documents import SearchDocument
from search.facets import GROUP_NAMES
from search.plans import split
from search.queries import SearchQuery

BATCH = 1_000
SCHEMA = """
CREATE VIRTUAL TABLE words USING fts5(title, terms, places, summary, body);
CREATE TABLE facets (document INTEGER, name TEXT, value TEXT, PRIMARY KEY (document, name, value)) WITHOUT ROWID;
CREATE INDEX facets_by_value ON facets (name, value, document);
CREATE TABLE documents (id INTEGER PRIMARY KEY, day TEXT);
CREATE INDEX documents_by_day ON documents (day);
"""
WORDS = "SELECT rowid FROM words WHERE words MATCH :words"
EVERYTHING = "SELECT id FROM documents"
BEST = """
SELECT rowid, title, snippet(words, 4, '<mark>', '</mark>', '…', 32), bm25(words, 8, 4, 3, 3, 1) AS score
FROM words WHERE words MATCH :words {narrowed} ORDER BY score LIMIT 20
"""
LATEST = """
SELECT words.rowid, title, summary FROM words JOIN documents ON id = words.rowid
WHERE id > 0 {narrowed} ORDER BY day DESC LIMIT 20
"""
BEARING = "AND {column} IN (SELECT document FROM facets WHERE name = '{name}' AND value IN ({values}))"
TOTAL = "SELECT count(*) FROM ({found}) AS found WHERE 1 {narrowed}"
COUNT = "SELECT name, value, count(*) FROM facets WHERE document IN ({found}) {narrowed} AND {groups} GROUP BY 1, 2"


class Fts5(Contender):
    forms = ("SQLite FTS5",)
    most = 50_000
    patience = 120.0

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.connection = sqlite3.connect(folder / "fts5.sqlite3")

    def build(self, documents: Iterable[SearchDocument]) -> None:
        self.connection.executescript(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; {SCHEMA}")
        rows = iter(enumerate(documents, start=1))
        while batch := list(islice(rows, BATCH)):
            texts = [(n, one.title, one.terms, one.places, one.summary, one.body) for n, one in batch]
            self.connection.executemany(
                "INSERT INTO words (rowid, title, terms, places, summary, body) VALUES (?,?,?,?,?,?)", texts
            )
            self.connection.executemany("INSERT INTO documents VALUES (?,?)", [(n, str(one.date)) for n, one in batch])
            self.connection.executemany(
                "INSERT INTO facets VALUES (?,?,?)", [row for n, one in batch for row in borne(n, one)]
            )
        self.connection.executescript("INSERT INTO words (words) VALUES ('optimize'); ANALYZE;")
        self.connection.commit()

    def prepared(self, form: str, query: SearchQuery) -> Ask:
        words = match(query)
        found = WORDS if words else EVERYTHING
        chosen = narrowed(query, "rowid" if words else "id")
        page = (BEST if words else LATEST).format(narrowed=chosen)
        total = TOTAL.format(found=found, narrowed=chosen)
        requests = [page, *facet_requests(query, found)]

        def ask() -> int:
            for request in requests:
                self.connection.execute(request, {"words": words}).fetchall()
            return int(self.connection.execute(total, {"words": words}).fetchone()[0])

        return ask

    def close(self) -> None:
        self.connection.close()


def borne(number: int, document: SearchDocument) -> Iterator[tuple[int, str, str]]:
    return ((number, name, value) for name, values in document.facets.items() for value in values)


def match(query: SearchQuery) -> str:
    """« title AND "two words" », in the language of FTS5."""
    free, phrases, _ = split(query.text)
    return " AND ".join([f'"{word}"' for word in free] + [f'"{" ".join(phrase)}"' for phrase in phrases])


def narrowed(query: SearchQuery, column: str, without: str = "") -> str:
    """What keeps the documents that bear one of the chosen values of each group."""
    groups = {name: values for name, values in query.filters.items() if name != without}
    return " ".join(BEARING.format(column=column, name=name, values=listed(values)) for name, values in groups.items())


def facet_requests(query: SearchQuery, found: str) -> Iterator[str]:
    free = [name for name in GROUP_NAMES if name not in query.filters]
    yield COUNT.format(found=found, narrowed=narrowed(query, "document"), groups=f"name IN ({listed(free)})")
    for name in query.filters:
        yield COUNT.format(found=found, narrowed=narrowed(query, "document", name), groups=f"name = '{name}'")


def listed(values: Iterable[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)
