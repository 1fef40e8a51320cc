"""What a search field proposes while somebody types."""

from collections.abc import Callable

import pytest
from django.test import Client

from caps_sheets.models import CapsSheetPage
from portal.taxonomies.models import Theme
from search.engines.base import SearchEngine
from tests.factories.network import make_clsm, make_commune, make_theme
from tests.factories.replay import replayed
from tests.factories.sheets import make_sheet
from tests.factories.site import make_private
from tests.search.test_engine import HOSTILE

pytestmark = pytest.mark.django_db
URL = "/recherche/suggestions/"


def proposed(client: Client, text: str, **params: str) -> list[tuple[str, str]]:
    response = client.get(URL, {"q": text, **params})
    assert response.status_code == 200
    return [(one["kind"], one["label"]) for one in response.json()["suggestions"]]


@replayed
def make_world() -> CapsSheetPage:
    theme = make_theme("logement", name="Logement et habitat", synonyms="bailleurs")
    make_commune("34142", "Lodève", population=7_400)
    clsm = make_clsm(title="CLSM du Lodévois", short_name="CLSMCH")
    return make_sheet(title="Loger les œuvres de l’élan", clsms=[clsm], themes=[theme])


@pytest.fixture
def world(engine: SearchEngine, db: None, indexed: Callable) -> CapsSheetPage:
    sheet = make_world()
    indexed(make_world)
    return sheet


@pytest.mark.parametrize(
    ("text", "kind", "label"),
    [
        ("log", "Thème", "Logement et habitat"),
        ("habitat log", "Thème", "Logement et habitat"),
        ("bailleu", "Thème", "Logement et habitat"),
        ("loger", "Fiche CAPS", "Loger les œuvres de l’élan"),
        ("LES OEUV", "Fiche CAPS", "Loger les œuvres de l’élan"),
        ("l'elan", "Fiche CAPS", "Loger les œuvres de l’élan"),
        ("clsm lodev", "CLSM", "CLSM du Lodévois"),
        ("clsmch", "CLSM", "CLSM du Lodévois"),
        ("lodeve", "Commune", "Lodève (34)"),
    ],
)
def test_beginnings_of_words_are_enough(client: Client, world: object, text: str, kind: str, label: str) -> None:
    assert (kind, label) in proposed(client, text)


def test_a_place_field_asks_for_places_alone(client: Client, world: object) -> None:
    proposals = proposed(client, "lod", genre="commune")
    assert proposals[0] == ("Commune", "Lodève (34)")
    assert {kind for kind, _ in proposals} == {"Commune", "Intercommunalité"}
    assert proposed(client, "finist", genre="commune") == [("Département", "Finistère (département 29)")]


def test_each_proposal_leads_somewhere(client: Client, world: object) -> None:
    found = client.get(URL, {"q": "lo"}).json()["suggestions"]
    assert len(found) >= 3
    assert [client.get(one["url"]).status_code for one in found] == [200] * len(found)


def test_a_private_page_is_never_proposed_even_before_the_index_knows(client: Client, world: object) -> None:
    make_private(world)
    assert ("Fiche CAPS", "Loger les œuvres de l’élan") not in proposed(client, "loger")


def test_a_renamed_theme_is_proposed_at_once(client: Client, world: object) -> None:
    proposed(client, "logement")
    theme = Theme.objects.get(slug="logement")
    theme.name = "Toit et voisinage"
    theme.save()
    assert ("Thème", "Toit et voisinage") in proposed(client, "voisin")


@pytest.mark.parametrize("text", [*(text for text in HOSTILE if text != "\ud800"), "a", ""])
def test_hostile_beginnings_are_harmless(client: Client, world: object, text: str) -> None:
    proposed(client, text)
    proposed(client, text, genre="commune")


def test_without_an_index_themes_and_places_remain(client: Client, engine: SearchEngine, db: None) -> None:
    make_theme("logement", name="Logement et habitat")
    assert [kind for kind, _ in proposed(client, "loge")] == ["Thème", "Commune", "Commune"]


def test_suggestions_are_kept_by_no_cache(client: Client, world: object) -> None:
    assert "no-store" in client.get(URL, {"q": "lo"})["Cache-Control"]


def test_suggestions_cost_few_queries(client: Client, world: object, django_assert_max_num_queries: object) -> None:
    proposed(client, "lo")
    with django_assert_max_num_queries(5):
        proposed(client, "lo")
