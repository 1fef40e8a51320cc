"""Hostile ids, texts and forms at every address of the URLconf: no error 500, on SQLite and on PostgreSQL.

A sample in the normal suite, all of it with ``make test-matrix``.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.urls import reverse

from tests.concurrency.databases import EMPTY, USED, throw_away_postgresql
from tests.refusals import NO_RIGHT, assert_refused
from tests.security.addresses import Address, every_address
from tests.security.asking import ask, matrix_world, sampled
from tests.security.matrix_world import ROOT, MatrixWorld

pytestmark = pytest.mark.django_db

PARTS = 10
IDS = ("0", "-1", "2147483648", "9223372036854775808", "9" * 60, "%00", "é", "..", "a" * 3000)
FORMS = {
    "empty": {},
    "rows announced": dict.fromkeys(("body-count", "items-TOTAL_FORMS", "form-TOTAL_FORMS"), "100000"),
    "rich text": dict.fromkeys(("body", "summary", "description", "notes", "introduction"), "[" * 5000),
    "numbers": dict.fromkeys(("id", "pk", "page", "collection", "parent_page", "year", "theme", "user"), "9" * 40),
    "dates": dict.fromkeys(("date", "start", "end", "go_live_at", "signed_on", "last_day"), "99/99/9999"),
    "long": dict.fromkeys(("title", "name", "message", "reason", "email", "q"), "é" * 70000),
    "nested": dict.fromkeys(("body", "summary", "notes"), '{"blocks": [{"entityRanges": 3}], "entityMap": []}'),
    "no character": dict.fromkeys(
        ("title", "name", "message", "reason", "email", "q", "slug", "notes"), "a\x00b\ufffe"
    ),
}
QUERIES = (
    "p=99999999999999999999&page=99999999999999999999&ordering=%00&id=99999999999999999999&id=x",
    "q=%00%FF&page=-1&p=zero&ordering=__class__&page_type=x.y&collection_id=99999999999999999999",
    "parent_page_id=abc&target_pages[]=abc&site=abc&tag=%00&usage_count=abc&create_model=abc&next_item=abc",
    "start=99/99/9999&created_at_from=x&user=99999999999999999999&locale=xx&multiple=1&export=exe&next=//ailleurs",
)
Case = tuple[Address, str, str, str]


@pytest.fixture(scope="module")
def shared_world(django_db_setup, django_db_blocker) -> Iterator[MatrixWorld]:
    with django_db_blocker.unblock(), matrix_world() as world:
        yield world


@pytest.fixture
def world(shared_world, db) -> MatrixWorld:
    return shared_world


def cases() -> list[Case]:
    """Address, parameter or « », value, method."""
    ids = [(a, name, value, "get") for a in every_address() for name in a.parameters for value in IDS]
    forms = [(a, "", name, "post") for a in every_address() for name in FORMS]
    return ids + forms + [(a, "", query, "get") for a in every_address() for query in QUERIES]


def faults(world: MatrixWorld, address: Address, name: str, value: str, method: str) -> list[str]:
    """As a superuser, whom nothing else stops."""
    values = world.values(address)
    path = address.hostile_path(values, name, value) if name else address.path(values)
    if path is None:
        return []
    data = FORMS[value] if method == "post" else None
    response, _ = ask(world.clients[ROOT], method, path if name or data is not None else f"{path}?{value}", data)
    return [f"{method} {address.name} {name}={value[:30]}: 500"] if response.status_code == 500 else []


def test_a_sample(world):
    assert [fault for case in sampled(cases(), 80) for fault in faults(world, *case)] == []


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_everything(world, part):
    assert [fault for case in cases()[part::PARTS] for fault in faults(world, *case)] == []


@pytest.mark.slow
def test_everything_on_postgresql():
    """In a process of its own: what a database can look for is decided when Django starts."""
    with throw_away_postgresql() as database:
        database.copy(EMPTY, f"test_{USED}")
        command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "--reuse-db", "-m", "slow or not slow"]
        command += ["-k", "not postgresql", __file__]
        done = subprocess.run(
            command,
            cwd=settings.BASE_DIR,
            env=os.environ | {"DATABASE_URL": database.url(USED)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", ["page_external_link", "page_email_link", "page_phone_link", "page_anchor_link"])
@pytest.mark.parametrize(
    "typed",
    [
        {"link_text": "Lien"},
        {"url": "\x00", "link_text": "\x00"},
        {"url": "http://[", "email_address": "@", "phone_number": "tel", "anchor_id": "#"},
        {"url": "https://exemple.example/" + "a" * 70000, "parent_page_id": "9" * 40, "page_type": "x.y"},
    ],
)
def test_a_link_chooser(world, name, typed):
    """The external ones too, which failed on an address without its end."""
    address = reverse(f"wagtailadmin_choose_{name}")
    for method, data in (
        ("get", typed),
        (
            "post",
            {f"{name.removeprefix('page_').replace('_', '-')}-chooser-{key}": value for key, value in typed.items()},
        ),
    ):
        response, written = ask(world.clients[ROOT], method, address, data)
        assert response.status_code in (200, 400) and not written, (method, response.status_code)


@pytest.mark.parametrize("value", ["abc", "-1", "1e5"])
@pytest.mark.parametrize(
    ("name", "parameter"),
    [
        ("wagtailadmin_choose_page_external_link", "parent_page_id"),
        ("wagtailadmin_choose_page_email_link", "parent_page_id"),
        ("wagtailadmin_choose_page_phone_link", "parent_page_id"),
        ("wagtailadmin_choose_page_anchor_link", "parent_page_id"),
        ("wagtailadmin_choose_page", "target_pages[]"),
        ("wagtailadmin_choose_page_chosen_multiple", "id"),
        ("wagtailsnippetchoosers_network_organisation:chosen_multiple", "id"),
    ],
)
def test_an_id_of_a_query_that_is_none(world, name, parameter, value):
    """Wagtail puts it into an address, or reads it as a number."""
    response, _ = ask(world.clients[ROOT], "get", f"{reverse(name)}?{urlencode({parameter: value})}")
    is_number = value == "-1" and parameter != "parent_page_id"
    assert response.status_code in ((200, 400) if is_number or name.endswith("page_chosen_multiple") else (400,))


@pytest.mark.parametrize("view", ["choose", "choose_results", "chosen_multiple"])
@pytest.mark.parametrize(
    "typed",
    [
        {"q": "\x00", "p": "9" * 40, "id": "9" * 40},
        {"q": "(" * 5000, "p": "-1", "id": "x", "multiple": "1"},
        {"name": "é" * 70000, "organisation-name": "a\x00b", "website": "http://["},
    ],
)
def test_the_chooser_of_organisations(world, view, typed):
    address = reverse(f"wagtailsnippetchoosers_network_organisation:{view}")
    for method in ("get", "post"):
        response, written = ask(world.clients[ROOT], method, address, typed)
        assert response.status_code in (200, 400, 404, 405) and not written, (method, response.status_code)


@pytest.mark.parametrize("chooser", ["commune_chooser", "epci_chooser"])
def test_nothing_is_added_from_a_chooser_without_a_form(world, chooser):
    for method in ("get", "post"):
        assert_refused(ask(world.clients[ROOT], method, reverse(f"{chooser}:create"), {"name": "Essai"})[0], NO_RIGHT)


def test_what_is_still_used_is_not_deleted_and_it_is_said(world):
    path = reverse("wagtailsnippets_network_organisation:delete", args=[world.clsm.carrier_id])
    assert_refused(ask(world.clients[ROOT], "post", path)[0], "d’autres contenus s’en servent encore", to=path)


@pytest.mark.parametrize("value", IDS)
def test_the_organisation_of_a_hostile_number(world, value):
    address = reverse("wagtailsnippetchoosers_network_organisation:chosen", args=[1]).replace("/1/", f"/{value}/")
    assert ask(world.clients[ROOT], "get", address)[0].status_code in (200, 400, 404)
