"""Near a commune: the CLSM that covers it, and what was done around, the nearest first."""

import re
from collections.abc import Callable
from math import isclose

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from search.engines.base import SearchEngine
from search.places import distance_km, geography
from search.queries import SearchQuery
from search.results import Found, find
from tests.factories.network import make_clsm, make_commune, make_theme
from tests.factories.replay import replayed
from tests.factories.sheets import make_sheet

LODEVE = {"latitude": 43.73, "longitude": 3.32}
CLERMONT = {"latitude": 43.63, "longitude": 3.43}  # 14 km from Lodève
BEZIERS = {"latitude": 43.34, "longitude": 3.22}  # 44 km
LILLE = {"latitude": 50.63, "longitude": 3.06}

degrees = st.floats(-80, 80)


@given(degrees, degrees, degrees, degrees)
def test_distances_are_symmetric_and_never_negative(a: float, b: float, c: float, d: float) -> None:
    there, back = distance_km(a, b, c, d), distance_km(c, d, a, b)
    assert there >= 0
    assert isclose(there, back, abs_tol=1e-6)
    assert distance_km(a, b, a, b) == 0


def test_a_known_distance() -> None:
    assert 765 < distance_km(43.73, 3.32, 50.63, 3.06) < 770


@replayed
def make_world() -> dict[str, object]:
    theme = make_theme("logement", name="Logement")
    places = {
        "lodeve": make_commune("34142", "Lodève", population=7_400, **LODEVE),
        "clermont": make_commune("34079", "Clermont-l’Hérault", population=9_000, **CLERMONT),
        "beziers": make_commune("34032", "Béziers", population=80_000, **BEZIERS),
        "lille": make_commune("59350", "Lille", population=230_000, **LILLE),
    }
    made: dict[str, object] = {}
    for name, commune in places.items():
        clsm = make_clsm(title=f"CLSM {name}", communes=[commune])
        made[name] = make_sheet(title=f"Logement à {name}", clsms=[clsm], themes=[theme])
    return made


@pytest.fixture
def world(engine: SearchEngine, db: None, indexed: Callable) -> dict[str, object]:
    made = make_world()
    indexed(make_world)
    return made


def near(place: str, **kw: object) -> Found:
    return find(SearchQuery(place=place, **kw))


def titles(found: Found) -> list[str]:
    return [re.sub("<.*?>", "", str(card["title"])) for card in found.cards if card["kind"] == "fiche"]


def test_the_nearest_come_first_and_nothing_from_outside(world: dict) -> None:
    found = near("lodeve")
    assert titles(found) == ["Logement à lodeve", "Logement à clermont", "Logement à beziers"]
    assert titles(near("lodeve", radius=25)) == ["Logement à lodeve", "Logement à clermont"]
    distances = [card["distance_km"] for card in found.cards if card["kind"] == "fiche"]
    assert distances == [0, 14, 44]


def test_words_and_filters_narrow_what_is_near(world: dict) -> None:
    assert titles(near("Lodève", text="beziers logement")) == ["Logement à beziers"]
    assert near("Lodève", filters={"type": ("clsm",)}).total == 3


def test_the_clsm_that_covers_the_commune_is_named(world: dict) -> None:
    found = near("Clermont l'Herault")
    assert found.place is not None
    assert [clsm.title for clsm in found.place.covering] == ["CLSM clermont"]


def test_a_covering_clsm_that_is_not_public_is_not_named(world: dict) -> None:
    world["lodeve"].clsm_items.first().clsm.unpublish()
    assert near("lodeve").place.covering == []


@pytest.mark.parametrize("text", ["Nulle-Part-sur-Mer", "%", "99999", "'"])
def test_an_unknown_place_says_so_and_still_answers(client: Client, world: dict, text: str) -> None:
    found = near(text)
    assert found.is_unknown_place
    assert found.total == 8
    assert client.get("/recherche/", {"lieu": text}).status_code == 200


@pytest.mark.parametrize("text", ["Clermont l'Herault", "clermont-l’hérault", "CLERMONT L HERAULT"])
def test_a_commune_named_in_the_words_brings_its_clsm_first(world: dict, text: str) -> None:
    found = find(SearchQuery(text))
    assert re.sub("<.*?>", "", str(found.cards[0]["title"])) == "CLSM clermont"
    assert geography(text, None).is_only_place


def test_a_common_word_is_not_a_commune(world: dict) -> None:
    make_commune("01001", "Logement", population=300)
    assert geography("logement", None).named == ()


@pytest.mark.django_db
def test_nothing_is_asked_of_the_database_for_no_words(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):
        assert geography("", None).named == ()
