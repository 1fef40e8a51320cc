"""The cost of each public page in SQL queries: at most fifteen, and the same with ten sheets or a thousand."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from search.outbox import rebuild
from tests.architecture.world import CLSM, EPISODE, NEWS, SHEET, add_sheets, grow, make_world

pytestmark = [
    pytest.mark.django_db,
    # Wagtail leaves to the collector the temporary file of each rendition it makes.
    pytest.mark.filterwarnings("ignore:Unclosed file <tempfile:ResourceWarning"),
]

MAX_QUERIES = 15
FEW, MANY, THOUSAND = 10, 60, 1_000

ADDRESSES = {
    "accueil": "/",
    "fiches": "/fiches/",
    "fiches, page 2": "/fiches/?page=2",
    "fiche": f"/fiches/{SHEET}/",
    "annuaire": "/clsm/",
    "annuaire filtré": "/clsm/?region=region-76&departement=departement-34&statut=operationnel",
    "annuaire, nom de commune": "/clsm/?commune=clermont",
    "annuaire, code postal": "/clsm/?commune=34800",
    "profil": f"/clsm/{CLSM}/",
    "émission": "/podcast/",
    "épisode": f"/podcast/{EPISODE}/",
    "thèmes": "/themes/",
    "thème": "/themes/deuil/",
    "actualités": "/actualites/",
    "actualité": f"/actualites/{NEWS}/",
    "page de texte": "/les-clsm/",
    "page de texte profonde": "/les-clsm/histoire/dates/",
    "besoin d’aide": "/besoin-d-aide/",
    "accessibilité": "/accessibilite/",
    "plan du site": "/plan-du-site/",
    "recherche": "/recherche/",
    "recherche, mots et filtres": "/recherche/?q=fiche&theme=deuil&type=fiches",
    "recherche, flux": "/recherche/flux.atom?q=fiche&theme=deuil",
    "recherche, export": "/recherche/export.csv?q=fiche&theme=deuil",
    "recherche, liste à imprimer": "/recherche/imprimer/?q=fiche&theme=deuil",
}
Counts = dict[str, list[int]]


def queries(client: Client, address: str) -> int:
    """SQL queries of a page already seen once: Wagtail keeps the addresses of sites and of renditions in its cache."""
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    assert response.status_code == 200, address
    return len(captured)


@pytest.fixture(scope="module")
def counts(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Counts]:
    """Each page measured on a portal of ``FEW`` then of ``MANY`` sheets, profiles, episodes and news."""
    index = tmp_path_factory.mktemp("index")
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(SEARCH_INDEX_ROOT=index):
        make_world()
        found: Counts = {name: [] for name in ADDRESSES}
        for more in (FEW, MANY - FEW):
            grow(more)
            measure(found)
        yield found
        transaction.set_rollback(True)


def measure(found: Counts) -> None:
    rebuild()
    client = Client()
    for name, address in ADDRESSES.items():
        found[name].append(queries(client, address))


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_page_costs_few_queries_whatever_the_number_of_contents(name: str, counts: Counts) -> None:
    few, many = counts[name]
    assert few == many <= MAX_QUERIES


@pytest.mark.slow
def test_a_thousand_sheets_cost_the_queries_of_ten(counts: Counts, db: None) -> None:
    found: Counts = {name: [] for name in ADDRESSES}
    add_sheets(THOUSAND - MANY)
    measure(found)
    assert {name: few for name, (few, _) in counts.items()} == {name: many for name, (many,) in found.items()}
