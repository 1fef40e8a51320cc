"""What robots and feed readers get."""

from xml.etree import ElementTree

import pytest

from tests.factories.network import make_theme
from tests.factories.sheets import make_sheet
from tests.factories.site import make_news

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


def test_robots_txt_names_the_sitemap(client):
    response = client.get("/robots.txt")
    assert response["Content-Type"].startswith("text/plain")
    lines = response.content.decode().splitlines()
    assert "Sitemap: http://testserver/sitemap.xml" in lines
    assert {"Disallow: /admin/", "Disallow: /comptes/", "Disallow: /recherche/?"} <= set(lines)
    assert "Disallow: /" not in lines


@pytest.mark.parametrize("url", ["/fiches/flux.xml", "/actualites/flux.xml"])
def test_feed_is_valid_absolute_and_conditional(client, url):
    make_sheet(title="Une fiche & ses guillemets « »")
    make_news(title="Une actualité <b>", introduction="Chapeau & cie.")
    response = client.get(url)
    assert response["Content-Type"].startswith("application/rss+xml")
    assert response["ETag"] and response["Last-Modified"]
    assert not response.cookies
    channel = ElementTree.fromstring(response.content)[0]
    assert channel.findtext("language") == "fr"
    [item] = channel.findall("item")
    assert item.findtext("link", "").startswith("http://testserver/")
    assert item.findtext("pubDate")
    assert client.get(url, headers={"if-none-match": response["ETag"]}).status_code == 304


@pytest.mark.parametrize("url", ["/fiches/flux.xml", "/actualites/flux.xml"])
def test_empty_feed_is_valid(client, url):
    assert client.get(url).status_code == 200


def test_sheets_feed_gives_themes_and_help(client):
    theme = make_theme("prevention-du-suicide", name="Prévention du suicide", shows_help=True)
    make_sheet(themes=[theme])
    text = client.get("/fiches/flux.xml").content.decode()
    assert "<category>Prévention du suicide</category>" in text
    assert "3114" in text


def test_sheets_feed_queries_do_not_grow(client, django_assert_num_queries):
    make_sheet()
    client.get("/fiches/flux.xml")
    with django_assert_num_queries(4):
        client.get("/fiches/flux.xml")
    for _ in range(5):
        make_sheet()
    with django_assert_num_queries(4):
        client.get("/fiches/flux.xml")


def test_favicon_is_found_at_the_root(client):
    assert client.get("/favicon.svg")["Location"].endswith(".svg")
