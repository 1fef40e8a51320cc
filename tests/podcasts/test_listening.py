"""Listens: the rules of the IAB one by one, and nothing kept about who listens."""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.core.cache.backends import base, locmem
from django.db import connection
from django.test import Client
from django.utils import timezone

from caps_sheets.podcasts.audience import counter
from caps_sheets.podcasts.audience.counter import Asked
from caps_sheets.podcasts.models import EpisodeDay, EpisodePage, Source
from tests.factories.medialib import make_audio, silent_m4a, silent_mp3
from tests.factories.podcasts import make_episode, make_show

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
ANTENNAPOD = "AntennaPod/3.5.0"
ADDRESS, OTHER_ADDRESS = "198.51.100.7", "198.51.100.8"
NOON = datetime(2026, 3, 20, 12, tzinfo=UTC)
MINUTE = Asked(size=240_000, enough=240_000)


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def episode() -> EpisodePage:
    """Five minutes of sound: 32 kbit/s, so that one minute is about 240,000 bytes."""
    return make_episode(audio=make_audio(seconds=300))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The time of the cache: what it keeps expires when ``clock.now`` says so."""
    clock = SimpleNamespace(now=NOON)

    def seconds() -> float:
        return clock.now.timestamp()

    for module in (base, locmem):
        monkeypatch.setattr(module, "time", SimpleNamespace(time=seconds))
    return clock


def ask(episode, byte_range="0-", agent=FIREFOX, address=ADDRESS, method="get", **headers) -> int:
    """One request for the sound; its status."""
    headers = {"User-Agent": agent, "Range": f"bytes={byte_range}"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    send: Callable = getattr(Client(), method)
    response = send(episode.audio.public_url, headers=headers, REMOTE_ADDR=address)
    if response.streaming:
        b"".join(response)
    return response.status_code


def kept_in_cache() -> dict[str, object]:
    """What the counter keeps, by key."""
    keys = [key.removeprefix(":1:") for key in cache._cache if key.startswith(":1:listening.")]
    return cache.get_many(keys)


def database_as_text() -> str:
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        return "".join(repr(cursor.execute(f'SELECT * FROM "{table}"').fetchall()) for table in tables)


def total(**of) -> int:
    return sum(EpisodeDay.objects.filter(**of).values_list("count", flat=True))


def test_a_minute_asked_for_is_a_listen_of_today(episode):
    ask(episode)
    row = EpisodeDay.objects.get()
    assert (row.episode, row.day, row.count) == (episode, timezone.localdate(), 1)


def test_partial_requests_add_up_to_a_minute(episode):
    for start in range(0, 200_000, 100_000):
        assert ask(episode, f"{start}-{start + 99_999}") == 206
    assert total() == 0
    ask(episode, "200000-299999")
    assert total() == 1


def test_less_than_a_minute_is_no_listen(episode):
    ask(episode, "0-200000")
    assert total() == 0
    ask(make_episode(audio=make_audio(seconds=59)), "0-200000")
    assert total() == 0


def test_a_short_sound_is_listened_to_in_whole():
    short = make_episode(audio=make_audio(seconds=20))
    ask(short, f"0-{short.audio.file_size - 2}")
    assert total() == 0
    ask(short, "-1")
    assert total() == 1


def test_the_tag_of_the_file_is_not_sound():
    tag = b"ID3\x04\x00\x00" + bytes([0, 31, 32, 0]) + bytes(31 << 14 | 32 << 7)  # half a megabyte of titles
    tagged = make_episode(audio=make_audio(content=tag + silent_mp3(300)))
    ask(tagged, "0-511999")
    ask(tagged, f"0-{len(tag) + 200_000}")
    assert total() == 0
    ask(tagged, f"{len(tag)}-{len(tag) + 50_000}")
    assert total() == 1


def test_other_formats_have_no_tag():
    ask(make_episode(audio=make_audio(content=silent_m4a(90), name="son.m4a")))
    assert total() == 1


@pytest.mark.parametrize(("byte_range", "is_probe"), [("0-0", True), ("0-1", True), ("0-2", False)])
def test_probes_are_not_even_added_up(episode, byte_range, is_probe):
    assert ask(episode, byte_range) == 206
    assert any("bytes" in key for key in kept_in_cache()) is not is_probe


def test_head_known_content_and_errors_are_not_listens(episode):
    assert ask(episode, method="head") == 200
    assert ask(episode, If_None_Match=f'"{episode.audio.version}"') == 304
    assert ask(episode, "99999999-") == 416
    assert total() == 0


def test_one_listener_counts_once_and_each_episode_apart(episode):
    other = make_episode(audio=make_audio(seconds=301))
    for _ in range(3):
        ask(episode)
        ask(other)
    assert (total(episode=episode), total(episode=other)) == (1, 1)


def test_another_address_or_agent_is_another_listener(episode):
    ask(episode)
    ask(episode, address=OTHER_ADDRESS)
    ask(episode, agent=ANTENNAPOD)
    assert total() == 3


def test_addresses_of_one_home_are_one_listener(episode):
    ask(episode, address="2001:db8:1:2::1")
    ask(episode, address="2001:db8:1:2:ffff:ffff:ffff:ffff")
    assert total() == 1
    ask(episode, address="2001:db8:1:3::1")
    assert total() == 2


def test_an_ipv4_address_written_as_ipv6_is_the_same(episode):
    ask(episode)
    ask(episode, address=f"::ffff:{ADDRESS}")
    assert total() == 1


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "atc/1.0 watchOS/7.1 model/Watch5,4 hwp/t8006 build/18R590 (6; dt:202)",
        "(null)/(null) watchOS/5.0.1 model/Watch3,3 hwp/t8004 build/16R381 (6; dt:155)",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "curl/8.5.0",
        "PocketCasts/1.0 (Pocket Casts Feed Parser; +http://pocketcasts.com/)",
        "Overcast/1.0 Podcast Sync (123 subscribers; feed-id=456; +http://overcast.fm/)",
        "Mozilla/5.0",
    ],
)
def test_robots_and_watches_are_not_listeners(episode, agent):
    assert ask(episode, agent=agent) == 206
    assert total() == 0


@pytest.mark.parametrize(
    ("agent", "source"),
    [
        ("AppleCoreMedia/1.0.0.21F90 (iPhone; U; CPU OS 17_5_1 like Mac OS X; fr_fr)", Source.APPLE),
        ("Podcasts/1650.20 CFNetwork/1333.0.4 Darwin/21.5.0", Source.APPLE),
        ("Spotify/8.9.42 iOS/17.5 (iPhone14,5)", Source.SPOTIFY),
        ("Deezer/10.24.0.4 CFNetwork/1496.0.7 Darwin/23.5.0", Source.DEEZER),
        (ANTENNAPOD, Source.ANTENNAPOD),
        ("Pocket Casts", Source.POCKET_CASTS),
        ("Overcast/3.0 (+http://overcast.fm/; iOS podcast app)", Source.OVERCAST),
        ("CastBox/11.2.3 (fm.castbox.audiobook.radio.podcast; build:211)", Source.CASTBOX),
        ("PodcastAddict/v5 (+https://podcastaddict.com/; Android podcast app)", Source.PODCAST_ADDICT),
        ("gPodder/3.11.4 (+http://gpodder.org/) Linux", Source.OTHER_APP),
        (FIREFOX, Source.OTHER),
    ],
)
def test_applications_are_known_by_family(episode, agent, source):
    ask(episode, agent=agent)
    assert list(EpisodeDay.objects.values_list("source", "count")) == [(source, 1)]


@pytest.mark.parametrize(
    ("headers", "source"),
    [
        ({"Referer": "http://testserver/podcast/episode/"}, Source.SITE),
        ({"Sec-Fetch-Site": "same-origin"}, Source.SITE),
        ({"Referer": "http://testserver/podcast/episode/integrer/"}, Source.EMBED),
        ({"Referer": "https://ailleurs.example/integrer/"}, Source.OTHER),
        ({"Referer": "http://testserver.ailleurs.example/"}, Source.OTHER),
        ({"Referer": "http://["}, None),
    ],
)
def test_pages_of_the_portal_are_told_from_others(episode, headers, source):
    assert ask(episode, **headers) == 206
    assert list(EpisodeDay.objects.values_list("source", flat=True)) == ([source] if source else [])


@pytest.mark.parametrize("header", ["DNT", "Sec-GPC"])
def test_who_asks_not_to_be_measured_is_not(episode, header):
    assert ask(episode, **{header: "1"}) == 206
    assert total() == 0
    assert not kept_in_cache()


def test_one_listen_in_24_hours_whatever_the_day(clock):
    """Noon, then 11 the next morning, then past noon: midnight starts nothing again, 24 hours do."""
    assert counter.is_listen(1, b"someone", MINUTE, clock.now)
    for hours in (1, 13, 23):
        clock.now = NOON + timedelta(hours=hours)
        assert not counter.is_listen(1, b"someone", MINUTE, clock.now)
    clock.now = NOON + timedelta(hours=24, seconds=1)
    assert counter.is_listen(1, b"someone", MINUTE, clock.now)


def test_parts_on_each_side_of_midnight_add_up(clock):
    half = Asked(size=120_000, enough=240_000)
    clock.now = datetime(2026, 3, 20, 23, 59, tzinfo=UTC)
    assert not counter.is_listen(1, b"someone", half, clock.now)
    clock.now += timedelta(minutes=2)
    assert counter.is_listen(1, b"someone", half, clock.now)
    assert not counter.is_listen(1, b"someone", half, clock.now)


def test_salts_are_forgotten_after_two_days(clock):
    counter.is_listen(1, b"someone", MINUTE, clock.now)
    first = set(kept_in_cache())
    clock.now += timedelta(days=2, seconds=1)
    counter.is_listen(1, b"someone", MINUTE, clock.now)
    assert first
    assert not first & set(kept_in_cache())


@pytest.mark.parametrize("minutes", [[0], [-1, 1]], ids=["same day", "around midnight"])
def test_fifty_requests_at_once_are_one_listen(minutes):
    moments = [NOON.replace(hour=0) + timedelta(minutes=number) for number in minutes]
    start = Barrier(50)

    def listen(number: int) -> bool:
        start.wait(timeout=30)
        return counter.is_listen(1, b"someone", MINUTE, moments[number % len(moments)])

    with ThreadPoolExecutor(50) as threads:
        assert sum(threads.map(listen, range(50))) == 1


def test_listens_are_added_without_being_read(episode):
    """The database adds: between reading and writing nobody can slip in."""
    counter.add(episode.pk, NOON, Source.SITE)
    with patch.object(EpisodeDay.objects, "get_or_create", side_effect=AssertionError):
        counter.add(episode.pk, NOON, Source.SITE)
    assert EpisodeDay.objects.get().count == 2


@pytest.mark.parametrize("method", ["get_many", "add", "incr"])
def test_a_broken_cache_or_database_never_silences_an_episode(episode, method, caplog):
    with patch.object(cache, method, side_effect=ConnectionError(f"{ADDRESS} {FIREFOX}")):
        assert ask(episode, "0-999") == 206
        if method != "incr":
            assert ask(episode) == 206
    assert total() == 0
    assert "Listen not counted: ConnectionError" in caplog.text
    assert ADDRESS not in caplog.text


def test_nothing_that_names_a_listener_is_kept(episode, caplog):
    """Database, cache and logs searched as text, after every kind of request and a failure."""
    page = "https://ailleurs.example/page-lue-avant"
    with caplog.at_level(logging.DEBUG):
        ask(episode, Referer=page)
        ask(episode, agent=ANTENNAPOD, address="2001:db8:1:2::1")
        ask(episode, agent="curl/8.5.0")
        ask(episode, "99999999-", address=OTHER_ADDRESS)
        with patch.object(cache, "incr", side_effect=OSError(FIREFOX)):
            ask(episode, "0-999", address=OTHER_ADDRESS)
        Client().get("/audio/inconnu.mp3", headers={"User-Agent": FIREFOX, "Referer": page}, REMOTE_ADDR=ADDRESS)
    assert total() == 2
    kept = database_as_text() + repr(kept_in_cache()) + caplog.text
    for trace in (ADDRESS, OTHER_ADDRESS, "2001:db8:1:2", "Firefox", "AntennaPod", "curl", "page-lue-avant"):
        assert trace not in kept, trace
    assert "listening." in kept
    assert episode.title in kept


def test_a_shared_sound_is_counted_once(episode):
    again = make_episode(audio=episode.audio, show=make_show(slug="autre-emission"))
    ask(episode)
    ask(again)
    assert (total(episode=episode), total(episode=again)) == (1, 0)


def test_a_machine_that_changes_its_name_is_fifty_listens_at_most(episode):
    for number in range(52):
        ask(episode, agent=f"{FIREFOX} {number}")
    assert EpisodeDay.objects.get().count == 50
    ask(episode, address=OTHER_ADDRESS)
    assert EpisodeDay.objects.get().count == 51
