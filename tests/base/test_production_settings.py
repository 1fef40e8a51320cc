"""The settings of production, loaded as a portal loads them: what matters there is what no other test sees."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from portal.site_setup.roles import ROLES
from tests.base.test_error_pages import PRODUCTION, manage

KEPT = Path(__file__).with_name("production_settings.txt")

PROGRAM = """
import json, logging, sys
from pathlib import Path
import django
django.setup()
from allauth.account.adapter import get_adapter
from allauth.core.internal.ratelimit import get_ip
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client, RequestFactory
import portal.wsgi
from network.territories.places import place_index

def visitor(**headers):
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR="10.0.0.1")
    return get_adapter().get_client_ip(request)

def answer(**headers):
    response = Client(headers={"host": "portail.example"} | headers).get("/robots.txt")
    return {"status": response.status_code} | {name.lower(): value for name, value in response.headers.items()}

def modes():
    # Of what a storage keeps and of what the portal writes beside (database, index), with their folders.
    kept = [storages[name] for name in ("default", "private")]
    files = [Path(each.path(each.save("a/b/c.txt", ContentFile(b"x")))) for each in kept]
    beside = settings.VAR_DIR / "d/e.txt"
    beside.parent.mkdir(), beside.write_text("x")
    return sorted({oct(path.stat().st_mode & 0o7777) for file in [*files, beside] for path in (file, file.parent)})

print(json.dumps({
    "modes": modes(),
    "settings": {name: getattr(settings, name) for name in sys.argv[1].split(",")},
    "visitor": visitor(x_forwarded_for="192.0.2.66, 203.0.113.9"),
    "straight": visitor(),
    "plain": answer(), "secure": answer(x_forwarded_proto="https"),
    "places": place_index.cache_info().currsize,
    "handlers": {name: [type(each).__name__ for each in logging.getLogger(name).handlers]
                 for name in ("", "django", "django.request", "gunicorn.error", "portal", "django_tasks")},
}))
"""
NAMES = ["MFA_REQUIRED_GROUPS", "AUTH_PASSWORD_VALIDATORS"]


@pytest.fixture(scope="module")
def production(tmp_path_factory):
    environment = PRODUCTION | {"VAR_DIR": str(tmp_path_factory.mktemp("var"))}
    command = [sys.executable, "-c", PROGRAM, ",".join(NAMES)]
    where = {"env": environment, "cwd": django_settings.BASE_DIR}
    done = subprocess.run(command, **where, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_each_is_what_was_reread(tmp_path):
    """After a change: put the new list in the place of the kept one, and read what ``git diff`` says."""
    done = manage("diffsettings", **PRODUCTION, VAR_DIR=str(tmp_path / "var"), ADMINS="equipe@clsm.example")
    assert done.returncode == 0, done.stderr
    text = done.stdout.replace(str(tmp_path), "…").replace(str(django_settings.BASE_DIR), "…")
    text = re.sub(r" at 0x[0-9a-f]+", "", text)
    (tmp_path / KEPT.name).write_text(text, encoding="utf-8")
    assert text == KEPT.read_text(encoding="utf-8"), f"cp {tmp_path / KEPT.name} {KEPT}"


def test_every_group_that_needs_a_second_factor_exists(production):
    assert set(production["settings"]["MFA_REQUIRED_GROUPS"]) <= {role.name for role in ROLES}
    assert len(production["settings"]["AUTH_PASSWORD_VALIDATORS"]) == 4


def test_the_impact_assessment_names_the_groups_that_need_it(production):
    groups = " et ".join(production["settings"]["MFA_REQUIRED_GROUPS"])
    assert f"second facteur pour {groups}" in (django_settings.BASE_DIR / "docs" / "aipd.md").read_text()


def test_a_process_of_the_server_has_read_the_places_before_its_first_request(production):
    assert production["places"] == 1


def test_the_address_of_the_visitor_is_read_behind_the_proxy(production):
    """The last one is what the proxy saw; those before it are what the visitor claims."""
    assert production["visitor"] == "203.0.113.9"
    assert production["straight"] == "10.0.0.1"


def test_everything_goes_by_https(production):
    assert production["plain"]["status"] == 301
    assert production["plain"]["location"] == "https://portail.example/robots.txt"
    answer = production["secure"]
    assert answer["status"] == 200
    assert answer["strict-transport-security"] == "max-age=31536000; includeSubDomains; preload"
    assert answer["x-content-type-options"] == "nosniff" and answer["referrer-policy"] == "same-origin"
    policy = dict(part.strip().partition(" ")[::2] for part in answer["content-security-policy"].split(";"))
    assert (policy["default-src"], policy["script-src"], policy["style-src"]) == ("'none'", "'self'", "'self'")
    assert policy["frame-ancestors"] and policy["base-uri"] == "'none'"


def test_everything_is_logged_by_ours_and_by_nothing_else(production):
    ours = ["StreamHandler", "AdministratorsHandler"]
    assert production["handlers"] == {
        "": ours, "django": [], "django.request": [], "gunicorn.error": [], "portal": [], "django_tasks": [],
    }  # fmt: skip


def test_nothing_written_is_for_the_other_accounts_of_the_machine(production):
    """Files 0640, folders 0750: the web server reads through the group."""
    assert production["modes"] == ["0o640", "0o750"]
