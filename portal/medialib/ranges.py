"""Serving one stored file with HTTP byte ranges (RFC 9110 §14). Players need them to seek."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.files import File
from django.core.files.storage import Storage
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, parse_http_date_safe

CHUNK = 64 * 1024
SINGLE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


class RangeNotSatisfiableError(Exception):
    """The requested range starts beyond the end of the file."""


def parse_range(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte (inclusive) of a ``Range`` header, or None when the whole file is due.

    Malformed and multiple ranges may be ignored (RFC 9110 §14.2): the response is then the whole file.
    """
    match = SINGLE_RANGE.fullmatch(header.strip())
    if match is None or match.group(0) == "bytes=-":
        return None
    first, last = match.groups()
    if not first:
        length = min(int(last), size)
        start, end = size - length, size - 1
    else:
        start, end = int(first), min(int(last or size), size - 1)
        if last and int(last) < start:
            return None
    if start >= size or start > end:
        raise RangeNotSatisfiableError
    return start, end


class FileSlice:
    """The bytes ``start`` to ``end`` (inclusive) of an open file; closes it with the response."""

    def __init__(self, file: File, start: int, end: int) -> None:
        self.file, self.start, self.end = file, start, end

    def __iter__(self) -> Iterator[bytes]:
        self.file.seek(self.start)
        left = self.end - self.start + 1
        while left > 0 and (chunk := self.file.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk

    def close(self) -> None:
        self.file.close()


@dataclass(frozen=True)
class StoredFile:
    """The HTTP metadata of a stored file: ``modified`` in whole seconds since 1970."""

    storage: Storage
    name: str
    size: int
    etag: str
    modified: int


def stored_file(storage: Storage, name: str, version: str) -> StoredFile:
    """The metadata of the file ``name``; ``version`` identifies its content."""
    modified = int(storage.get_modified_time(name).timestamp())
    return StoredFile(storage, name, storage.size(name), f'"{version}"', modified)


def serve_stored(
    request: HttpRequest, stored: StoredFile, *, content_type: str, cache_control: str
) -> HttpResponseBase:
    """Response to GET or HEAD for a stored file: 200, 206, 304 or 416."""
    unchanged = get_conditional_response(request, etag=stored.etag, last_modified=stored.modified)
    response = _content_response(request, stored) if unchanged is None else unchanged
    response["ETag"] = stored.etag
    response["Last-Modified"] = http_date(stored.modified)
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = cache_control
    response["X-Content-Type-Options"] = "nosniff"
    if response.status_code in (200, 206):
        response["Content-Type"] = content_type
    return response


def bytes_due(request: HttpRequest, stored: StoredFile) -> tuple[int, int] | None:
    """First and last byte (inclusive) that the response carries.

    None when it carries none: HEAD, content already known (304), range beyond the end (416).
    """
    if request.method != "GET" or not stored.size:
        return None
    if get_conditional_response(request, etag=stored.etag, last_modified=stored.modified) is not None:
        return None
    try:
        return _range_due(request, stored) or (0, stored.size - 1)
    except RangeNotSatisfiableError:
        return None


def _content_response(request: HttpRequest, stored: StoredFile) -> HttpResponseBase:
    byte_range = None
    if request.method == "GET":
        try:
            byte_range = _range_due(request, stored)
        except RangeNotSatisfiableError:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{stored.size}"})
    start, end = byte_range or (0, stored.size - 1)
    response: HttpResponseBase
    if request.method == "HEAD":
        response = HttpResponse()
    else:
        response = StreamingHttpResponse(FileSlice(stored.storage.open(stored.name), start, end))
    response["Content-Length"] = str(end - start + 1)
    if byte_range:
        response.status_code = 206
        response["Content-Range"] = f"bytes {start}-{end}/{stored.size}"
    return response


def _range_due(request: HttpRequest, stored: StoredFile) -> tuple[int, int] | None:
    """The range to send, or None for the whole file.

    A range applies only if ``If-Range``, when sent, matches the current content.
    """
    if "Range" not in request.headers:
        return None
    condition = request.headers.get("If-Range")
    if condition is None or condition == stored.etag or parse_http_date_safe(condition) == stored.modified:
        return parse_range(request.headers["Range"], stored.size)
    return None
