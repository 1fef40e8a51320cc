import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from network.territories.models import Commune, Epci
from network.territories.queries import (
    find_communes,
    search_epcis,
)

pytestmark = pytest.mark.usefixtures("places")


def names(text: str, limit: int = 10) -> list[str]:
    return [str(commune) for commune in find_communes(text, limit)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("montpellier", "Montpellier (34)"),
        ("CLERMONT L'HERAULT", "Clermont-l’Hérault (34)"),
        ("st denis", "Saint-Denis (974)"),
        ("saint-denis (93)", "Saint-Denis (93)"),
        ("st denis 93", "Saint-Denis (93)"),
        ("saint denis 97400", "Saint-Denis (974)"),
        ("epinay", "Épinay-sur-Seine (93)"),
        ("paris", "Paris (75)"),
        ("paris 11", "Paris 11e Arrondissement (75)"),
        ("75011", "Paris (75)"),
        ("34 800", "Clermont-l’Hérault (34)"),
        ("93066", "Saint-Denis (93)"),
    ],
)
def test_the_commune_meant_comes_first(typed: str, first: str) -> None:
    assert names(typed)[0] == first


def test_exact_names_come_before_beginnings_and_beginnings_before_words() -> None:
    found = names("saint denis", 50)
    assert found[:2] == ["Saint-Denis (974)", "Saint-Denis (93)"]
    assert "L’Île-Saint-Denis (93)" in found[2:]


def test_a_postcode_finds_the_city_and_its_arrondissement() -> None:
    assert names("75011") == ["Paris (75)", "Paris 11e Arrondissement (75)"]


def test_two_digits_are_the_beginning_of_postcodes() -> None:
    assert names("34", 1) == ["Montpellier (34)"]
    assert all(name.endswith("(34)") for name in names("34", 100))


@pytest.mark.parametrize("typed", ["", " ", "-", "0", "99999", "xyzzy", "\x00", "x" * 60_000, "' OR 1=1"])
def test_nothing_is_found_for_what_names_no_place(typed: str) -> None:
    assert names(typed) == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=30))
def test_no_text_breaks_the_lookup(text: str) -> None:
    assert len(find_communes(text, 5)) <= 5


def test_epcis_by_name_or_siren() -> None:
    assert search_epcis("plaine commune").get().kind == "EPT"
    assert search_epcis("200057867").get().name == "Plaine Commune"


def test_a_commune_of_grand_paris_belongs_to_the_metropole_and_to_its_ept() -> None:
    saint_denis = Commune.objects.get(code="93066")
    assert {epci.kind for epci in saint_denis.epcis.all()} == {"METRO", "EPT"}
    assert Epci.objects.get(siren="200057867").communes.filter(code="93066").exists()
