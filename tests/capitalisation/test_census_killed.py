"""The portal is killed while somebody fills the census: what it acknowledged is there when it comes back."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection

from caps_sheets.capitalisation.models import CensusAnswer
from tests.capitalisation.census_world import make_draft, step_url, typed, url
from tests.factories.network import make_clsm, make_coordinator

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        connection.vendor != "sqlite", reason="the portal of this test works on a copy of an SQLite file"
    ),
]
TOKEN = "a" * 32


class Portal:
    """A portal in a process of its own, on its own copy of the database; started again on the same port."""

    def __init__(self, database: Path, session: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.database = database
        self.cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={TOKEN}"
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        command = ["manage.py", "runserver", "--noreload", "--skip-checks", f"127.0.0.1:{self.port}"]
        own = {
            "DJANGO_SETTINGS_MODULE": "portal.settings.test",
            "DATABASE_URL": f"sqlite:///{self.database}",
            "PYTHONUNBUFFERED": "1",
        }
        self.process = subprocess.Popen(
            [sys.executable, *command],
            cwd=settings.BASE_DIR,
            env=os.environ | own,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert any("Starting development server" in line for line in self.process.stdout), "The portal did not start."

    def kill(self) -> None:
        """As a power cut does: nothing is finished, nothing is closed."""
        if self.process is not None:
            os.kill(self.process.pid, signal.SIGKILL)
            self.process.wait(timeout=60)
            self.process.stdout.close()
            self.process = None

    def send(self, path: str, data: dict[str, Any]) -> HTTPConnection:
        """Post without waiting for the answer."""
        link = HTTPConnection("127.0.0.1", self.port, timeout=60)
        body = urlencode(data, doseq=True)
        headers = {
            "Cookie": self.cookies,
            "X-CSRFToken": TOKEN,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        link.request("POST", path, body, headers)
        return link

    def post(self, path: str, data: dict[str, Any]) -> dict[str, Any]:
        """What the portal acknowledges."""
        with closing(self.send(path, data)) as link:
            response = link.getresponse()
            return json.loads(read(response, 200))

    def get(self, path: str) -> str:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=60)) as link:
            link.request("GET", path, headers={"Cookie": self.cookies})
            return read(link.getresponse(), 200)


def read(response: HTTPResponse, status: int) -> str:
    body = response.read().decode()
    assert response.status == status, body[:500]
    return body


@pytest.fixture
def answer(client) -> CensusAnswer:
    """A draft of the coordinator who is signed in."""
    clsm = make_clsm()
    client.force_login(make_coordinator(clsm))
    return make_draft(clsm, title="", description="", carrier_name="", partners="")


@pytest.fixture
def portal(answer, client, tmp_path) -> Iterator[Portal]:
    database = tmp_path / "portal.sqlite3"
    # The rows of this test are in a transaction that never ends: its own connection alone can copy them.
    database.write_bytes(connection.connection.serialize())
    portal = Portal(database, client.cookies[settings.SESSION_COOKIE_NAME].value)
    portal.start()
    yield portal
    portal.kill()


def test_everything_acknowledged_survives_and_the_rest_is_sent_again(portal, answer):
    autosave = url("autosave", answer)
    seen = answer.revision
    acknowledged = {
        "title": "Café des aidants",
        "description": "Un samedi par mois, des aidants se retrouvent.",
        "carrier_name": "Commune de Valbrume",
    }
    for name, value in acknowledged.items():
        seen = portal.post(autosave, typed(answer, seen, **{name: value}))["revision"]
    next_one = {"partners": "Un GEM et une médiathèque. " * 200}
    portal.send(autosave, typed(answer, seen, **next_one)).close()
    portal.kill()

    portal.start()
    steps = portal.get(step_url(answer)) + portal.get(step_url(answer, "acteurs"))
    assert [value for value in acknowledged.values() if value not in steps] == []
    # Half a save is never found: the field holds what was sent, or nothing; sent again, it is written once.
    again = portal.post(autosave, typed(answer, seen, **next_one))
    assert (again["conflicts"], again["errors"], again["revision"]) == ([], {}, seen + 1)
    steps = portal.get(step_url(answer)) + portal.get(step_url(answer, "acteurs"))
    assert next_one["partners"].strip() in steps and acknowledged["title"] in steps
