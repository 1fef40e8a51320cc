"""The public sound over HTTP (check A11), sent by Python or handed over to nginx."""

import re
from datetime import UTC, datetime

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils.http import http_date

from caps_sheets.podcasts.models import EpisodePage
from portal.medialib.responses import INTERNAL_LOCATION
from tests.factories.medialib import make_audio, silent_mp3
from tests.factories.podcasts import make_episode

pytestmark = pytest.mark.django_db

CONTENT = silent_mp3(10)
SIZE = len(CONTENT)
STALE = http_date(datetime(2020, 1, 1, tzinfo=UTC).timestamp())
#: Range asked for → first and last byte due.
PARTS = {"0-1": (0, 1), "100-199": (100, 199), "1000-": (1000, SIZE - 1), "-100": (SIZE - 100, SIZE - 1)}
WHOLE = [
    {},
    {"Range": "abc"},
    {"Range": "bytes=abc"},
    {"Range": "bytes=0-1,4-5"},
    {"Range": "bytes=0-1", "If-Range": '"ancien"'},
    {"Range": "bytes=0-1", "If-Range": STALE},
]


@pytest.fixture
def episode() -> EpisodePage:
    return make_episode(audio=make_audio(content=CONTENT, name="Été à l’hôpital.mp3"))


def ask(episode, method="get", **headers):
    return getattr(Client(), method)(episode.audio.public_url, headers=headers)


def body(response) -> bytes:
    return b"".join(response) if response.streaming else response.content


@pytest.mark.parametrize("asked", PARTS)
def test_a_part_is_sent_byte_for_byte(episode, asked):
    first, last = PARTS[asked]
    response = ask(episode, Range=f"bytes={asked}")
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/{SIZE}"
    assert response["Content-Length"] == str(last - first + 1)
    assert body(response) == CONTENT[first : last + 1]


@pytest.mark.parametrize("headers", WHOLE, ids=str)
def test_the_whole_is_sent_byte_for_byte(episode, headers):
    response = ask(episode, **headers)
    assert response.status_code == 200
    assert (response["Content-Length"], response["Accept-Ranges"]) == (str(SIZE), "bytes")
    assert body(response) == CONTENT


def test_beyond_the_end_is_416(episode):
    response = ask(episode, Range=f"bytes={SIZE}-")
    assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{SIZE}")


def test_what_is_known_is_304_and_a_fresh_if_range_is_a_part(episode):
    etag = ask(episode, method="head")["ETag"]
    assert ask(episode, **{"If-None-Match": etag}).status_code == 304
    response = ask(episode, **{"Range": "bytes=0-1", "If-Range": etag})
    assert (response.status_code, body(response)) == (206, CONTENT[:2])


def test_head_says_all_and_sends_nothing(episode):
    response = ask(episode, method="head")
    expected = {
        "Content-Length": str(SIZE),
        "Content-Type": "audio/mpeg",
        "Accept-Ranges": "bytes",
        "Cache-Control": "public, no-cache",
        "X-Content-Type-Options": "nosniff",
    }
    assert response.status_code == 200
    assert {name: response[name] for name in expected} == expected
    assert body(response) == b""


def test_nothing_but_get_and_head(episode):
    for method in ("post", "put", "patch", "delete"):
        assert ask(episode, method=method).status_code == 405


def test_the_address_is_ascii_and_follows_the_sound(episode):
    audio = episode.audio
    old = audio.public_url
    assert re.fullmatch(r"/audio/[0-9a-f-]{36}/[0-9a-f]{12}/ete-a-lhopital(_\w+)?\.mp3", old)
    audio.file = ContentFile(silent_mp3(11), name="Été à l’hôpital.mp3")
    audio.save()
    assert audio.public_url != old
    assert Client().get(old).status_code == 404
    assert body(Client().get(audio.public_url)) == silent_mp3(11)


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("headers", [*WHOLE, *({"Range": f"bytes={asked}"} for asked in PARTS)], ids=str)
def test_nginx_receives_the_file_and_decides_the_rest(episode, settings, headers, method):
    """nginx keeps the type and the cache rule of the portal; length, ranges and conditions are its own."""
    settings.MEDIA_SENDFILE = "x-accel"
    response = ask(episode, method=method, **headers)
    assert response.status_code == 200
    assert response["X-Accel-Redirect"] == INTERNAL_LOCATION + episode.audio.file.name
    assert (response["Content-Type"], response["Cache-Control"]) == ("audio/mpeg", "public, no-cache")
    assert not {"Content-Range", "Accept-Ranges", "ETag", "Last-Modified"} & set(response.headers)
    assert not response.streaming
    assert body(response) == b""


def test_nginx_receives_nothing_of_what_is_not_public(episode, settings):
    settings.MEDIA_SENDFILE = "x-accel"
    episode.unpublish()
    response = ask(episode)
    assert response.status_code == 404
    assert "X-Accel-Redirect" not in response.headers


def test_a_file_lost_by_the_storage_is_404_for_nginx_too(episode, settings):
    settings.MEDIA_SENDFILE = "x-accel"
    episode.audio.file.storage.delete(episode.audio.file.name)
    assert ask(episode).status_code == 404
