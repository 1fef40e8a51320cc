"""A real nginx with the configuration of docs/operations.md: it sends the sounds that the portal hands over."""

import os
import pwd
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import connection
from django.utils.http import http_date

from portal.base.models import NewsIndexPage
from portal.base.storage import WholeFileStorage
from portal.medialib.models import PortalDocument, PortalMedia
from portal.medialib.responses import serve_sound
from tests.architecture.sources import ROOT
from tests.e2e.conftest import require
from tests.factories.medialib import make_image
from tests.factories.network import make_list
from tests.factories.podcasts import make_episode
from tests.factories.site import make_news, make_private

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


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def running_nginx(place: Path, locations: str, user: str = "") -> Iterator[int]:
    port = free_port()
    text = CONFIGURATION.format(user=f"user {user};" if user else "", place=place, port=port, locations=locations)
    (place / "nginx.conf").write_text(text)
    process = subprocess.Popen([NGINX, "-p", place, "-c", place / "nginx.conf", "-e", place / "errors"])
    try:
        wait_until_open(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=10)


@pytest.fixture
def nginx(tmp_path: Path, settings) -> Iterator[int]:
    """The port of an nginx in front of a portal that serves one sound; its storage is read by nginx alone."""
    settings.MEDIA_SENDFILE = "x-accel"
    media = PortalMedia(mime_type="audio/mpeg", version="abc")
    media.file.name = media.file.storage.save("audio/son.mp3", ContentFile(CONTENT))
    upstream = make_server("127.0.0.1", 0, portal(media), handler_class=Silent)
    Thread(target=upstream.serve_forever, daemon=True).start()
    locations = documented_locations(upstream.server_port, settings.PRIVATE_MEDIA_ROOT)
    # The files of a test are its own.
    with running_nginx(tmp_path, locations, "root" if os.geteuid() == 0 else "") as port:
        yield port
    upstream.shutdown()
    upstream.server_close()


def wait_until_open(port: int, process: subprocess.Popen | None) -> None:
    for _ in range(1000):
        assert process is None or process.poll() is None, "nginx stopped"
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


#: The accounts of the machine: the portal’s, the web server’s, and somebody else’s.
PORTAL, WEB_SERVER, SOMEBODY = "daemon", "www-data", "nobody"


@contextmanager
def acting_as(account: str) -> Iterator[None]:
    one = pwd.getpwnam(account)
    groups = os.getgroups()
    os.setgroups([]), os.setegid(one.pw_gid), os.seteuid(one.pw_uid)
    try:
        yield
    finally:
        os.seteuid(0), os.setegid(0), os.setgroups(groups)


@pytest.fixture
def installed(settings, monkeypatch) -> Iterator[Path]:
    """A folder prepared as docs/operations.md says, outside of those that pytest closes to other accounts."""
    require(sys.platform == "linux" and os.geteuid() == 0, "Deux comptes : il faut être root.")
    require(connection.vendor == "sqlite", "La base de ce test est un fichier que l’on copie.")
    place = Path(tempfile.mkdtemp(prefix="portal-accounts-"))
    place.chmod(0o755)
    root = place / "private"
    root.mkdir()
    shutil.chown(root, PORTAL, WEB_SERVER)
    root.chmod(0o2750)
    settings.PRIVATE_MEDIA_ROOT, settings.MEDIA_ROOT, settings.MEDIA_SENDFILE = root, root / "mediatheque", "x-accel"
    monkeypatch.setattr(PortalMedia._meta.get_field("file"), "storage", WholeFileStorage(str(root), base_url=None))
    cache.clear()
    yield place
    shutil.rmtree(place)


def copy_database(copy: Path) -> None:
    """What the transaction of the test sees, that no other connection does."""
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                if "_fts" in table:  # the search of the back office, which these addresses do not ask
                    continue
                rows = cursor.execute(f'SELECT * FROM "{table}"').fetchall()
                target.execute(f'DELETE FROM "{table}"')
                if rows:
                    marks = ", ".join("?" * len(rows[0]))
                    target.executemany(f'INSERT INTO "{table}" VALUES ({marks})', map(plain, rows))
        target.commit()


def plain(row: tuple) -> list:
    """Days and hours as SQLite keeps them."""
    return [str(value) if isinstance(value, date) else value for value in row]


@contextmanager
def portal_of(account: str, place: Path) -> Iterator[int]:
    """The whole portal in a process of that account, on a copy of what the test has in its database."""
    copy = place / "base" / "portal.sqlite3"
    copy.parent.mkdir()
    copy_database(copy)
    for path in (copy, copy.parent):
        shutil.chown(path, account)
    port = free_port()
    child = os.fork()
    if child == 0:
        one = pwd.getpwnam(account)
        os.setgroups([]), os.setgid(one.pw_gid), os.setuid(one.pw_uid)
        connection.settings_dict["NAME"] = str(copy)
        connection.connection = None  # the parent’s, left to it
        make_server("127.0.0.1", port, WSGIHandler(), handler_class=Silent).serve_forever()
    try:
        yield port
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)


def reads(account: str, *command: object) -> bytes:
    """What the command gives to that account, which has no right but its own."""
    done = subprocess.run(["runuser", "-u", account, "--", *map(str, command)], check=False, capture_output=True)
    return done.stdout


class World:
    """Files of each kind: on a public page, on a page withdrawn or private, and of nobody yet."""

    def __init__(self) -> None:
        make_list(NewsIndexPage, "Actualités", "actualites")
        self.public = [*self.library(make_news), self.sound()]
        withdrawn, private = self.library(make_news, live=False), self.library(make_news, restricted=True)
        self.closed = [*withdrawn, *private, *self.library(), self.sound(live=False)]

    def library(self, make_page: Callable | None = None, *, live: bool = True, restricted: bool = False) -> list[str]:
        image = make_image()
        document = PortalDocument.objects.create(title="Charte", file=ContentFile(CONTENT, name="charte.pdf"))
        if make_page:
            body = [("documents", [{"document": document, "title": ""}])]
            page = make_page(image=image, image_alt="Atelier", body=body)
            if not live:
                page.unpublish()
            if restricted:
                make_private(page)
        return [image.get_rendition("width-100").url, document.url]

    def sound(self, *, live: bool = True) -> str:
        """Written by the account of the portal itself."""
        with acting_as(PORTAL):
            name = PortalMedia._meta.get_field("file").storage.save("audio/son.mp3", ContentFile(CONTENT))
        media = PortalMedia(title="Son", file=name, duration=20, mime_type="audio/mpeg", version="abcdef123456")
        media.type, media.file_size = "audio", SIZE
        media.save()
        make_episode(audio=media, live=live)
        return media.public_url


@pytest.mark.usefixtures("references_noted")
def test_two_accounts_serve_what_is_public_and_a_third_reads_nothing(installed, client):
    world, root = World(), installed / "private"
    for path in root.rglob("*"):  # images and documents were written by root
        shutil.chown(path, PORTAL)
    for address in (*world.public, *world.closed, "/media/rien"):
        client.get(address)  # what another account could no longer import is read before
    files = [path for path in root.rglob("*") if path.is_file()]
    with (
        portal_of(PORTAL, installed) as upstream,
        running_nginx(installed, documented_locations(upstream, root), WEB_SERVER) as port,
    ):
        wait_until_open(upstream, None)
        for address in world.public:
            response, content = ask(port, path=address)
            assert response.status == 200 and content, (address, (installed / "errors").read_text())
        assert content == CONTENT, "the sound plays"
        assert ask(port, path=address, Range="bytes=0-99")[1] == CONTENT[:100]
        second = [
            f"/{folder}/{path.relative_to(root).as_posix()}"
            for path in files
            for folder in ("fichiers-prives", "media")
        ]
        second += [
            f"/media/{path.relative_to(root / 'mediatheque').as_posix()}" for path in files if "original" in str(path)
        ]
        second += [
            f"/media/{path.relative_to(root / 'mediatheque').as_posix()}" for path in files if path.suffix == ".pdf"
        ]
        for address in (*world.closed, *second):
            assert ask(port, path=address)[0].status == 404, address
    assert {(path.stat().st_mode & 0o777, path.group()) for path in files} == {(0o640, WEB_SERVER)}
    assert {path.stat().st_mode & 0o777 for path in root.rglob("*") if path.is_dir()} == {0o750}
    for path in files:
        assert reads(WEB_SERVER, "cat", path) and not reads(SOMEBODY, "cat", path), path
    assert not reads(SOMEBODY, "ls", root)
