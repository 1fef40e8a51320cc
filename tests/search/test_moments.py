"""An episode is found down to the moment where the words are said."""

import re

import pytest
from django.test import Client

from search.engines.base import SearchEngine
from search.outbox import rebuild
from search.queries import SearchQuery
from search.results import find
from tests.factories.medialib import make_audio
from tests.factories.podcasts import make_episode

TRANSCRIPT = """WEBVTT

00:00:00.000 --> 00:00:20.000
<v Animation>Bonjour et bienvenue dans cette émission, où nous parlons des conseils locaux et de ceux qui les font vivre, dans les villes comme dans les campagnes, avec toutes celles et tous ceux qui veulent bien nous ouvrir leur porte ce matin-là.

00:00:20.000 --> 00:01:10.000
<v Coordination>Le bailleur social nous appelle quand un locataire ne répond plus, et nous allons frapper ensemble à la porte. Cela demande du temps, de la patience, et une confiance qui ne se décrète pas : elle se gagne, visite après visite, café après café.

01:02:05.500 --> 01:02:30.000
<v Coordination>Un autre bailleur a voulu essayer, dans un immeuble d’un quartier & d’un hameau.
"""  # noqa: E501


@pytest.fixture
def page(built: SearchEngine) -> None:
    make_episode(title="Frapper ensemble", transcript=TRANSCRIPT, audio=make_audio(seconds=4000))
    rebuild()


def moments(text: str) -> list[dict]:
    (card,) = find(SearchQuery(text)).cards
    return card["moments"]


@pytest.mark.django_db
def test_each_moment_opens_the_player_at_its_second(page: None) -> None:
    first, second = moments("bailleurs")
    assert first["url"].endswith("/?t=20#lecteur")
    assert (first["clock"], second["clock"]) == ("0:20", "1:02:05")
    assert second["url"].endswith("?t=3725#lecteur")
    assert "<mark>bailleur</mark> social" in first["text"]


@pytest.mark.django_db
def test_the_moment_that_holds_more_words_is_kept_alone(page: None) -> None:
    (only,) = moments("bailleur locataire porte")
    assert only["clock"] == "0:20"


@pytest.mark.django_db
def test_what_is_said_is_escaped(page: None) -> None:
    (_, second) = moments("bailleur")
    assert "quartier &amp; d’un" in second["text"]
    assert set(re.findall("<[^>]*>", second["text"])) == {"<mark>", "</mark>"}


@pytest.mark.django_db
def test_words_of_the_title_alone_give_no_moment(page: None) -> None:
    assert moments("frapper xyzzy") == moments("frapper")
    assert find(SearchQuery("zzyzx")).cards == []


@pytest.mark.django_db
def test_the_page_links_to_the_moments(client: Client, page: None) -> None:
    assert "?t=20#lecteur" in client.get("/recherche/", {"q": "locataire"}).content.decode()
