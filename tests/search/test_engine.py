"""What any engine must do, seen from the outside."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from search.engines.base import IndexMissingError, SearchEngine, SearchResults
from search.facets import GROUP_NAMES
from search.queries import SearchQuery
from search.synonyms import Synonyms, starting_groups
from tests.search.documents import make_document

SYNONYMS = Synonyms(starting_groups())

CORPUS = [
    make_document(1, "Prévention du suicide chez les adolescents", "Une action contre l’isolement des collégiens."),
    make_document(
        2, "Logement accompagné", "Les bailleurs et les habitant·e·s d’un quartier prioritaire, en milieu rural."
    ),
    make_document(
        3,
        "Aller-vers les personnes âgées",
        "Une équipe mobile sonne aux portes, soutenue des élu·e·s.",
        aliases="maraude\nitinérance",
    ),
    make_document(4, "Commission des situations complexes", "Le CMP, le bailleur et la coordonnatrice se réunissent."),
    make_document(5, "Habitat partagé", "Le logement n’y est pas un but, mais un moyen."),
    make_document(
        6, "Annuaire", "Le centre médico-psychologique reçoit sur rendez-vous.", places="Hérault 34 Occitanie"
    ),
]


@pytest.fixture(scope="module")
def corpus(new_engine: Callable[[], SearchEngine]) -> SearchEngine:
    engine = new_engine()
    engine.rebuild(CORPUS)
    return engine


def ask(engine: SearchEngine, text: str, **filters: tuple[str, ...]) -> SearchResults:
    return engine.search(SearchQuery(text, filters), SYNONYMS)


def found(engine: SearchEngine, text: str) -> list[int]:
    return [hit.page_id for hit in ask(engine, text).hits]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("prevention suicide", 1),
        ("suicidaire", 1),
        ("ados", 1),
        ("l'isolement", 1),
        ("L’ISOLEMENT", 1),
        ("logment", 2),
        ("prevantion", 1),
        ("habitants", 2),
        ("bailleur rural", 2),
        ("QPV", 2),
        ("aller vers", 3),
        ("aller-vers", 3),
        ("personnes agées", 3),
        ("élus", 3),
        ("elue", 3),
        ("maraude", 3),
        ("RESAD", 4),
        ("cas complexes", 4),
        ("coordinatrice", 4),
        ("34", 6),
        ("herault", 6),
        ('"milieu rural"', 2),
        ("Qui a déjà fait une action sur le logement avec des bailleurs, en milieu rural ?", 2),
    ],
)
def test_a_french_query_finds_its_document_first(corpus: SearchEngine, text: str, first: int) -> None:
    hits = ask(corpus, text).hits
    assert hits and hits[0].page_id == first, [(hit.page_id, hit.score) for hit in hits]


def test_an_acronym_finds_its_expansion_and_the_reverse(corpus: SearchEngine) -> None:
    assert set(found(corpus, "CMP")) == {4, 6} == set(found(corpus, "centre médico-psychologique"))


def test_a_phrase_asks_for_the_words_in_order(corpus: SearchEngine) -> None:
    assert found(corpus, "« personnes âgées »") == [3]
    assert found(corpus, '"âgées personnes"') == []


def test_a_minus_excludes(corpus: SearchEngine) -> None:
    assert 2 in found(corpus, "logement")
    assert found(corpus, "logement -bailleurs") == [5]
    assert found(corpus, 'logement -"milieu rural"') == [5]
    assert len(found(corpus, "-logement")) == 4


def test_an_exact_word_is_never_hidden_by_close_ones(corpus: SearchEngine) -> None:
    assert ask(corpus, "bailleurs").plan.corrections == {}
    assert dict(ask(corpus, "baileurs").plan.corrections) == {"baileurs": ("bailleurs", "bailleur")}


def test_no_word_lists_everything_latest_first(corpus: SearchEngine) -> None:
    assert found(corpus, "") == [6, 5, 4, 3, 2, 1]
    assert found(corpus, "   ") == [6, 5, 4, 3, 2, 1]


def test_equal_relevance_goes_to_the_latest(new_engine: Callable[[], SearchEngine]) -> None:
    engine = new_engine()
    engine.rebuild(make_document(number, "Même titre", "Même texte.") for number in (3, 1, 5, 2, 4))
    assert found(engine, "titre") == [5, 4, 3, 2, 1]


def test_marks_stand_on_the_original_text_escaped(new_engine: Callable[[], SearchEngine]) -> None:
    engine = new_engine()
    engine.rebuild(
        [make_document(1, "L’élu·e <b>& co</b>", "<script>alert('élus')</script> " + "mot " * 400 + "élue.")]
    )
    (hit,) = ask(engine, "elu").hits
    assert hit.title == "L’<mark>élu·e</mark> &lt;b&gt;&amp; co&lt;/b&gt;"
    assert "&lt;script&gt;" in hit.snippet
    assert "<mark>élus</mark>" in hit.snippet
    assert "<script" not in hit.snippet
    assert len(hit.snippet) < 400


def test_what_stands_between_two_marked_words_is_escaped_too(new_engine: Callable[[], SearchEngine]) -> None:
    engine = new_engine()
    engine.rebuild([make_document(1, "Santé <& mentale", "Une santé <& mentale, de tous.")])
    (hit,) = ask(engine, '"santé mentale"').hits
    assert hit.title == "<mark>Santé &lt;&amp; mentale</mark>"
    assert "<mark>santé &lt;&amp; mentale</mark>" in hit.snippet


HOSTILE = [
    '"', "'", '"""', "«", "\x00", "a\x00b", "é" * 10_000, "😀🧠", "<script>alert(1)</script>", "AND (", "OR", "NOT",
    "* ?", "[a TO b]", "title:x", "a^9", "~", "\\", "((((", "-", "--", '-"', "\ud800", "%00", "' OR 1=1 --",
    "a" * 500, "\u202e", "½ ﷺ", "et", "le la les", "-le", "+", "&&", "||", "/.*/", "\t\n\r", "0" * 300, "१२३",
    "中文", "e\u0301" * 100, "1 2 3 4 5 6 7 8 9",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_only_words(corpus: SearchEngine, text: str) -> None:
    ask(corpus, text)


@given(st.text(max_size=400))
def test_any_text_may_be_searched(corpus: SearchEngine, text: str) -> None:
    results = ask(corpus, text)
    assert 0 <= len(results.hits) <= results.total <= len(CORPUS)


values = {
    "type": ("fiches", "clsm"),
    "theme": ("addictions", "logement", "deuil"),
    "public": ("adultes", "enfants"),
    "milieu": ("quartier",),
    "region": ("occitanie", "bretagne"),
    "departement": ("herault", "gard"),
    "strategie": ("aller-vers", "sensibiliser"),
    "action": ("formation",),
    "qpv": ("oui",),
    "clsm": ("lodeve", 'l’"autre" \\ OR *'),
    "annee": ("2023", "2024"),
    "episode": ("avec", "sans"),
}
facets = st.fixed_dictionaries({name: st.lists(st.sampled_from(some), unique=True) for name, some in values.items()})
choices = st.dictionaries(st.sampled_from(GROUP_NAMES), st.just(None)).flatmap(
    lambda names: st.fixed_dictionaries(
        {name: st.lists(st.sampled_from(values[name]), min_size=1, unique=True).map(tuple) for name in names}
    )
)


@pytest.fixture(scope="module")
def changing(new_engine: Callable[[], SearchEngine]) -> SearchEngine:
    engine = new_engine()
    engine.rebuild([])
    return engine


MOST_ROWS = 25


@given(st.lists(st.tuples(facets, st.sampled_from(["logement", "soin"])), max_size=MOST_ROWS), choices, st.booleans())
@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_facet_counts_equal_a_recount(
    changing: SearchEngine, rows: list, chosen: dict[str, tuple[str, ...]], with_words: bool
) -> None:
    documents = [make_document(n, word, facets=facet) for n, (facet, word) in enumerate(rows)]
    changing.replace([f"sheet:{number}" for number in range(MOST_ROWS)], documents)
    results = changing.search(SearchQuery("soins" if with_words else "", chosen), SYNONYMS)
    matching = [document for document in documents if not with_words or document.title == "soin"]

    def kept(without: str = "") -> list:
        return [
            document
            for document in matching
            if all(set(some) & set(document.facets.get(name, ())) for name, some in chosen.items() if name != without)
        ]

    assert results.total == len(kept())
    assert results.without == {name: len(kept(name)) for name in chosen}
    for name in GROUP_NAMES:
        expected = {value: sum(value in d.facets.get(name, ()) for d in kept(name)) for value in values[name]}
        assert results.facets[name] == {value: count for value, count in expected.items() if count}


def test_pages_of_results_do_not_overlap(new_engine: Callable[[], SearchEngine]) -> None:
    engine = new_engine()
    engine.rebuild(make_document(number, "Même titre") for number in range(45))
    pages = [engine.search(SearchQuery("titre", page=page), SYNONYMS).hits for page in (1, 2, 3)]
    assert [len(hits) for hits in pages] == [20, 20, 5]
    assert len({hit.key for hits in pages for hit in hits}) == 45


def test_index_replaces_and_delete_removes(new_engine: Callable[[], SearchEngine]) -> None:
    engine = new_engine()
    engine.rebuild([make_document(1, "Avant"), make_document(2)])
    engine.index([make_document(1, "Après"), make_document(3)])
    engine.delete(["sheet:2", "sheet:99"])
    assert engine.keys() == {"sheet:1", "sheet:3"}
    assert found(engine, "avant") == []
    assert found(engine, "après") == [1]


def test_without_an_index_every_method_says_so(engine: SearchEngine) -> None:
    for use in (engine.count, engine.keys, lambda: ask(engine, "x"), lambda: engine.index([make_document(1)])):
        with pytest.raises(IndexMissingError):
            use()
    assert not engine.health().ok
