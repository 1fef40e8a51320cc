"""Any search as a feed, as a feed reader asks for it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from django.http import HttpResponse
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from wagtail.models import Page

from caps_sheets.models import CapsSheetPage, SheetsIndexPage
from portal.home.models import HomePage
from search.engines.base import SearchEngine
from search.outbox import rebuild
from search.outputs import feeds
from tests.factories.network import make_clsm, make_department, make_theme
from tests.factories.podcasts import make_episode
from tests.factories.replay import replayed
from tests.factories.sheets import make_sheet
from tests.factories.site import make_news, make_private

pytestmark = pytest.mark.django_db
RSS, ATOM = "/recherche/flux.rss", "/recherche/flux.atom"
NS = {"a": "http://www.w3.org/2005/Atom", "dc": "http://purl.org/dc/elements/1.1/"}
NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


@replayed
def make_sheets() -> list[CapsSheetPage]:
    clsm = make_clsm(title="CLSM du Vallon")
    clsm.departments.set([make_department()])
    made = [
        make_sheet(title="Prévenir l’isolement", clsms=[clsm], themes=[make_theme("deuil", name="Deuil")]),
        make_sheet(title="Loger <autrement> & mieux", clsms=[clsm], themes=[make_theme("logement", name="Logement")]),
    ]
    for day, sheet in enumerate(made):
        Page.objects.filter(pk=sheet.pk).update(first_published_at=NOON.replace(day=10 + day))
    return made


@pytest.fixture
def sheets(engine: SearchEngine, db: None, indexed: Callable) -> list[CapsSheetPage]:
    made = make_sheets()
    indexed(make_sheets)
    return made


def xml(response: HttpResponse) -> ElementTree.Element:
    assert response.status_code == 200
    return ElementTree.fromstring(response.content)


def titles(client: Client, **params: object) -> list[str]:
    """The titles of the RSS feed, which are those of the Atom feed."""
    found = [item.findtext("title") for item in xml(client.get(RSS, params)).iter("item")]
    entries = xml(client.get(ATOM, params)).iterfind("a:entry", NS)
    assert [entry.findtext("a:title", namespaces=NS) for entry in entries] == found
    return found


def test_an_rss_reader_finds_all_that_it_needs(client: Client, sheets: list) -> None:
    response = client.get(RSS, {"q": "vallon", "theme": "logement"})
    assert response["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert response["X-Robots-Tag"] == "noindex"
    channel = xml(response).find("channel")
    assert channel.findtext("title") == "Portail CLSM – Recherche : vallon · Thème : Logement"
    assert channel.findtext("language") == "fr"
    assert channel.findtext("copyright") == "CC BY-SA 4.0"
    link = urlsplit(channel.findtext("link"))
    assert (link.scheme, link.path) == ("http", "/recherche/")
    assert parse_qs(link.query) == {"q": ["vallon"], "theme": ["logement"], "tri": ["recent"]}
    (item,) = channel.findall("item")
    assert item.findtext("title") == "Loger <autrement> & mieux"
    assert item.findtext("description") == sheets[1].hook
    assert item.findtext("link") == sheets[1].full_url
    assert item.find("guid").text == sheets[1].full_url
    assert item.find("guid").get("isPermaLink", "true") == "true"
    assert parsedate_to_datetime(item.findtext("pubDate")).date() == date(2026, 3, 11)
    assert [category.text for category in item.findall("category")] == ["Fiche CAPS", "Logement"]


def test_an_atom_reader_finds_all_that_it_needs(client: Client, sheets: list) -> None:
    response = client.get(ATOM, {"q": "isolement"})
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = xml(response)
    assert feed.findtext("a:title", namespaces=NS) == "Portail CLSM – Recherche : isolement"
    assert feed.findtext("a:author/a:name", namespaces=NS)
    assert feed.find("a:link[@rel='self']", NS).get("href") == "http://testserver/recherche/flux.atom?q=isolement"
    (entry,) = feed.findall("a:entry", NS)
    assert entry.findtext("a:id", namespaces=NS) == sheets[0].full_url
    published, updated = (entry.findtext(f"a:{name}", namespaces=NS) for name in ("published", "updated"))
    assert datetime.fromisoformat(published).date() == date(2026, 3, 10)
    assert datetime.fromisoformat(updated) >= datetime.fromisoformat(published)


def test_the_latest_come_first_whatever_the_words(client: Client, sheets: list) -> None:
    assert titles(client, q="vallon", type="fiches") == ["Loger <autrement> & mieux", "Prévenir l’isolement"]
    assert titles(client, q="prévenir isolement vallon", type="fiches") == ["Prévenir l’isolement"]


def test_the_date_of_an_episode_or_of_a_piece_of_news_is_the_one_it_bears(
    home: HomePage, client: Client, built: SearchEngine
) -> None:
    make_episode(date=date(2025, 2, 3))
    make_news(date=date(2024, 5, 6))
    rebuild()
    dates = {
        kind: parsedate_to_datetime(xml(client.get(RSS, {"type": kind})).findtext("channel/item/pubDate")).date()
        for kind in ("episodes", "actualites")
    }
    assert dates == {"episodes": date(2025, 2, 3), "actualites": date(2024, 5, 6)}


def test_a_feed_holds_at_most_fifty_items(client: Client, built: SearchEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    assert feeds.FEED_LENGTH == 50
    monkeypatch.setattr(feeds, "FEED_LENGTH", 3)
    clsm, theme = make_clsm(), make_theme()
    for _ in range(4):
        make_sheet(clsms=[clsm], themes=[theme])
    rebuild()
    assert CapsSheetPage.objects.live().count() == 4
    assert len(titles(client, type="fiches")) == 3


def test_what_is_private_or_withdrawn_leaves_at_once(client: Client, sheets: list) -> None:
    """The engine is not told: what it believes does not matter."""
    make_sheet(title="Brouillon au vallon", live=False)
    Page.objects.filter(pk=sheets[0].pk).update(live=False)
    assert titles(client, q="vallon", type="fiches") == ["Loger <autrement> & mieux"]
    make_private(sheets[1])
    assert titles(client, q="vallon", type="fiches") == []


def test_a_moved_page_has_its_new_address_at_once(client: Client, sheets: list) -> None:
    index = SheetsIndexPage.objects.get()
    index.slug = "capitalisations"
    index.save()
    links = [item.findtext("link") for item in xml(client.get(RSS, {"q": "isolement"})).iter("item")]
    assert links == [f"{index.full_url}{sheets[0].slug}/"]


def test_the_names_of_private_profiles_are_not_told(client: Client, sheets: list) -> None:
    make_private(sheets[0].clsm_items.get().clsm)
    assert "Vallon" not in client.get(RSS, {"q": "isolement"}).content.decode()


def test_a_sheet_about_suicide_carries_the_help_line(client: Client, built: SearchEngine) -> None:
    make_sheet(title="Prévenir", themes=[make_theme("suicide", shows_help=True)])
    make_sheet(title="Loger", themes=[make_theme("logement")])
    rebuild()
    told = {item.findtext("title"): item.findtext("description") for item in xml(client.get(RSS)).iter("item")}
    assert "3114" in told["Prévenir"]
    assert "3114" not in told["Loger"]


def test_news_marked_as_speaking_of_suicide_carry_it_too(client: Client, home: HomePage, built: SearchEngine) -> None:
    make_news(title="Semaine marquée", shows_help=True), make_news(title="Semaine ordinaire")
    rebuild()
    items = xml(client.get(RSS, {"q": "semaine"})).iter("item")
    told = {item.findtext("title"): "3114" in (item.findtext("description") or "") for item in items}
    assert told == {"Semaine marquée": True, "Semaine ordinaire": False}


def test_contents_that_hold_a_part_of_the_words_are_no_news(client: Client, sheets: list) -> None:
    assert titles(client, q="isolement xylophone") == []


def test_a_reader_that_has_it_all_downloads_nothing(client: Client, sheets: list) -> None:
    for url in (RSS, ATOM):
        for params in ({"q": "vallon"}, {"q": "xylophone"}):
            first = client.get(url, params)
            assert first["Cache-Control"] == "no-cache"
            assert client.get(url, params, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 304
    first = client.get(RSS, {"q": "vallon"})
    Page.objects.filter(pk=sheets[0].pk).update(live=False)
    assert client.get(RSS, {"q": "vallon"}, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 200


def test_without_an_engine_a_reader_is_told_to_come_back(client: Client, engine: SearchEngine) -> None:
    """An empty feed would say that everything was withdrawn."""
    make_sheet(title="Prévenir l’isolement")
    for url in (RSS, ATOM):
        response = client.get(url, {"q": "isolement"})
        assert response.status_code == 503
        assert int(response["Retry-After"]) > 0
        assert "momentanément indisponible" in response.content.decode()


def test_a_feed_is_read_only(client: Client, sheets: list) -> None:
    assert client.post(RSS).status_code == 405
    assert client.head(ATOM).status_code == 200


def test_no_cookie_is_set(client: Client, sheets: list) -> None:
    assert not client.get(RSS).cookies


def test_the_results_page_announces_its_feeds(client: Client, sheets: list) -> None:
    page = client.get("/recherche/", {"q": "vallon", "theme": "deuil", "page": "3"}).content.decode()
    for kind, name in (("rss", "RSS"), ("atom", "Atom")):
        href = f"/recherche/flux.{kind}?q=vallon&amp;theme=deuil"
        assert f'type="application/{kind}+xml" title="Cette recherche ({name})" href="{href}"' in page
    assert 'href="/fiches/flux.xml"' in page


@given(st.dictionaries(st.sampled_from(["q", "type", "theme", "lieu", "rayon", "page", "tri"]), st.text(max_size=80)))
@hypothesis_settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_parameters_give_a_feed(client: Client, sheets: list, params: dict[str, str]) -> None:
    encoded = {name: value.encode(errors="replace") for name, value in params.items()}
    xml(client.get(RSS, encoded))
    xml(client.get(ATOM, encoded))


def test_a_feed_costs_few_queries(client: Client, sheets: list, django_assert_max_num_queries: Callable) -> None:
    make_episode(sheets=sheets)
    rebuild()
    client.get(RSS)
    with django_assert_max_num_queries(10):
        assert xml(client.get(RSS, {"q": "vallon logement", "theme": ["logement", "deuil"]})).find("channel/item")
