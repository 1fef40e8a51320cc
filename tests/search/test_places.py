"""Near a commune: the CLSM that covers it, and what was done around, the nearest first."""

import re
from collections.abc import Callable
from math import isclose

import pytest
from django.test import Client
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st

from search import outbox
from search.engines.base import SearchEngine
from search.places import distance_km, geography
from search.queries import SearchQuery
from search.references import references
from search.results import Found, find
from search.text import stems
from tests.factories.network import make_clsm, make_commune, make_department, make_theme
from tests.factories.replay import replayed
from tests.factories.sheets import make_sheet

LODEVE = {"latitude": 43.73, "longitude": 3.32}
CLERMONT = {"latitude": 43.63, "longitude": 3.43}  # 14 km from Lodève
BEZIERS = {"latitude": 43.34, "longitude": 3.22}  # 44 km
LILLE = {"latitude": 50.63, "longitude": 3.06}

NORTH = ("32", "Hauts-de-France")

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
        "lille": make_commune(
            "59350", "Lille", population=230_000, department=make_department("59", "Nord", NORTH), **LILLE
        ),
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


@pytest.mark.parametrize("place", ["Hérault", "34", "Occitanie", "département de l’Hérault", "CC du Clermontais"])
def test_a_territory_limits_the_search_to_its_communes(world: dict, place: str) -> None:
    found = near(place)
    inside = ["Logement à clermont"] if place == "CC du Clermontais" else titles(near("lodeve"))
    assert sorted(titles(found))[: len(inside)] == sorted(inside)
    assert "Logement à lille" not in titles(found)
    assert "CLSM clermont" in [clsm.title for clsm in found.place.covering]


@pytest.mark.parametrize(
    ("place", "clsms"),
    [
        ("Savoie", []),
        ("Nord", ["CLSM lille"]),
        ("Corse", []),
        ("Lomme", ["CLSM lille"]),
        ("59033 LILLE CEDEX", ["CLSM lille"]),
    ],
)
def test_the_clsm_of_a_territory_are_its_own(world: dict, place: str, clsms: list[str]) -> None:
    assert [clsm.title for clsm in near(place).place.covering] == clsms


def test_no_clsm_is_said_of_a_territory_only_if_it_is_true(client: Client, world: dict) -> None:
    island = make_commune("97411", "Saint-Denis", department=make_department("974", "La Réunion"))
    make_clsm(title="CLSM de l’île", communes=[island])
    page = client.get("/recherche/", {"lieu": "La Réunion"}).content.decode()
    assert "Aucun CLSM ne couvre" not in page
    assert "CLSM de l’île" in page and "« La Réunion » désigne plusieurs lieux." in page
    page = client.get("/recherche/", {"lieu": "Mayotte"}).content.decode()
    assert "Aucun CLSM ne couvre encore Mayotte (département 976)" in page


def test_a_commune_of_unknown_position_is_searched_with_its_territory(world: dict) -> None:
    town = make_commune(
        "98818", "Nouméa", latitude=None, longitude=None, department=make_department("988", "Nouvelle-Calédonie")
    )
    other = make_commune("98805", "Dumbéa", latitude=None, longitude=None, department=town.department)
    make_clsm(title="CLSM du Sud", communes=[town])
    make_clsm(title="CLSM de Dumbéa", communes=[other])
    outbox.drain()
    assert [str(card["title"]) for card in near("Nouméa").cards] == ["CLSM du Sud", "CLSM de Dumbéa"]


@pytest.mark.parametrize(
    ("text", "label", "rest"),
    [
        ("logement Lodève", "Lodève (34)", "logement"),
        ("logement à Lodève", "Lodève (34)", "logement"),
        ("Lodève", "Lodève (34)", ""),
        ("logement près de Clermont l'Hérault jeunes", "Clermont-l’Hérault (34)", "logement jeunes"),
        ("Finistère", "Finistère (département 29)", ""),
        ("Paris 13e logement", "Paris 13e Arrondissement (75)", "logement"),
        ("cran-gevrier", "Annecy (74)", ""),
    ],
)
def test_a_place_in_the_words_is_proposed_as_a_place(
    client: Client, world: dict, text: str, label: str, rest: str
) -> None:
    proposal = find(SearchQuery(text)).proposals[0]
    assert (str(proposal.place), proposal.query.text, proposal.query.place) == (label, rest, label)
    page = client.get("/recherche/", {"q": text}).content.decode()
    assert "Chercher près de" in page and f"?{escape(proposal.query.url_params())}" in page


@pytest.mark.parametrize(
    "text", ["réunion publique", "compte rendu de réunion", "logement", "aide", "santé mentale", "-lodève x"]
)
def test_common_words_propose_no_place(world: dict, text: str) -> None:
    assert list(find(SearchQuery(text)).proposals) == []


@pytest.mark.parametrize(
    ("text", "is_island"),
    [
        ("réunion publique", False),
        ("la réunion publique du quartier", False),
        ("compte rendu de réunion", False),
        ("suicide à La Réunion", True),
        ("la réunion", True),
    ],
)
def test_a_public_meeting_is_not_the_island(world: dict, text: str, is_island: bool) -> None:
    make_department("974", "La Réunion", region=("04", "La Réunion"))
    named = references().synonyms.named(stems(text))
    assert bool([value for value in named if value.group == "departement"]) is is_island


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
