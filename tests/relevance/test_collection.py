"""The collection is large enough, complete and coherent, whatever the engines answer."""

from collections import Counter

import pytest

from portal.medialib.transcripts.formats import check, parse
from tests.relevance.corpus import items
from tests.relevance.corpus.items import Item, Kind
from tests.relevance.corpus.others import episodes, transcript
from tests.relevance.judgements import Query, matching, queries

ACCEPTANCE = {
    "prevention suicide", "suicidaire", "logment", "ados", "RESAD", "situations complexes", "cas complexes", "QPV",
    "SISM", "aller vers", "aller-vers", "personnes agées", "coordinatrice", "Clermont l'Herault", "34", "Hérault",
    "CMP", "Qui a déjà fait une action sur le logement avec des bailleurs, en milieu rural ?",
}  # fmt: skip
KINDS = {
    "acronym", "elision", "episode", "exclusion", "hyphen", "inclusive", "ligature", "moment", "no-accent", "phrase",
    "place", "plain", "postcode", "question", "synonym", "typo",
}  # fmt: skip


def test_the_corpus_is_large_enough() -> None:
    counts = Counter(item.kind for item in items().values())
    assert counts[Kind.SHEET] >= 320
    assert counts[Kind.CLSM] >= 300
    assert counts[Kind.EPISODE] >= 15
    assert counts[Kind.NEWS] and counts[Kind.PAGE]


def test_the_corpus_is_varied() -> None:
    sheets = [item for item in items().values() if item.kind is Kind.SHEET]
    assert len({sheet.title for sheet in sheets}) > 300
    assert len({region for item in items().values() for region in item.regions}) >= 15


def test_there_are_enough_queries_of_every_kind() -> None:
    counts = Counter(query.kind for query in queries())
    assert len(queries()) >= 96
    assert counts.keys() == KINDS
    assert min(counts.values()) >= 2


def test_identifiers_and_texts_are_unique() -> None:
    assert len({query.id for query in queries()}) == len({query.text for query in queries()}) == len(queries())


def test_a_third_is_held_out_in_every_kind() -> None:
    held_out = Counter(query.kind for query in queries() if query.is_held_out)
    assert {query.split for query in queries()} == {"tune", "held-out"}
    assert 0.3 <= held_out.total() / len(queries()) <= 0.36
    for kind, count in Counter(query.kind for query in queries()).items():
        assert held_out[kind] >= count // 3, kind


def test_every_acceptance_query_is_there() -> None:
    accepted = {query.text for query in queries() if query.acceptance}
    assert accepted >= ACCEPTANCE
    assert any(text.startswith('"') for text in accepted)


@pytest.mark.parametrize("query", queries(), ids=lambda query: query.id)
def test_every_judgement_names_documents_of_the_corpus(query: Query) -> None:
    assert query.grades.keys() <= items().keys()
    assert set(query.grades.values()) <= {1, 2, 3}


@pytest.mark.parametrize("query", queries(), ids=lambda query: query.id)
def test_every_query_has_an_answer_unless_it_says_so(query: Query) -> None:
    assert bool(query.grades) != query.expects_nothing
    if query.grades:
        assert max(query.grades.values()) == 3


@pytest.mark.parametrize("query", [query for query in queries() if query.moment], ids=lambda query: query.id)
def test_the_moment_is_the_cue_where_the_words_are_spoken(query: Query) -> None:
    moment = query.moment
    assert moment is not None
    assert query.grades[moment.episode] == 3
    spoken = [cue.start for cue in parse(transcript(moment.episode.partition("/")[2])) if moment.says in cue.text]
    assert spoken == [pytest.approx(moment.second, abs=0.05)]


def test_queries_about_a_moment_and_only_they_expect_one() -> None:
    assert {query.kind for query in queries() if query.moment} == {"moment"}
    assert all(query.moment for query in queries() if query.kind == "moment")


@pytest.mark.parametrize("episode", episodes(), ids=lambda item: item.key)
def test_transcripts_may_be_published(episode: Item) -> None:
    assert check(transcript(episode.slug)) == []


def test_the_clsm_of_the_acceptance_list_covers_the_commune() -> None:
    query = next(query for query in queries() if query.text == "Clermont l'Herault")
    assert query.answers == {"clsm/clermontais"}
    assert "34079" in items()["clsm/clermontais"].communes


def test_a_rule_needs_all_its_conditions() -> None:
    rural = {"theme": "logement-et-habitat", "milieu": "milieu-rural-exploitation-agricole"}
    found = matching({"grade": 2, **rural})
    assert "sheet/bailleurs-rural" in found
    assert "sheet/cellule-habitat" not in found


def test_an_excluded_word_is_in_no_answer() -> None:
    query = next(query for query in queries() if query.text == "logement -bailleurs")
    assert "sheet/incurie-diogene" in query.grades
    assert "sheet/cellule-habitat" not in query.grades
