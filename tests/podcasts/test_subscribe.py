"""How to follow a show."""

import pytest
from bs4 import BeautifulSoup

from caps_sheets.podcasts.models import ShowPlatform, episode_links
from tests.factories.network import make_clsm, make_theme
from tests.factories.podcasts import make_episode, make_show
from tests.podcasts.test_embed import path_of

pytestmark = pytest.mark.django_db


def subscribe_page(client) -> BeautifulSoup:
    response = client.get(path_of(episode_links.subscribe_url(make_show())))
    assert response.status_code == 200
    return BeautifulSoup(response.content.decode(), "html.parser")


def test_the_feed_the_platforms_and_the_themes_are_plain_links(client):
    show = make_show()
    show.platform_items.add(ShowPlatform(name="Annuaire d’exemple", url="https://annuaire.example/voix"))
    show.save()
    heard, silent = make_theme(name="Logement", slug="logement"), make_theme(name="Deuil", slug="deuil")
    make_episode(themes=[heard])
    make_episode(themes=[silent], live=False)
    page = subscribe_page(client)
    links = {link["href"] for link in page.find("main").select("a[href]")}
    assert page.select_one("#adresse-flux")["value"] == episode_links.feed_url(show)
    assert {
        episode_links.feed_url(show),
        "https://annuaire.example/voix",
        episode_links.feed_url(show, "logement"),
    } <= links
    assert episode_links.feed_url(show, "deuil") not in links
    assert page.select_one("svg.qr__code path")
    assert show.title in page.title.text


def test_it_costs_the_same_with_more_episodes(client, django_assert_max_num_queries):
    theme, clsm = make_theme(), make_clsm()
    make_episode(themes=[theme], clsms=[clsm])
    subscribe_page(client)
    for _ in range(4):
        make_episode(themes=[theme], clsms=[clsm])
    with django_assert_max_num_queries(12):
        page = subscribe_page(client)
    assert len(page.select(".subscribe--themes li")) == 1


def test_an_address_that_is_not_a_show_leads_nowhere(client):
    episode = make_episode()
    assert client.get(f"{episode.url}s-abonner/").status_code == 404
    assert client.get("/s-abonner/").status_code == 404
    make_show().unpublish()
    assert client.get(path_of(episode_links.subscribe_url(make_show()))).status_code == 404
