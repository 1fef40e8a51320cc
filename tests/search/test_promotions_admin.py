"""The screens of recommended pages: Wagtail’s, in French, without its counting of visitors’ searches."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from wagtail.contrib.search_promotions.models import Query, SearchPromotion

from portal.users.models import User
from search.engines.base import SearchEngine
from search.queries import SearchQuery
from search.results import find
from tests.factories.sheets import make_sheet

pytestmark = pytest.mark.django_db
ADD = reverse("wagtailsearchpromotions:add")


def form(text: str, **link: object) -> dict[str, object]:
    values = {"page": "", "external_link_url": "", "external_link_text": "", "description": "", "ORDER": 1, **link}
    return {
        "query_string": text,
        "editors_picks-TOTAL_FORMS": 1,
        "editors_picks-INITIAL_FORMS": 1 if "id" in link else 0,
        "editors_picks-MIN_NUM_FORMS": 0,
        "editors_picks-MAX_NUM_FORMS": 1000,
        **{f"editors_picks-0-{name}": value for name, value in values.items()},
    }


def html(response: HttpResponse) -> str:
    assert response.status_code == 200
    return response.content.decode()


def test_a_recommendation_is_added_listed_changed_and_deleted(admin_client: Client, built: SearchEngine) -> None:
    page = make_sheet(title="Un toit")
    response = admin_client.post(ADD, form("Logement précaire", page=page.pk), follow=True)
    assert "Recommandations pour « logement précaire » enregistrées." in html(response)
    assert "Un toit" in html(admin_client.get(reverse("wagtailsearchpromotions:index")))
    assert [one["title"] for one in find(SearchQuery("logements precaires")).best_bets] == ["Un toit"]

    promotion = SearchPromotion.objects.get()
    edit = reverse("wagtailsearchpromotions:edit", args=[promotion.query_id])
    assert "Un toit" in html(admin_client.get(edit))
    admin_client.post(edit, form("hébergement", page=page.pk, id=promotion.pk))
    assert list(find(SearchQuery("logement précaire")).best_bets) == []
    assert len(find(SearchQuery("hebergements")).best_bets) == 1

    delete = reverse("wagtailsearchpromotions:delete", args=[SearchPromotion.objects.get().query_id])
    assert "Voulez-vous vraiment supprimer" in html(admin_client.get(delete))
    admin_client.post(delete)
    assert list(find(SearchQuery("hébergement")).best_bets) == []


@pytest.mark.parametrize(
    ("text", "link", "error"),
    [
        ("", {}, "Champ requis"),
        ("!!!", {"external_link_url": "https://a.example", "external_link_text": "A"}, "Écrivez au moins un mot"),
        ("répit", {}, "Vous devez recommander une page OU un lien externe"),
        ("répit", {"external_link_url": "https://a.example"}, "saisir un texte de lien"),
        ("répit", {"external_link_url": "pas une adresse", "external_link_text": "A"}, "Saisissez une URL valide"),
    ],
)
def test_errors_are_said_in_french(admin_client: Client, text: str, link: dict, error: str) -> None:
    assert error in html(admin_client.post(ADD, form(text, **link)))
    assert not SearchPromotion.objects.exists()


def test_the_form_is_filled_by_the_report_and_proposes_no_search_of_visitors(admin_client: Client) -> None:
    page = html(admin_client.get(ADD, {"recherche": "répit aidants"}))
    assert 'value="répit aidants"' in page
    assert "populaires" not in page
    assert "exacte" not in page
    assert admin_client.get(reverse("wagtailsearchpromotions:chooser")).status_code == 404
    assert admin_client.get(reverse("wagtailsearchpromotions:chooserresults")).status_code == 404


def test_the_list_does_not_show_views_that_nothing_counts(admin_client: Client) -> None:
    SearchPromotion.objects.create(query=Query.get("répit"), external_link_url="https://a.example")
    page = html(admin_client.get(reverse("wagtailsearchpromotions:index")))
    assert "répit" in page
    assert "Vues" not in page


@pytest.mark.parametrize("name", ["search_terms", "search_terms_results"])
def test_the_stock_report_leads_to_ours(client: Client, name: str) -> None:
    client.force_login(User.objects.create_superuser("racine@clsm.example"))
    response = client.get(reverse(f"wagtailsearchpromotions:{name}"))
    assert response.url == reverse("search_terms")
    menu = client.get(reverse("wagtailadmin_home")).content.decode()
    assert reverse("search_terms") in menu
    assert "search-terms" not in menu
    assert "Recommandations de la recherche" in menu
