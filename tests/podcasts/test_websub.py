"""A hub is told of each change of the feed, only if there is one, and never stands in the way."""

import logging
from io import StringIO
from urllib.parse import parse_qs

import pytest
from django.core.management import CommandError, call_command

from caps_sheets.podcasts.models import EpisodePage
from caps_sheets.podcasts.models.episode_links import feed_url
from tests.factories.network import make_theme
from tests.factories.podcasts import make_episode, make_show
from tests.podcasts.local_server import local_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def hub(settings):
    with local_server(hub=(204, {}, b"")) as server:
        settings.PODCAST_WEBSUB_HUB = f"http://127.0.0.1:{server.port}/hub"
        yield server


@pytest.fixture
def publish(django_capture_on_commit_callbacks):
    def publish(episode: EpisodePage, change: str = "publish") -> None:
        with django_capture_on_commit_callbacks(execute=True):
            if change == "publish":
                episode.save_revision().publish()
            else:
                EpisodePage.objects.get(pk=episode.pk).unpublish()

    return publish


def test_publication_and_withdrawal_are_told(hub, publish):
    episode = make_episode(live=False, themes=[make_theme("ruralite")])
    show = make_show()
    publish(episode)
    publish(episode, "unpublish")
    told = [parse_qs(body.decode()) for method, path, host, body in hub.seen]
    assert told == [
        {"hub.mode": ["publish"], "hub.url": [feed_url(show), feed_url(show, "ruralite")]},
        {"hub.mode": ["publish"], "hub.url": [feed_url(show)]},
    ]


def test_a_draft_is_not_told(hub, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        make_episode(live=False).save_revision()
    assert hub.seen == []


def test_off_by_default(publish, settings):
    assert settings.PODCAST_WEBSUB_HUB == ""
    episode = make_episode(live=False)
    publish(episode)
    assert EpisodePage.objects.get(pk=episode.pk).live


@pytest.mark.parametrize("answer", [(500, {}, b""), (302, {"Location": "/ailleurs"}, b"")])
def test_a_hub_that_fails_is_logged_and_the_episode_published(hub, publish, caplog, answer):
    hub.answers["/hub"] = answer
    episode = make_episode(live=False)
    with caplog.at_level(logging.WARNING, "portal.podcasts"):
        publish(episode)
    assert EpisodePage.objects.get(pk=episode.pk).live
    assert f"répond {answer[0]}" in caplog.text
    assert [path for _, path, _, _ in hub.seen] == ["/hub"]


def test_a_hub_that_is_gone_is_logged_and_the_episode_published(publish, caplog, settings):
    with local_server() as gone:
        settings.PODCAST_WEBSUB_HUB = f"http://127.0.0.1:{gone.port}/hub"
    episode = make_episode(live=False)
    with caplog.at_level(logging.WARNING, "portal.podcasts"):
        publish(episode)
    assert EpisodePage.objects.get(pk=episode.pk).live
    assert "ne répond pas" in caplog.text


class TestCommand:
    def test_tells_every_show(self, hub):
        show, out = make_show(), StringIO()
        call_command("podcast_websub", stdout=out)
        assert out.getvalue() == f"{show.title} : relais prévenu.\n"
        assert len(hub.seen) == 1

    def test_says_what_is_missing_or_fails(self, hub, settings):
        make_show()
        hub.answers["/hub"] = (410, {}, b"")
        with pytest.raises(CommandError, match="répond 410"):
            call_command("podcast_websub")
        settings.PODCAST_WEBSUB_HUB = ""
        with pytest.raises(CommandError, match="est vide"):
            call_command("podcast_websub")
