"""The results page, as a visitor and a robot see it."""

import re
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from wagtail.models import PageViewRestriction

from portal.home.models import HomePage
from search.engines.base import SearchEngine
from search.outbox import rebuild
from tests.factories.network import make_clsm, make_department, make_theme
from tests.factories.replay import replayed
from tests.factories.sheets import make_sheet
from tests.factories.site import make_news
from tests.search.test_engine import HOSTILE

pytestmark = pytest.mark.django_db
URL = "/recherche/"


@replayed
def make_sheets() -> list:
    clsm = make_clsm(title="CLSM du Vallon")
    clsm.departments.set([make_department()])
    made = [
        make_sheet(title="Prévenir l’isolement", clsms=[clsm], themes=[make_theme("deuil", name="Deuil")]),
        make_sheet(title="Loger autrement", clsms=[clsm], themes=[make_theme("logement", name="Logement")]),
    ]
    return made


@pytest.fixture
def sheets(engine: SearchEngine, db: None, indexed: Callable) -> list:
    made = make_sheets()
    indexed(make_sheets)
    return made


def html(response: HttpResponse) -> str:
    assert response.status_code == 200
    return response.content.decode()


def test_the_page_has_a_search_form_results_facets_and_a_spoken_count(client: Client, sheets: list) -> None:
    page = html(client.get(URL, {"q": "isolement"}))
    assert 'role="search"' in page
    assert 'name="q"' in page
    assert 'role="status"' in page
    assert "Prévenir l’<mark>isolement</mark>" in page
    assert "Loger autrement" not in page
    assert 'type="checkbox" name="theme" value="deuil">' in page
    assert 'value="departement-34"' in page


def test_filters_narrow_and_chips_remove_them(client: Client, sheets: list) -> None:
    page = html(client.get(URL, {"theme": ["deuil"], "type": ["fiches"], "q": "34"}))
    assert "Prévenir l’isolement" in page
    assert "Loger autrement" not in page
    assert 'href="/recherche/?q=34&amp;type=fiches"' in page
    assert 'href="/recherche/?q=34&amp;theme=deuil"' in page
    assert 'value="logement"' in page  # as if no theme were chosen
    assert 'value="deuil" checked' in page


def test_unknown_values_are_ignored(client: Client, sheets: list) -> None:
    page = html(client.get(URL, {"theme": ["nimporte", ""], "zzz": "1", "page": "-3"}))
    assert "Prévenir l’isolement" in page
    assert "nimporte" not in page


@pytest.mark.parametrize("number", ["0", "-1", "abc", "999999999999", "1e3", "²", ""])
def test_any_page_number_is_answered(client: Client, sheets: list, number: str) -> None:
    assert "Prévenir l’isolement" in html(client.get(URL, {"page": number}))


def test_the_second_page_keeps_the_query(client: Client, built: SearchEngine) -> None:
    clsm, theme = make_clsm(), make_theme()
    for _ in range(21):
        make_sheet(title="Même titre", clsms=[clsm], themes=[theme])
    rebuild()
    first = html(client.get(URL, {"q": "titre", "type": "fiches"}))
    assert "?q=titre&amp;type=fiches&amp;page=2" in first
    assert html(client.get(URL, {"q": "titre", "page": "2"})).count("<article") == 1


def test_pages_of_queries_are_kept_out_of_search_engines(client: Client, sheets: list) -> None:
    assert client.get(URL, {"q": "x"})["X-Robots-Tag"] == "noindex"
    assert "X-Robots-Tag" not in client.get(URL)


def test_a_page_made_private_behind_the_index_is_not_shown(client: Client, sheets: list) -> None:
    PageViewRestriction.objects.create(page=sheets[0].get_parent(), restriction_type="login")
    assert "Prévenir" not in html(client.get(URL, {"q": "isolement"}))


def test_nothing_found_says_what_to_do(client: Client, sheets: list) -> None:
    page = html(client.get(URL, {"q": "xylophone"}))
    assert "Aucun contenu" in page
    assert "/themes/" in page
    assert "<strong>0</strong>" in page


def test_a_typo_says_what_was_searched(client: Client, sheets: list) -> None:
    page = html(client.get(URL, {"q": "isolment"}))
    assert "« isolement »" in page
    assert "<mark>isolement</mark>" in page


def test_words_that_never_meet_find_what_holds_some_of_them_and_say_so(client: Client, sheets: list) -> None:
    page = html(client.get(URL, {"q": "isolement xylophone"}))
    assert "Prévenir l’<mark>isolement</mark>" in page
    assert "Aucun contenu ne réunit tous ces mots" in page


def test_nobody_in_distress_is_corrected(client: Client, sheets: list) -> None:
    page = html(client.get(URL, {"q": "je veux mourir"}))
    assert 'class="help"' in page
    assert "nous avons cherché" not in page


def test_the_3114_comes_before_the_results_for_words_of_distress_alone(client: Client, sheets: list) -> None:
    page = html(client.get(URL, {"q": "suicidaires"}))
    assert page.index("<main") < page.index('class="help"') < page.index('role="status"')
    page = html(client.get(URL, {"q": "logement"}))
    assert 'class="help"' not in page[page.index("<main") : page.index("</main")]


def test_without_an_index_the_titles_are_listed_with_a_notice(client: Client, engine: SearchEngine) -> None:
    make_sheet(title="Prévenir l’isolement")
    make_sheet(title="Brouillon sur l’isolement", live=False)
    page = html(client.get(URL, {"q": "isolement", "type": "fiches"}))
    assert "momentanément indisponible" in page
    assert "Prévenir" in page
    assert "Brouillon" not in page


def test_without_an_index_the_chosen_types_alone_are_listed(
    client: Client, home: HomePage, engine: SearchEngine
) -> None:
    make_sheet(title="Une fiche contre l’isolement"), make_news(title="Un article sur l’isolement")
    make_clsm(title="CLSM de l’isolement")

    def titles(*types: str) -> set[str]:
        page = html(client.get(URL, {"q": "isolement", "type": types}))
        return set(re.findall("(Une fiche|Un article|CLSM) (?:contre|sur|de) l’isolement", page))

    assert titles("fiches") == {"Une fiche"} and titles("actualites") == {"Un article"}
    assert titles("fiches", "clsm") == {"Une fiche", "CLSM"}
    assert titles() == {"Une fiche", "Un article", "CLSM"}


def test_hostile_input_is_answered_and_escaped(client: Client, sheets: list) -> None:
    for text in HOSTILE:
        query = text.encode(errors="surrogatepass")
        page = html(client.get(URL, {"q": query, "theme": query[:50], "page": query[:9]}))
        assert "<script>alert" not in page


@given(st.dictionaries(st.sampled_from(["q", "type", "theme", "public", "region", "page", "x"]), st.text(max_size=80)))
@hypothesis_settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_parameters_are_answered(client: Client, sheets: list, params: dict[str, str]) -> None:
    encoded = {name: value.encode(errors="replace") for name, value in params.items()}
    assert client.get(URL, encoded).status_code == 200


def test_the_page_costs_few_queries_whatever_the_number_of_results(
    client: Client, sheets: list, django_assert_max_num_queries: Callable
) -> None:
    client.get(URL)
    with django_assert_max_num_queries(15):
        client.get(URL, {"q": "vallon", "theme": ["deuil", "logement"]})


def test_new_words_keep_the_chosen_filters(client: Client, sheets: list) -> None:
    page = html(client.get(URL, {"q": "isolement", "theme": "deuil", "type": "fiches"}))
    assert page.count('id="recherche-page"') == 1
    assert '<input form="recherche-page" type="checkbox" name="theme" value="deuil" checked>' in page
    assert '<input form="recherche-page" type="checkbox" name="type" value="fiches" checked>' in page
    assert page.count(" checked>") == 2


def test_nothing_found_under_filters_proposes_the_words_alone(client: Client, sheets: list) -> None:
    page = html(client.get(URL, {"q": "isolement", "theme": "logement"}))
    assert "avec ces filtres" in page
    assert 'href="/recherche/?q=isolement">Chercher sans filtre' in page


def test_a_long_group_folds_the_rest_under_the_objectives(client: Client, built: SearchEngine) -> None:
    themes = [make_theme(), *(make_theme(f"theme-{number}", name=f"Thème {number}") for number in range(11))]
    for start in (0, 4, 8):
        make_sheet(themes=themes[start : start + 4])
    rebuild()
    page = html(client.get(URL))
    fold = page[page.index('class="facet__more"') :]
    fold = fold[: fold.index("</details>")]
    assert "Voir tout (12)" in fold
    assert f'class="facet__heading">{themes[0].objective.label}<' in fold
    assert fold.count('name="theme"') == 6
    chosen = html(client.get(URL, {"theme": [theme.slug for theme in themes[:9]]}))
    assert chosen[: chosen.index('class="facet__more"')].count(" checked>") == 9


def test_a_clsm_shows_its_status_and_department(client: Client, built: SearchEngine) -> None:
    clsm = make_clsm(title="CLSM du Vallon", short_description="Un conseil local.")
    clsm.departments.set([make_department()])
    rebuild()
    page = html(client.get(URL, {"q": "vallon", "type": "clsm"}))
    card = page[page.index("<article") : page.index("</article>")]
    assert clsm.status.label in card
    assert clsm.departments.get().name in card
    assert "Un conseil local." in card  # the words answer in the title alone: no passage is made up
    assert f"{clsm.departments.get().name} ({clsm.departments.get().code})" in page
