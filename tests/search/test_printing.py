"""The results of a search on one page, to print."""

from collections.abc import Callable, Iterator

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import DjangoDbBlocker
from wagtail.models import Page

from caps_sheets.models import CapsSheetPage
from portal.home.models import HomePage
from search.engines.base import SearchEngine
from search.outputs import print_views
from tests.factories.network import make_clsm, make_department, make_theme
from tests.factories.sheets import make_sheet
from tests.factories.site import make_private, make_site

pytestmark = pytest.mark.django_db
URL = "/recherche/imprimer/"


@pytest.fixture(scope="module")
def stored(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[list[CapsSheetPage]]:
    """The sheets are costly to make: one transaction holds them for the whole module."""
    with django_db_blocker.unblock(), transaction.atomic():
        make_site()
        clsm = make_clsm(title="CLSM du Vallon")
        clsm.departments.set([make_department()])
        themes = [make_theme("deuil", name="Deuil")]
        yield [make_sheet(title=f"Fiche {number} <vallon>", clsms=[clsm], themes=themes) for number in range(25)]
        transaction.set_rollback(True)


@pytest.fixture
def sheets(stored: list[CapsSheetPage], built: SearchEngine) -> list[CapsSheetPage]:
    return [CapsSheetPage.objects.get(pk=sheet.pk) for sheet in stored]


def html(response: HttpResponse) -> str:
    assert response.status_code == 200
    return response.content.decode()


def items(page: str) -> int:
    main = page[page.index("<ol class=") :] if "<ol class=" in page else ""
    return main[: main.find("</ol>")].count("<h2>")


def test_every_result_is_on_one_page_with_the_query_the_date_and_the_licence(client: Client, sheets: list) -> None:
    page = html(client.get(URL, {"q": "vallon", "theme": "deuil", "type": "fiches", "page": "2"}))
    assert items(page) == 25
    assert "Recherche : vallon · Type de contenu : Fiches CAPS · Thème : Deuil" in page
    assert "CC BY-SA 4.0" in page
    assert "liste du " in page
    assert sheets[3].full_url in page
    assert "CLSM du Vallon · Hérault (34)" in page
    assert "<vallon>" not in page
    assert 'href="/recherche/?q=vallon&amp;type=fiches&amp;theme=deuil"' in page


def test_printing_needs_no_inline_script(client: Client, sheets: list) -> None:
    response = client.get(URL)
    page = html(response)
    assert "data-print hidden" in page
    assert "onclick" not in page
    assert page.count("<script") == page.count('<script type="module" src=')
    assert "Ctrl + P" in page
    assert response["X-Robots-Tag"] == "noindex"
    assert not response.cookies


def test_a_long_list_is_cut_and_says_so(client: Client, sheets: list, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(print_views, "PRINT_LIMIT", 10)
    page = html(client.get(URL, {"type": "fiches"}))
    assert items(page) == 10
    assert "25 résultats, dont les 10 premiers ci-dessous" in page


def test_what_is_private_or_withdrawn_is_not_listed(client: Client, sheets: list) -> None:
    make_sheet(title="Brouillon", live=False)
    Page.objects.filter(pk=sheets[0].pk).update(live=False)
    make_private(sheets[1])
    page = html(client.get(URL, {"type": "fiches"}))
    assert items(page) == 23
    assert "Brouillon" not in page
    assert "Fiche 0 " not in page
    assert "Fiche 1 " not in page


def test_nothing_found_is_said(client: Client, sheets: list) -> None:
    assert "Aucun contenu ne répond" in html(client.get(URL, {"q": "xylophone"}))


def test_words_of_distress_show_the_3114_on_paper_too(client: Client, sheets: list) -> None:
    assert 'class="help"' in html(client.get(URL, {"q": "suicide"}))


def test_without_an_engine_the_titles_are_listed_with_a_notice(
    client: Client, engine: SearchEngine, home: HomePage
) -> None:
    make_sheet(title="Prévenir l’isolement")
    make_sheet(title="Brouillon sur l’isolement", live=False)
    page = html(client.get(URL, {"q": "isolement"}))
    assert "momentanément indisponible" in page
    assert "Prévenir" in page
    assert "Brouillon" not in page


@given(st.dictionaries(st.sampled_from(["q", "type", "theme", "lieu", "rayon", "page", "tri"]), st.text(max_size=80)))
@hypothesis_settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_parameters_give_a_list(client: Client, sheets: list, params: dict[str, str]) -> None:
    html(client.get(URL, {name: value.encode(errors="replace") for name, value in params.items()}))


def test_the_list_costs_few_queries(client: Client, sheets: list, django_assert_max_num_queries: Callable) -> None:
    client.get(URL)
    with django_assert_max_num_queries(10):
        client.get(URL, {"q": "vallon", "theme": "deuil"})


def test_the_results_page_leads_to_the_list(client: Client, sheets: list) -> None:
    assert 'href="/recherche/imprimer/?q=vallon"' in html(client.get("/recherche/", {"q": "vallon", "page": "2"}))
