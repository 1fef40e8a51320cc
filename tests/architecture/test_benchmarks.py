"""The search benchmark stays runnable and fair: one corpus, two forms that count alike, tables that say so."""

from pathlib import Path

import pytest

from benchmarks.contenders.fts5 import Fts5
from benchmarks.contenders.tantivy import Tantivy
from benchmarks.corpus import Corpus, read, write
from search.facets import GROUP_NAMES

SIZE = 150


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("corpus") / "documents"
    write(Corpus(SIZE).documents(), path)
    return path


def test_the_corpus_is_the_same_each_time(corpus: Path) -> None:
    assert list(read(corpus)) == list(Corpus(SIZE).documents())


def test_the_corpus_has_every_facet_group_and_queries_of_every_kind(corpus: Path) -> None:
    queries = Corpus(SIZE).queries()
    assert {name for document in read(corpus) for name in document.facets} == set(GROUP_NAMES)
    assert len(queries) >= 50
    assert {bool(query.text) for query in queries} == {bool(query.filters) for query in queries} == {True, False}


def test_our_engine_and_its_raw_form_count_alike(corpus: Path, tmp_path: Path) -> None:
    contender = Tantivy(tmp_path)
    contender.build(read(corpus))
    totals = {form: [contender.prepared(form, query)() for query in Corpus(SIZE).queries()] for form in Tantivy.forms}
    ours, raw = totals.values()
    assert ours == raw
    assert any(ours)


def test_fts5_and_our_engine_find_the_same_when_only_facets_are_chosen(corpus: Path, tmp_path: Path) -> None:
    chosen = [query for query in Corpus(SIZE).queries() if not query.text]
    counts = []
    for contender, form in ((Tantivy(tmp_path / "tantivy"), Tantivy.forms[0]), (Fts5(tmp_path), Fts5.forms[0])):
        contender.build(read(corpus))
        counts.append([contender.prepared(form, query)() for query in chosen])
        contender.close()
    assert counts[0] == counts[1]
    assert any(counts[0])
