"""Malformed requests on each search address: an answer every time, never an error of ours.

Sixty in every run, for all addresses read them with the same code; a thousand in ``make test-slow``.
"""

from collections.abc import Callable
from urllib.parse import quote_plus

import pytest
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from search.engines.base import SearchEngine
from search.facets import GROUP_NAMES
from tests.factories.network import make_clsm, make_commune, make_theme
from tests.factories.replay import replayed
from tests.factories.sheets import make_sheet
from tests.search.test_engine import HOSTILE

pytestmark = pytest.mark.django_db

REQUESTS = [60, pytest.param(1_000, marks=pytest.mark.slow)]
ADDRESSES = [
    "/recherche/",
    "/recherche/suggestions/",
    "/recherche/flux.rss",
    "/recherche/flux.atom",
    "/recherche/export.csv",
    "/recherche/export.json",
    "/recherche/export.xlsx",
    "/recherche/imprimer/",
]
KNOWN = ["deuil", "fiches", "avec", "2024", "34", "Lodève", "clermont l'herault", '"deuil', "-deuil", "isolement", "50"]
names = st.sampled_from(["q", "page", "lieu", "rayon", "tri", "genre", *GROUP_NAMES]) | st.text(max_size=8)
texts = st.sampled_from([*HOSTILE, *KNOWN]) | st.text(max_size=60) | st.integers().map(str)
pairs = st.tuples(
    names, texts.map(lambda text: quote_plus(text, errors="replace")) | st.binary(max_size=30).map(quote_plus)
)
query_strings = st.lists(pairs, max_size=6).map(
    lambda found: "&".join(f"{quote_plus(name, errors='replace')}={value}" for name, value in found)
)


@replayed
def make_world() -> None:
    commune = make_commune("34142", "Lodève", population=7_400, latitude=43.73, longitude=3.32)
    theme = make_theme("deuil", name="Deuil")
    make_sheet(title="Traverser l’isolement", clsms=[make_clsm(communes=[commune])], themes=[theme])


@pytest.fixture
def world(engine: SearchEngine, db: None, indexed: Callable) -> None:
    make_world()
    indexed(make_world)


@pytest.mark.parametrize("number", REQUESTS)
@pytest.mark.parametrize("address", ADDRESSES)
def test_no_request_makes_an_error(client: Client, world: None, address: str, number: int) -> None:
    @hypothesis_settings(max_examples=number, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(query_strings)
    def ask(query_string: str) -> None:
        response = client.get(f"{address}?{query_string}")
        assert response.status_code == 200
        b"".join(response.streaming_content) if response.streaming else response.content

    ask()


@hypothesis_settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(st.binary(max_size=300) | query_strings.map(str.encode), st.sampled_from(["text/plain", "application/json", ""]))
def test_no_report_of_a_browser_makes_an_error(client: Client, body: bytes, content_type: str) -> None:
    response = client.post("/recherche/mesure/", body, content_type=content_type or "application/octet-stream")
    assert response.status_code < 500
