"""A real nginx with the configuration of docs/operations.md: it sends the sounds that the portal hands over."""

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.files.base import ContentFile
from django.core.handlers.wsgi import WSGIRequest
from django.utils.http import http_date

from portal.medialib.models import PortalMedia
from portal.medialib.serving import serve_sound
from tests.architecture.sources import ROOT

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
CONTENT = bytes(range(256)) * 40
SIZE = len(CONTENT)
PATH = "/audio/son.mp3"
pytestmark = [
    pytest.mark.skipif(NGINX is None and not os.environ.get("CI"), reason="no nginx on this machine"),
    pytest.mark.django_db,  # closing a response looks at the connections
]
CONFIGURATION = """
{user} daemon off;  pid {place}/pid; error_log {place}/errors;
events {{}}
http {{
    access_log {place}/access;
    client_body_temp_path {place}/body; proxy_temp_path {place}/proxy; fastcgi_temp_path {place}/fastcgi;
    uwsgi_temp_path {place}/uwsgi; scgi_temp_path {place}/scgi;
    server {{ listen 127.0.0.1:{port}; {locations} }}
}}
"""


class Silent(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


def documented_locations(upstream: int, root: Path) -> str:
    """The block of the documentation, with the port and the folder of this test."""
    block = re.search(r"```nginx\n(.*?)```", (ROOT / "docs" / "operations.md").read_text(encoding="utf-8"), re.DOTALL)[
        1
    ]
    assert "127.0.0.1:8000" in block and "/srv/portail/private/" in block
    return block.replace("127.0.0.1:8000", f"127.0.0.1:{upstream}").replace("/srv/portail/private/", f"{root}/")


def portal(media: PortalMedia) -> Callable:
    def application(environ: dict, start_response: Callable) -> Iterator[bytes]:
        response = serve_sound(WSGIRequest(environ), media, cache_control="public, no-cache")
        start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
        return iter(response)

    return application


@pytest.fixture
def nginx(tmp_path: Path, settings) -> Iterator[int]:
    """The port of an nginx in front of a portal that serves one sound; its storage is read by nginx alone."""
    settings.MEDIA_SENDFILE = "x-accel"
    media = PortalMedia(mime_type="audio/mpeg", version="abc")
    media.file.name = media.file.storage.save("audio/son.mp3", ContentFile(CONTENT))
    upstream = make_server("127.0.0.1", 0, portal(media), handler_class=Silent)
    Thread(target=upstream.serve_forever, daemon=True).start()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    locations = documented_locations(upstream.server_port, settings.PRIVATE_MEDIA_ROOT)
    user = "user root;" if os.geteuid() == 0 else ""  # the files of a test are its own
    text = CONFIGURATION.format(user=user, place=tmp_path, port=port, locations=locations)
    (tmp_path / "nginx.conf").write_text(text)
    process = subprocess.Popen([NGINX, "-p", tmp_path, "-c", tmp_path / "nginx.conf", "-e", tmp_path / "errors"])
    wait_until_open(port, process)
    yield port
    process.terminate()
    process.wait(timeout=10)
    upstream.shutdown()
    upstream.server_close()


def wait_until_open(port: int, process: subprocess.Popen) -> None:
    for _ in range(1000):
        assert process.poll() is None, "nginx stopped"
        with socket.socket() as probe:
            probe.settimeout(0.05)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
    raise AssertionError("nginx does not answer")


def ask(port: int, method: str = "GET", path: str = PATH, **headers: str) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response, content


def test_nginx_sends_what_the_portal_hands_over(nginx, tmp_path):
    for asked, part in {"0-1": CONTENT[:2], "100-199": CONTENT[100:200], "-100": CONTENT[-100:]}.items():
        response, content = ask(nginx, Range=f"bytes={asked}")
        assert (response.status, content) == (206, part), asked
    response, content = ask(nginx, Range="bytes=5000-")
    assert (response.status, response.getheader("Content-Range")) == (206, f"bytes 5000-{SIZE - 1}/{SIZE}")
    assert content == CONTENT[5000:]
    assert ask(nginx, Range=f"bytes={SIZE}-")[0].status == 416
    whole, content = ask(nginx)
    assert (whole.status, content) == (200, CONTENT)
    for headers in (
        {"Range": "abc"},
        {"Range": "bytes=0-1,4-5"},
        {"Range": "bytes=0-1", "If_Range": '"ancien"'},
        {"Range": "bytes=0-1", "If_Range": http_date(1)},
    ):
        response, content = ask(nginx, **headers)
        assert (response.status, content) == (200, CONTENT), headers
    etag = whole.getheader("ETag")
    assert ask(nginx, If_None_Match=etag)[0].status == 304
    assert ask(nginx, Range="bytes=0-1", If_Range=etag)[1] == CONTENT[:2]
    head, content = ask(nginx, "HEAD")
    assert (head.status, content, head.getheader("Content-Length")) == (200, b"", str(SIZE))
    assert head.getheader("Accept-Ranges") == "bytes"
    assert head.getheader("Content-Type") == "audio/mpeg"
    assert head.getheader("Cache-Control") == "public, no-cache"
    assert head.getheader("X-Content-Type-Options") == "nosniff"
    assert ask(nginx, path="/fichiers-prives/audio/son.mp3")[0].status == 404
    assert (tmp_path / "access").read_text().count("/audio/") == 0
