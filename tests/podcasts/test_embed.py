"""The doors that carry an episode to other sites: chapters, frame, oEmbed, data for machines."""

import json
import re
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from caps_sheets.podcasts.models import EpisodePage, episode_links
from tests.factories.medialib import make_image
from tests.factories.network import make_clsm, make_theme
from tests.factories.podcasts import make_episode, make_show
from tests.factories.sheets import make_sheet
from tests.podcasts.test_pages import hide

pytestmark = pytest.mark.django_db

CHAPTERS = "00:00:00 Bonjour\n00:00:20 La fiche | /fiches/\n00:00:40 Et </script> après | https://exemple.example/"


@pytest.fixture
def episode() -> EpisodePage:
    return make_episode(chapters=CHAPTERS, title="L’épisode « <b>test</b> »")


def path_of(address: str) -> str:
    return "/" + address.split("://")[1].split("/", 1)[1]


def ask_oembed(client: Client, url: str, **more: str):
    return client.get(f"/oembed?{urlencode({'url': url} | more)}")


def test_chapters_are_read_by_applications(client, episode):
    response = client.get(path_of(episode_links.chapters_url(episode)))
    assert response["Content-Type"] == "application/json+chapters"
    assert response["Access-Control-Allow-Origin"] == "*"
    document = response.json()
    assert document["version"] == "1.2.0"
    root = episode_links.page_url(make_show()).removesuffix("/podcast/")
    assert [chapter.get("url") for chapter in document["chapters"]] == [
        None,
        f"{root}/fiches/",
        "https://exemple.example/",
    ]
    again = client.get(path_of(episode_links.chapters_url(episode)), headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304
    assert client.head(path_of(episode_links.chapters_url(episode))).status_code == 200
    assert client.post(path_of(episode_links.chapters_url(episode))).status_code == 405


def test_an_episode_without_chapters_has_no_file(client):
    assert client.get(path_of(episode_links.chapters_url(make_episode()))).status_code == 404


def test_every_door_follows_the_page_and_closes_with_it(client, episode):
    doors = [episode_links.chapters_url, episode_links.embed_url]
    old = [path_of(door(episode)) for door in doors]
    assert [client.get(path).status_code for path in old] == [200, 200]
    oembed_path = f"/oembed?{urlencode({'url': episode_links.page_url(episode)})}"
    assert client.get(oembed_path).status_code == 200
    for how in ("private", "expired"):
        other = hide(make_episode(chapters=CHAPTERS), how)
        paths = [path_of(door(other)) for door in doors]
        assert [client.get(path).status_code for path in paths] == [404, 404]
        assert ask_oembed(client, episode_links.page_url(other)).status_code == 404
    episode.slug = "autre-adresse"
    episode.save()
    assert [client.get(path_of(door(episode))).status_code for door in doors] == [200, 200]
    assert [client.get(path).status_code for path in old] == [404, 404]
    assert client.get(oembed_path).status_code == 404


def test_only_the_frame_may_be_framed_by_others(client, episode):
    frame = client.get(path_of(episode_links.embed_url(episode)))
    assert "frame-ancestors *" in frame["Content-Security-Policy"]
    assert "script-src 'self';" in frame["Content-Security-Policy"] + ";"
    assert "X-Frame-Options" not in frame
    assert "noindex" in frame["X-Robots-Tag"]
    assert not frame.cookies
    for path in (episode.url, make_show().url):
        page = client.get(path)
        assert "frame-ancestors 'self'" in page["Content-Security-Policy"]
        assert page["X-Frame-Options"] == "DENY"


def test_the_frame_carries_the_sound_and_leads_back(client, episode):
    content = client.get(path_of(episode_links.embed_url(episode)), {"t": "12"}).content.decode()
    page = BeautifulSoup(content, "html.parser")
    assert page.audio["src"] == f"{episode.audio.public_url}#t=12"
    assert page.audio.has_attr("controls")
    assert not page.audio.has_attr("autoplay")
    assert page.h1.a["href"] == episode_links.page_url(episode)
    assert page.find("link", rel="canonical")["href"] == episode_links.page_url(episode)
    assert not page.select("form, iframe, [data-forget], [data-do=resume]")


def test_oembed_describes_the_frame(client, episode):
    response = ask_oembed(
        client, f"{episode_links.page_url(episode)}?t=30", format="json", maxwidth="400", maxheight="x"
    )
    answer = response.json()
    assert (answer["version"], answer["type"], answer["title"]) == ("1.0", "rich", episode.title)
    assert (answer["width"], answer["author_name"]) == (400, make_show().title)
    frame = BeautifulSoup(answer["html"], "html.parser").iframe
    assert frame["src"] == f"{episode_links.embed_url(episode)}?t=30"
    assert episode.title in frame["title"]
    assert (frame["width"], frame["height"]) == ("400", str(answer["height"]))
    assert response["Access-Control-Allow-Origin"] == "*"


@pytest.mark.filterwarnings("ignore:Unclosed file <tempfile:ResourceWarning")  # left by Wagtail to the collector
def test_the_artwork_is_carried_while_it_may_be_shown(client, django_assert_max_num_queries):
    show = make_show()
    show.artwork = make_image()
    show.save()
    episode = make_episode(chapters=CHAPTERS, themes=[make_theme()])
    answer = ask_oembed(client, episode_links.page_url(episode)).json()
    assert answer["thumbnail_url"].endswith(".jpg")
    with django_assert_max_num_queries(15):
        page = BeautifulSoup(client.get(episode.url).content.decode(), "html.parser")
    assert page.find("meta", property="og:image")["content"] == answer["thumbnail_url"]
    with django_assert_max_num_queries(15):
        assert 'class="show-head__picture"' in client.get(show.url).content.decode()
    show.artwork.credit = ""
    show.artwork.save()
    assert "thumbnail_url" not in ask_oembed(client, episode_links.page_url(episode)).json()


@pytest.mark.parametrize(
    "change",
    [
        lambda url: "",
        lambda url: "http://[",
        lambda url: url.replace("http://", "ftp://"),
        lambda url: url.replace("://", "://ailleurs.example/"),
        lambda url: re.sub(r"://[^/]+", "://ailleurs.example", url),
        lambda url: f"{url}absent/",
        lambda url: url.rsplit("/", 2)[0] + "/",
    ],
    ids=["none", "broken", "scheme", "host-and-path", "host", "below", "show"],
)
def test_oembed_knows_only_our_episodes(client, episode, change):
    assert ask_oembed(client, change(episode_links.page_url(episode))).status_code == 404


def test_oembed_is_json_only(client, episode):
    assert ask_oembed(client, episode_links.page_url(episode), format="xml").status_code == 501


def test_the_page_tells_machines_what_it_holds(client, django_assert_max_num_queries):
    sheet, clsm = make_sheet(), make_clsm()
    episode = make_episode(chapters=CHAPTERS, sheets=[sheet], clsms=[clsm], season=2)
    item = episode.sheet_items.get()
    item.start = 25
    item.save()
    client.get(episode.url)
    with django_assert_max_num_queries(15):
        content = client.get(episode.url).content.decode()
    page = BeautifulSoup(content, "html.parser")
    data = json.loads(page.find("script", type="application/ld+json").string)
    assert data["@type"] == "PodcastEpisode"
    assert data["partOfSeries"]["webFeed"] == episode_links.feed_url(make_show())
    assert data["associatedMedia"]["contentUrl"] == episode_links.audio_url(episode)
    assert "Merci de nous écouter." in data["associatedMedia"]["transcript"]
    assert [clip["startOffset"] for clip in data["hasPart"]] == [0, 20, 40]
    assert [(about["url"], about["name"]) for about in data["about"]] == [
        (linked.full_url, linked.title) for linked in (sheet, clsm)
    ]
    discovery = page.find("link", type="application/json+oembed")["href"]
    assert client.get(path_of(discovery)).json()["title"] == episode.title
    assert page.find("meta", property="og:audio")["content"] == episode_links.audio_url(episode)


def test_the_page_of_the_show_tells_machines_what_it_is(client):
    page = BeautifulSoup(client.get(make_show().url).content.decode(), "html.parser")
    data = json.loads(page.find("script", type="application/ld+json").string)
    assert (data["@context"], data["@type"], data["name"]) == (
        "https://schema.org",
        "PodcastSeries",
        make_show().title,
    )
