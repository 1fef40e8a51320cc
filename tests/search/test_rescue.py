"""When nothing is found, the page says what to change and where else to look."""

from collections.abc import Callable

import pytest

from search.engines.base import SearchEngine
from search.no_results import Rescue
from search.queries import SearchQuery
from search.references import references_changed
from search.results import find
from tests.factories.network import make_clsm, make_department, make_theme
from tests.factories.replay import replayed
from tests.factories.sheets import make_sheet


@replayed
def make_world() -> None:
    clsm = make_clsm(title="CLSM du Vallon")
    clsm.departments.set([make_department()])
    make_department("59", "Nord", ("32", "Hauts-de-France"))
    make_sheet(title="Un jardin", clsms=[clsm], themes=[make_theme("deuil", name="Deuil et accompagnement")])
    make_sheet(title="Un toit", clsms=[clsm], themes=[make_theme("logement", name="Logement et habitat")])


@pytest.fixture
def world(engine: SearchEngine, db: None, indexed: Callable) -> None:
    make_world()
    indexed(make_world)


def rescue(text: str = "", **filters: tuple[str, ...]) -> Rescue:
    found = find(SearchQuery(text, filters))
    assert found.total == 0
    assert found.rescue is not None
    return found.rescue


def test_each_condition_says_what_would_be_found_without_it(world: None) -> None:
    without = rescue("jardin", departement=("departement-59",), theme=("deuil",)).without
    assert [(one.label, one.count) for one in without] == [("Nord (59)", 1), ("tous les filtres", 1)]
    assert without[0].params == "q=jardin&theme=deuil"


def test_several_choices_of_a_group_are_given_up_together(world: None) -> None:
    (without,) = rescue("jardin", departement=("departement-59", "departement-99")).without
    assert (without.label, without.count, without.params) == ("Nord (59)", 1, "q=jardin")
    make_department("62", "Pas-de-Calais", ("32", "Hauts-de-France"))
    references_changed()
    (without,) = rescue("jardin", departement=("departement-59", "departement-62")).without
    assert (without.label, without.count) == ("Nord (59), Pas-de-Calais (62)", 1)


def test_a_word_close_to_a_label_is_proposed(world: None) -> None:
    (spelling,) = rescue("Hauts-de-Frence").spelling
    assert spelling.text == "hauts de france"
    assert spelling.params == "q=hauts+de+france"
    assert rescue("zzyzx").spelling == []


def test_themes_to_go_on_are_those_named_or_else_the_most_documented(world: None) -> None:
    assert [theme.slug for theme in rescue("logement", departement=("departement-59",)).themes] == ["logement"]
    assert {theme.slug for theme in rescue("zzyzx").themes} >= {"deuil", "logement"}


def test_something_found_needs_no_rescue(world: None) -> None:
    assert find(SearchQuery("jardin")).rescue is None
