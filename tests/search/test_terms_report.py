"""The report of searched terms, as the team reads it."""

import csv
import io
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from search.models import MeasuredTerm, TermCount
from search.search_terms import NOT_KEPT, digest_of

pytestmark = pytest.mark.django_db
URL = reverse("search_terms")


def counted(text: str, days_ago: int = 0, **counts: int) -> MeasuredTerm:
    term, _ = MeasuredTerm.objects.get_or_create(digest=digest_of(text), defaults={"text": text})
    TermCount.objects.create(term=term, day=timezone.localdate() - timedelta(days=days_ago), **counts)
    return term


@pytest.fixture
def counts() -> None:
    counted("répit", searches=5, clicks=2, click_rank_sum=5)
    counted("répit", 40, searches=20, clicks=2, click_rank_sum=2, promoted_clicks=1)
    counted("xylophone", searches=3, without_result=3)
    counted("emploi", searches=4, without_result=1)
    counted("vieux", 200, searches=9)
    counted("recommandé", searches=2, promoted_clicks=1)
    rare = counted("rare", searches=7)
    MeasuredTerm.objects.filter(pk=rare.pk).update(text="")


def listed(client: Client, **params: object) -> list[str]:
    return [term.text for term in client.get(URL, params).context["object_list"]]


def html(response: HttpResponse) -> str:
    assert response.status_code == 200
    return response.content.decode()


def test_the_most_searched_first_over_ninety_days(admin_client: Client, counts: None) -> None:
    response = admin_client.get(URL)
    assert [(term.text, term.searches) for term in response.context["object_list"]] == [
        ("répit", 25), ("emploi", 4), ("xylophone", 3), ("recommandé", 2),
    ]  # fmt: skip
    page = html(response)
    assert "1,8" in page  # (5 + 2) / 4
    assert "7 recherches plus rares ne sont donc pas dans cette liste" in " ".join(page.split())
    assert ">rare<" not in page


def test_the_period_changes_every_figure(admin_client: Client, counts: None) -> None:
    response = admin_client.get(URL, {"periode": "30"})
    first = response.context["object_list"][0]
    assert (first.text, first.searches, first.mean_rank, first.promoted_clicks) == ("répit", 5, 2.5, 0)
    assert "vieux" in listed(admin_client, periode="365")
    assert listed(admin_client, periode="inconnue") == listed(admin_client)


def test_what_finds_nothing_and_what_nobody_opens(admin_client: Client, counts: None) -> None:
    assert listed(admin_client, montrer="sans-resultat") == ["emploi", "xylophone"]
    assert listed(admin_client, montrer="sans-clic") == ["emploi"]


def test_the_list_is_sorted_and_searched(admin_client: Client, counts: None) -> None:
    assert listed(admin_client, ordering="-without_result")[0] == "xylophone"
    assert listed(admin_client, ordering="-mean_rank")[0] == listed(admin_client, ordering="mean_rank")[0] == "répit"
    assert listed(admin_client, ordering="text") == ["emploi", "recommandé", "répit", "xylophone"]
    assert listed(admin_client, q="xylo") == ["xylophone"]
    assert listed(admin_client, ordering="digest") == listed(admin_client)


def test_the_list_has_pages(admin_client: Client, django_assert_max_num_queries) -> None:
    for number in range(60):
        counted(f"terme {number:02}", searches=1)
    first, second = listed(admin_client), listed(admin_client, p=2)
    assert (len(first), len(second)) == (50, 10)
    assert not set(first) & set(second)
    with django_assert_max_num_queries(25):
        admin_client.get(URL)


def test_a_term_without_result_leads_to_filled_forms(admin_client: Client, counts: None) -> None:
    page = html(admin_client.get(URL, {"montrer": "sans-resultat"}))
    assert f"{reverse('search_synonyms:add')}?phrases=xylophone" in page
    assert f"{reverse('wagtailsearchpromotions:add')}?recherche=xylophone" in page
    page = html(admin_client.get(URL, {"q": "répit"}))
    assert "Ajouter un synonyme" not in page
    assert "Recommander une page" in page


def test_what_is_not_kept_has_nothing_to_do(admin_client: Client) -> None:
    term = MeasuredTerm.objects.create(digest=digest_of(""), text=NOT_KEPT)
    TermCount.objects.create(term=term, day=timezone.localdate(), searches=3, without_result=3)
    page = html(admin_client.get(URL))
    assert NOT_KEPT in page
    assert "Recommander une page" not in page
    assert admin_client.get(reverse("search_terms_erase", args=[term.pk])).status_code == 404


def test_the_exports(admin_client: Client, counts: None) -> None:
    counted('=HYPERLINK("https://exemple.example")', searches=30)
    response = admin_client.get(URL, {"export": "csv", "periode": "30"})
    rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig")), delimiter=";"))
    assert rows[0][:3] == ["Recherche", "Fois", "Sans résultat"]
    assert rows[1][0].startswith("'=")
    assert rows[2] == ["répit", "5", "0", "2", "2,5", "0"]
    response = admin_client.get(URL, {"export": "xlsx", "montrer": "sans-resultat"})
    sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    assert [row[0] for row in sheet.iter_rows(values_only=True)] == ["Recherche", "emploi", "xylophone"]
    assert "termes-recherches-90-jours" in response["Content-Disposition"]


def test_a_text_is_erased_after_a_confirmation(admin_client: Client, counts: None) -> None:
    term = MeasuredTerm.objects.get(text="emploi")
    url = reverse("search_terms_erase", args=[term.pk])
    assert url in html(admin_client.get(URL))
    assert "« emploi »" in html(admin_client.get(url))
    assert "emploi" in listed(admin_client)
    admin_client.post(url)
    assert "emploi" not in listed(admin_client)
    term.refresh_from_db()
    assert (term.text, term.is_erased) == ("", True)
