"""What editors recommend for a search comes first, for whoever writes it otherwise, and never shows a hidden page."""

from collections.abc import Mapping, Sequence

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.contrib.search_promotions.models import Query, QueryDailyHits, SearchPromotion
from wagtail.models import Page

from search.engines.base import SearchEngine
from search.outbox import rebuild
from search.queries import SearchQuery
from search.results import find
from tests.factories.sheets import make_sheet
from tests.factories.site import make_private

pytestmark = pytest.mark.django_db


def promote(text: str, page: Page | None = None, **values: object) -> SearchPromotion:
    return SearchPromotion.objects.create(query=Query.get(text), page=page, **values)


def bets(text: str) -> Sequence[Mapping[str, str]]:
    return find(SearchQuery(text)).best_bets


@pytest.mark.parametrize(
    "typed",
    ["logement précaire", "Logements précaires", "LOGEMENT PRECAIRE", "précaire logement", "le logement « précaire »"],
)
def test_the_same_search_otherwise_written(built: SearchEngine, typed: str) -> None:
    page = make_sheet(title="Un toit", search_description="Pour la page")
    promote("Logement précaire", page)
    assert bets(typed) == [{"url": page.url, "title": "Un toit", "description": "Pour la page"}]


@pytest.mark.parametrize(
    "typed", ["", "logement", "logement précaire Hérault", "logement -précaire", "-logement précaire"]
)
def test_another_search(built: SearchEngine, typed: str) -> None:
    promote("logement précaire", make_sheet())
    assert list(bets(typed)) == []


def test_a_private_or_unpublished_page_is_not_recommended(built: SearchEngine) -> None:
    shown, private, hidden = make_sheet(title="Montrée"), make_sheet(), make_sheet()
    for page in (private, hidden, shown):
        promote("répit", page)
    assert len(bets("répit")) == 3
    make_private(private)
    hidden.unpublish()
    assert [one["title"] for one in bets("répit")] == ["Montrée"]


def test_links_elsewhere_in_the_editors_order_and_three_at_most(built: SearchEngine) -> None:
    for order in (4, 2, 3, 1):
        url = f"https://exemple.example/{order}"
        promote("psycom", external_link_url=url, external_link_text=f"Lien {order}", description="D", sort_order=order)
    found = bets("Psycom")
    assert [one["title"] for one in found] == ["Lien 1", "Lien 2", "Lien 3"]
    assert found[0] == {"url": "https://exemple.example/1", "title": "Lien 1", "description": "D"}


def test_only_on_the_first_page(built: SearchEngine) -> None:
    promote("répit", external_link_url="https://exemple.example/", external_link_text="Lien")
    make_sheet(title="Répit un"), make_sheet(title="Répit deux")
    rebuild()
    first, second = (find(SearchQuery("répit", page=page, size=1)) for page in (1, 2))
    assert (len(first.cards), len(first.best_bets)) == (1, 1)
    assert (len(second.cards), len(second.best_bets)) == (1, 0)


def test_a_search_that_finds_nothing_else(built: SearchEngine) -> None:
    promote("xylophone", external_link_url="https://exemple.example/", external_link_text="Lien")
    found = find(SearchQuery("xylophone"))
    assert (found.total, len(found.best_bets)) == (0, 1)


def test_a_change_shows_at_once(built: SearchEngine) -> None:
    promotion = promote("répit", external_link_url="https://exemple.example/", external_link_text="Avant")
    assert [one["title"] for one in bets("répit")] == ["Avant"]
    promotion.external_link_text = "Après"
    promotion.save()
    assert [one["title"] for one in bets("répit")] == ["Après"]
    promotion.delete()
    assert list(bets("répit")) == []


def test_a_search_without_recommendation_costs_no_query(built: SearchEngine) -> None:
    promote("répit", make_sheet())
    bets("sommeil")
    with CaptureQueriesContext(connection) as queries:
        bets("sommeil")
    assert [query for query in queries if "searchpromotion" in query["sql"] or "wagtailcore_page" in query["sql"]] == []
    with CaptureQueriesContext(connection) as queries:
        bets("répit")
    assert sum('FROM "wagtailcore_page"' in query["sql"] for query in queries) == 1


def test_what_visitors_type_is_not_stored(built: SearchEngine, client: Client) -> None:
    client.get("/recherche/", {"q": "une question personnelle"})
    assert not Query.objects.exists()
    assert not QueryDailyHits.objects.exists()
