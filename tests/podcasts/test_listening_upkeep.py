"""What an operator does about the listens: lists of robots, purge, settings checked at start."""

import json
from datetime import date

import pytest
from django.core.management import call_command

from caps_sheets.podcasts.audience.agents import application, is_robot
from caps_sheets.podcasts.audience.checks import check_cache_size, check_shared_cache, check_sound_settings
from caps_sheets.podcasts.audience.counter import purge
from caps_sheets.podcasts.models import EpisodeDay, Source
from tests.factories.podcasts import make_episode

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def lists(tmp_path, settings):
    """Writes lists, and has the portal read them."""

    def write(**files):
        for name, content in files.items():
            (tmp_path / f"{name}.json").write_text(content if isinstance(content, str) else json.dumps(content))
        settings.PODCAST_UA_LIST = [str(tmp_path / f"{name}.json") for name in files]

    return write


def test_the_lists_of_the_operator_go_before_ours(lists):
    assert not is_robot("Exemple/1.0") and application("Exemple/1.0") is None
    assert is_robot("curl/8.5.0 (Baladeur)")
    lists(
        apps={
            "entries": [
                {"name": "Radio", "pattern": "^curl/[\\d.]+ .Baladeur"},
                {"name": "Tout", "pattern": "^Exemple"},
            ]
        },
        bots={"entries": [{"name": "Robot", "pattern": r"^Exemple/1\.0"}]},
    )
    assert not is_robot("curl/8.5.0 (Baladeur)")
    assert application("curl/8.5.0 (Baladeur)") == Source.OTHER_APP
    assert is_robot("Exemple/1.0")
    assert not is_robot("Exemple/2.0")
    assert application("Overcast/3.0") == Source.OVERCAST


def test_the_first_version_of_the_format_is_read_too(lists):
    lists(**{"user-agents": [{"user_agents": ["^Aspirateur/", "^Pompe"], "bot": True}, {"user_agents": ["^Baladeur"]}]})
    assert is_robot("Aspirateur/2") and is_robot("Pompe")
    assert application("Baladeur") == Source.OTHER_APP


@pytest.mark.parametrize("content", ["{", "[1]", '{"autre": []}', '[{"user_agents": ["("]}]', '{"entries": [{}]}'])
def test_a_list_that_cannot_be_read_is_told_at_start_and_left_out(lists, content):
    lists(bots=content)
    assert [error.id for error in check_sound_settings(None)] == ["portal.E007"]
    assert not is_robot(FIREFOX)


def test_a_missing_list_is_told_at_start(settings, tmp_path):
    settings.PODCAST_UA_LIST = [str(tmp_path / "absente.json")]
    assert "absente.json" in check_sound_settings(None)[0].msg


def test_an_unknown_way_of_sending_is_told_at_start(settings):
    assert check_sound_settings(None) == []
    settings.MEDIA_SENDFILE = "apache"
    assert [error.id for error in check_sound_settings(None)] == ["portal.E006"]


def test_a_cache_of_one_process_is_told_when_deploying(settings):
    assert [message.id for message in check_shared_cache(None)] == ["portal.I001"]
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}
    assert check_shared_cache(None) == []


@pytest.mark.parametrize(("options", "found"), [({}, ["portal.W001"]), ({"MAX_ENTRIES": 100_000}, [])])
def test_a_cache_that_forgets_too_soon_is_told_at_start(settings, options, found):
    assert check_cache_size(None) == []
    backend = "django.core.cache.backends.db.DatabaseCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "cache", "OPTIONS": options}}
    assert [message.id for message in check_cache_size(None)] == found
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache"}}
    assert check_cache_size(None) == []


@pytest.mark.django_db
def test_days_older_than_25_months_are_purged(capsys):
    episode = make_episode()
    for day in (date(2024, 2, 19), date(2024, 2, 20), date(2026, 3, 20)):
        EpisodeDay.objects.create(episode=episode, day=day, source=Source.SITE, count=3)
    assert purge(date(2026, 3, 20)) == 1
    assert purge(date(2026, 3, 20)) == 0
    assert set(EpisodeDay.objects.values_list("day", flat=True)) == {date(2024, 2, 20), date(2026, 3, 20)}
    EpisodeDay.objects.create(episode=episode, day=date(2020, 1, 1), source=Source.SITE)
    call_command("podcast_stats_purge")
    assert "décomptes effacés" in capsys.readouterr().out
    assert not EpisodeDay.objects.filter(day__year=2020).exists()
