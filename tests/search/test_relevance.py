"""What a coordinator reads on the results page: the right things, first, marked for what was asked."""

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.documents import SearchDocument
from search.engines.base import SearchEngine, SearchResults
from search.highlights import LENGTH, IndexedText, by_first_word, find_phrases, mark_title, snippet
from search.queries import SearchQuery
from search.synonyms import Synonyms, starting_groups
from search.text import analyse, stem
from tests.search.documents import make_document

LONG_LABEL = "Santé mentale et environnement (logement, habitat, crise climatique, nature)"
NAMES = (
    ("theme", "logement", "Logement et habitat", "bailleurs sociaux\nexpulsion\nHLM"),
    ("theme", "environnement", LONG_LABEL, "climat\nlogement\nhabitat"),
    ("theme", "parentalite", "Santé mentale et parentalité", "parents"),
    ("theme", "precarite", "Santé mentale et précarité", "SDF"),
    ("theme", "ages", "Santé mentale des personnes âgées", "vieux\nretraités"),
    ("theme", "addictions", "Addictions", "tabac\njeux\nalcool"),
    ("departement", "departement-34", "Hérault", "34"),
)
LABELS = {value: label for _, value, label, _ in NAMES}
ALIASES = {value: aliases for _, value, _, aliases in NAMES}
SYNONYMS = Synonyms(starting_groups(), NAMES)


def bearing(number: int, title: str, body: str, theme: str = "", family: str = "sheet", **kw: object) -> SearchDocument:
    facets = {"type": [family], "theme": [theme] if theme else [], **kw.pop("facets", {})}
    terms, aliases = LABELS.get(theme, ""), ALIASES.get(theme, "")
    return make_document(number, title, body, family=family, terms=terms, aliases=aliases, facets=facets, **kw)


CORPUS = [
    bearing(1, "Quand un locataire ne répond plus", "Le logement d’abord : bailleurs et soignants.", "logement"),
    bearing(2, "CLSM du Plateau", "Sa feuille de route cite le logement.", "logement", family="clsm"),
    bearing(3, "Un jardin partagé", "La nature et le bruit, deux fois par an.", "environnement"),
    bearing(4, "La santé mentale au travail", "Un établissement public et social, deux fois par an."),
    bearing(5, "Un café pour les parents", "Parler de santé mentale avec douceur.", "parentalite"),
    bearing(6, "Visites à domicile", "Des bénévoles vont chez les retraités.", "ages"),
    bearing(7, "Une consultation avancée", "Un addictologue reçoit le lundi.", "addictions"),
    bearing(8, "Jouer ensemble", "Des jeux de société au café.", "parentalite"),
    bearing(9, "Mentions légales", "Hébergement du site. Le logement des données.", family="page"),
    bearing(10, "Des habitants parlent", "Ils étaient 34 ce soir-là, dans les bourgs."),
    bearing(11, "Les stages", "Cinq jours ailleurs.", places="Hérault 34", facets={"departement": ["departement-34"]}),
    bearing(12, "Aller vers", "Une équipe sort de ses murs."),
    bearing(13, "Y aller ensemble", "Aller au musée ; un bus vers la mer."),
]


@pytest.fixture(scope="module")
def corpus(new_engine: Callable[[], SearchEngine]) -> SearchEngine:
    engine = new_engine()
    engine.rebuild(CORPUS)
    return engine


def ask(engine: SearchEngine, text: str) -> SearchResults:
    return engine.search(SearchQuery(text), SYNONYMS)


def found(engine: SearchEngine, text: str) -> list[int]:
    return [hit.page_id for hit in ask(engine, text).hits]


def marks(results: SearchResults) -> set[str]:
    return {
        mark.lower() for hit in results.hits for mark in re.findall("<mark>(.*?)</mark>", f"{hit.title} {hit.snippet}")
    }


def test_a_word_finds_nothing_that_speaks_neither_of_it_nor_of_what_stands_for_it(corpus: SearchEngine) -> None:
    assert set(found(corpus, "logement")) == {1, 2, 3, 9}


def test_only_what_was_asked_is_marked(corpus: SearchEngine) -> None:
    assert marks(ask(corpus, "logement")) == {"logement"}
    assert marks(ask(corpus, "habitat")) == {"logement"}
    assert marks(ask(corpus, "aller vers")) == {"aller vers"}


def test_the_sheets_of_a_named_theme_come_first_and_legal_pages_last(corpus: SearchEngine) -> None:
    assert found(corpus, "logement")[0] == 1
    assert found(corpus, "logement")[-1] == 9
    assert found(corpus, "vieux") == [6]
    assert found(corpus, "jeux")[0] in (7, 8)
    assert set(found(corpus, "jeux")) == {7, 8}


def test_a_typo_of_a_theme_names_it_too(corpus: SearchEngine) -> None:
    results = ask(corpus, "logment")
    assert results.hits[0].page_id == 1
    assert {(one.group, one.value) for one in results.plan.named} == {("theme", "logement"), ("theme", "environnement")}


def test_a_loose_synonym_of_editors_stays_with_what_bears_the_term(corpus: SearchEngine) -> None:
    assert found(corpus, "expulsion") == [1, 2]
    assert found(corpus, "tabac") == [7]
    assert ask(corpus, "tabac").hits[0].snippet == ""


def test_words_of_several_labels_name_none_of_them() -> None:
    rows = tuple(("theme", str(n), f"Santé mentale et {name}", "") for n, name in enumerate(("a1", "b2", "c3", "d4")))
    synonyms = Synonyms(starting_groups(), rows)
    assert synonyms.named([stem("sante"), stem("mentale")]) == ()
    assert [one.value for one in synonyms.named(["b2"])] == ["1"]


def test_a_number_of_departement_brings_what_is_there_before_a_count(corpus: SearchEngine) -> None:
    assert found(corpus, "34") == [11, 10]


def test_when_no_document_holds_all_the_words_some_are_enough(corpus: SearchEngine) -> None:
    results = ask(corpus, "comment parler de logement aux dinosaures")
    assert results.plan.is_relaxed
    assert results.hits[0].page_id == 1
    assert results.total == len(ask(corpus, "parler logement dinosaures").hits)
    narrowed = corpus.search(SearchQuery("logement dinosaures", {"type": ("sheet",)}), SYNONYMS)
    assert narrowed.total == 0  # a filter is the first thing to take off
    assert not ask(corpus, "logement bailleurs").plan.is_relaxed


def test_by_date_everything_found_holds_all_the_words(corpus: SearchEngine) -> None:
    assert ask(corpus, "jardin bailleurs parents").total > 0
    assert corpus.search(SearchQuery("jardin bailleurs parents", is_latest_first=True), SYNONYMS).total == 0


def test_an_expression_is_met_as_one(corpus: SearchEngine) -> None:
    assert found(corpus, "aller vers") == [12]
    assert found(corpus, "aller-vers") == [12]


def test_at_equal_words_an_experience_comes_before_a_notice(new_engine: Callable[[], SearchEngine]) -> None:
    engine = new_engine()
    families = ("page", "news", "clsm", "episode", "sheet")
    engine.rebuild(bearing(n, "Le même titre", "Le même texte.", family=name) for n, name in enumerate(families))
    assert found(engine, "titre") == [4, 3, 2, 1, 0]


def test_what_was_typed_weighs_more_than_what_stands_for_it(new_engine: Callable[[], SearchEngine]) -> None:
    engine = new_engine()
    engine.rebuild([make_document(1, "Le logement"), make_document(2, "L’habitat")])
    assert found(engine, "logement") == [1, 2]
    assert found(engine, "habitat") == [2, 1]


def passage(text: str, **phrases: float) -> str:
    analysed = analyse(text)
    wanted = {tuple(map(stem, name.split("_"))): weight for name, weight in phrases.items()}
    return snippet(IndexedText(text, analysed.stems, analysed.spans), by_first_word(wanted)).html


def test_a_passage_is_the_sentence_that_holds_the_typed_words() -> None:
    filler = "Rien à dire de particulier sur cette longue phrase de remplissage. " * 8
    text = f"{filler}L’habitat compte. {filler}Le logement compte plus encore. {filler}"
    shown = passage(text, logement=1.0, habitat=0.5)
    assert "<mark>logement</mark> compte plus encore." in shown
    assert "habitat" not in shown
    assert shown.startswith(("Rien", "Le <mark>"))
    assert passage(text, musique=1.0) == ""


def test_a_phrase_is_marked_whole_and_only_in_order() -> None:
    phrases = {("bailleur", "social"): 1.0}
    marked = mark_title("Bailleurs publics et sociaux, lien social, bailleur", by_first_word(phrases))
    assert marked == "<mark>Bailleurs publics et sociaux</mark>, lien social, bailleur"


texts = st.text(alphabet="ab .!?«»\n’é<&", max_size=500)


@given(texts, st.sampled_from(["a", "b", "a_b", "ab_ba"]))
def test_a_passage_never_adds_nor_loses_a_character(text: str, name: str) -> None:
    shown = passage(text, **{name: 1.0})
    bare = re.sub("</?mark>", "", shown).replace("&lt;", "<").replace("&amp;", "&")
    bare = bare.removeprefix("… ").removesuffix(" …")
    assert bare in text.replace("\n", " · ")
    assert len(bare) <= 2 * LENGTH


@given(
    st.lists(st.sampled_from("abc"), max_size=30), st.sets(st.sampled_from([("a",), ("b",), ("a", "b")]), min_size=1)
)
def test_found_phrases_are_in_order_and_apart(tokens: list[str], phrases: set[tuple[str, ...]]) -> None:
    places = find_phrases(tokens, by_first_word(dict.fromkeys(phrases, 1.0)))
    assert all(one.last < other.first for one, other in pairwise(places))
    assert all(tokens[one.first] == one.phrase[0] and tokens[one.last] == one.phrase[-1] for one in places)
