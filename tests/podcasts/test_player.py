"""The player as the server sends it: everything is there before any script."""

import gzip
from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.contrib.staticfiles import finders

from caps_sheets.podcasts.models import ShowSeason, episode_links
from tests.factories.network import make_clsm
from tests.factories.podcasts import make_episode, make_show
from tests.factories.sheets import make_sheet
from tests.podcasts.test_pages import preview

MAX_WEIGHT = 12 * 1024  # bytes, compressed: what the whole player may weigh
CHAPTERS = "00:00:00 Bonjour\n00:00:20 La fiche\n00:00:40 <i>Après</i>"


def test_scripts_and_styles_of_the_player_stay_light():
    paths = ["css/player.css", *settings.STATIC_BUNDLES["js/player-page.js"]]
    assert sum(len(gzip.compress(Path(str(finders.find(path))).read_bytes())) for path in paths) <= MAX_WEIGHT


@pytest.mark.django_db
def test_chapters_and_pages_make_one_thread(client):
    sheet, clsm = make_sheet(), make_clsm()
    episode = make_episode(chapters=CHAPTERS, sheets=[sheet], clsms=[clsm])
    item = episode.sheet_items.get()
    item.start, item.reason = 25, "Elle raconte la même action."
    item.save()
    late = episode.clsm_items.get()
    late.start = 10_000
    late.save()
    content = client.get(episode.url).content.decode()
    page = BeautifulSoup(content, "html.parser")
    times = [(link["href"], link["data-at"]) for link in page.select(".steps__go")]
    assert times == [(f"?t={at}#lecteur", str(at)) for at in (0, 20, 25, 40)]
    assert page.select_one(".steps__page a")["href"].endswith(sheet.url)
    assert len(page.select(".player__nodes circle")) == 4
    assert [moment.a["href"] for moment in page.select(".player__moment")] == [sheet.full_url]
    assert "Après" in page.select(".steps__go")[-1].text
    assert "<i>Après" not in content
    assert "Elle raconte la même action." in page.select_one(".kin").text


@pytest.mark.django_db
def test_nothing_depends_on_the_script(client):
    episode = make_episode(chapters=CHAPTERS)
    page = BeautifulSoup(client.get(episode.url).content.decode(), "html.parser")
    player = page.select_one("#lecteur")
    assert player.audio.has_attr("controls")
    assert player.audio["preload"] == "none"  # reading the page is no listen
    assert not player.audio.has_attr("autoplay")
    assert page.select_one("details#transcription").has_attr("open")
    useless = [button for button in player.select("button, select, input[type=range]") if not is_hidden(button)]
    assert useless == []
    assert player.select_one("a[download]")["href"] == episode.audio.public_url


def is_hidden(element) -> bool:
    return any(parent.has_attr("hidden") for parent in [element, *element.parents] if parent.attrs is not None)


@pytest.mark.django_db
def test_a_draft_offers_no_address_that_nobody_can_open():
    episode = make_episode(live=False, chapters=CHAPTERS)
    page = BeautifulSoup(preview(episode), "html.parser")
    assert page.select_one("#lecteur audio")
    assert not page.select("[data-share], [data-window], [data-do=copy], .transcript__files")
    assert not page.select("link[type='application/json+oembed'], meta[property='og:url']")
    assert episode_links.page_url(episode) not in str(page.select_one("#lecteur"))


@pytest.mark.django_db
def test_a_sheet_says_when_it_is_told(client):
    sheet, clsm = make_sheet(), make_clsm()
    timed = make_episode(sheets=[sheet], clsms=[clsm])
    make_episode(sheets=[sheet], clsms=[clsm])
    item = timed.sheet_items.get()
    item.start = 25
    item.save()
    told = BeautifulSoup(client.get(sheet.url).content.decode(), "html.parser").select_one(".linked-episodes")
    assert len(told.select("article")) == 2
    assert [link["href"] for link in told.select(".moment")] == [f"{timed.url}?t=25#lecteur"]
    heard = BeautifulSoup(client.get(clsm.url).content.decode(), "html.parser").select_one(".linked-episodes")
    assert (len(heard.select("article")), heard.select(".moment")) == (2, [])


@pytest.mark.django_db
def test_a_serial_is_listed_from_its_first_episode(client):
    show, clsm = make_show(), make_clsm()
    show.season_items.add(ShowSeason(number=2, name="Habiter"))
    show.order = show.Order.SERIAL
    show.save()
    for season, day in ((1, 2), (1, 1), (2, 3)):
        make_episode(title=f"Épisode du {day}", season=season, date=date(2026, 1, day), clsms=[clsm])
    page = BeautifulSoup(client.get(show.url).content.decode(), "html.parser")
    assert [title.text for title in page.select(".card__title")] == ["Épisode du 1", "Épisode du 2", "Épisode du 3"]
    assert [title.text for title in page.select(".season__title")] == ["Saison 1", "Saison 2 : Habiter"]


@pytest.mark.django_db
def test_chapters_that_cannot_be_read_leave_a_draft_whole():
    content = preview(make_episode(live=False, title="Ébauche", chapters="n’importe quoi"))
    assert "Ébauche" in content
    assert 'class="steps' not in content
