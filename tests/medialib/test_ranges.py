"""HTTP ranges: what players ask for, and what must not fool the server."""

from datetime import UTC, datetime

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.test import RequestFactory
from django.utils.http import http_date
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.medialib.ranges import RangeNotSatisfiableError, parse_range, serve_stored, stored_file

pytestmark = pytest.mark.django_db  # closing a response looks at the connections
CONTENT = bytes(range(256)) * 4


@pytest.fixture
def storage(tmp_path):
    storage = FileSystemStorage(location=tmp_path)
    storage.save("son.mp3", ContentFile(CONTENT))
    return storage


def ask(storage, method="get", **headers):
    request = getattr(RequestFactory(), method)("/", headers=headers)
    stored = stored_file(storage, "son.mp3", "abc123")
    return serve_stored(request, stored, content_type="audio/mpeg", cache_control="no-cache")


def body(response) -> bytes:
    content = b"".join(response) if response.streaming else response.content
    response.close()
    return content


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("0-1", 0, 1), ("100-199", 100, 199), ("1000-", 1000, 1023), ("-100", 924, 1023), ("0-9999", 0, 1023)],
)
def test_single_range_gets_exactly_its_bytes(storage, asked, first, last):
    response = ask(storage, Range=f"bytes={asked}")
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/1024"
    assert response["Content-Length"] == str(last - first + 1)
    assert response["Content-Type"] == "audio/mpeg"
    assert body(response) == CONTENT[first : last + 1]


@pytest.mark.parametrize("asked", ["1024-", "5000-6000", "-0"])
def test_range_beyond_the_end_is_416(storage, asked):
    response = ask(storage, Range=f"bytes={asked}")
    assert response.status_code == 416
    assert response["Content-Range"] == "bytes */1024"


@pytest.mark.parametrize(
    "asked",
    [
        "abc",
        "bytes=abc",
        "bytes=-",
        "bytes=0-1,4-5",
        "items=0-1",
        "bytes=9-3",
        "bytes=²-3",
        "bytes=1.5-3",
        f"bytes={'9' * 5000}-",
    ],
)
def test_other_ranges_get_the_whole_file(storage, asked):
    response = ask(storage, Range=asked)
    assert response.status_code == 200
    assert body(response) == CONTENT


def test_headers_of_the_whole_file(storage):
    response = ask(storage)
    assert response["Accept-Ranges"] == "bytes"
    assert response["ETag"] == '"abc123"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Length"] == "1024"
    assert body(response) == CONTENT


def test_head_has_the_headers_and_no_body(storage):
    response = ask(storage, method="head")
    assert (response.status_code, response["Content-Length"]) == (200, "1024")
    assert response["Accept-Ranges"] == "bytes"
    assert body(response) == b""


def test_known_content_is_304(storage):
    modified = http_date(storage.get_modified_time("son.mp3").timestamp())
    assert ask(storage, If_None_Match='"abc123"').status_code == 304
    assert ask(storage, If_Modified_Since=modified).status_code == 304
    changed = ask(storage, If_None_Match='"old"')
    assert changed.status_code == 200
    changed.close()


def test_if_range_of_another_version_gets_the_whole_file(storage):
    modified = http_date(storage.get_modified_time("son.mp3").timestamp())
    older = http_date(datetime(2020, 1, 1, tzinfo=UTC).timestamp())
    expected = {'"abc123"': 206, '"old"': 200, modified: 206, older: 200, "nonsense": 200}
    for condition, status in expected.items():
        response = ask(storage, Range="bytes=0-1", If_Range=condition)
        response.close()
        assert response.status_code == status, condition


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(first=st.integers(0, 2000) | st.none(), last=st.integers(0, 2000) | st.none())
def test_bytes_equal_the_slice_of_the_file(storage, first, last):
    asked = f"bytes={'' if first is None else first}-{'' if last is None else last}"
    response = ask(storage, Range=asked)
    content = body(response)
    if response.status_code == 206:
        start = len(CONTENT) - last if first is None else first
        end = len(CONTENT) if first is None or last is None else last + 1
        assert content == CONTENT[max(start, 0) : end]
    elif response.status_code == 416:
        assert (first or 0) >= len(CONTENT) or (first is None and last == 0)
    else:
        assert content == CONTENT


@given(header=st.text(max_size=40), size=st.integers(0, 10_000))
def test_any_header_is_a_range_inside_the_file_or_none(header, size):
    try:
        asked = parse_range(f"bytes={header}", size)
    except RangeNotSatisfiableError:
        return
    assert asked is None or 0 <= asked[0] <= asked[1] < size
