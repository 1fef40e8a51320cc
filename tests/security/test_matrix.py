"""Every address of the URLconf × method × person, against ``portal.home.rights``; hostile ids and values beside.

A sample in the normal suite, all of it with ``make test-matrix``. A new address fails until the table has it.
"""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from portal.home import rights
from portal.home.roles import ADMINISTRATION, COACHING, COORDINATION, EDITING, MODERATION
from tests.security.addresses import Address, every_address
from tests.security.departure_world import CENTRE, ELSEWHERE, EX, IN_POST, OWNER, SECRET, TWICE
from tests.security.matrix_world import ACCOUNT, EDITOR, MODERATOR, ROOT, VISITOR, MatrixWorld

pytestmark = pytest.mark.django_db

#: Person → column of the tables. The coordinator and the coach of elsewhere own nothing of what is asked for.
ROLES = {
    VISITOR: rights.VISITOR,
    ACCOUNT: rights.ACCOUNT,
    EX: rights.ACCOUNT,
    ELSEWHERE: COORDINATION,
    IN_POST: COORDINATION,
    TWICE: COACHING,
    OWNER: COACHING,
    EDITOR: EDITING,
    MODERATOR: MODERATION,
    CENTRE: ADMINISTRATION,
}
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
#: What the portal writes for itself whatever is asked: sessions, who is on which screen, forms already received.
OWN_TABLES = ("django_session", "wagtailadmin_editingsession", "portal_base_sent", "portal_search_", "django_task")
HOSTILE_IDS = ("0", "-1", "2147483648", "9223372036854775808", "9" * 60, "%00", "é", "..", "a" * 3000)
FORMS = {
    "empty": {},
    "rows announced": dict.fromkeys(("body-count", "items-TOTAL_FORMS", "form-TOTAL_FORMS"), "100000"),
    "rich text": dict.fromkeys(("body", "summary", "description", "notes", "introduction"), "[" * 5000),
    "numbers": dict.fromkeys(("id", "pk", "page", "collection", "parent_page", "year", "theme", "user"), "9" * 40),
    "dates": dict.fromkeys(("date", "start", "end", "go_live_at", "signed_on", "last_day"), "99/99/9999"),
    "long": dict.fromkeys(("title", "name", "message", "reason", "email", "q"), "é" * 70000),
    "nested": dict.fromkeys(("body", "summary", "notes"), '{"blocks": [{"entityRanges": 3}], "entityMap": []}'),
}
QUERIES = (
    "p=99999999999999999999&page=99999999999999999999&ordering=%00&id=99999999999999999999&id=x",
    "q=%00%FF&page=-1&p=zero&ordering=__class__&page_type=x.y&collection_id=99999999999999999999",
    "start=99/99/9999&created_at_from=x&user=99999999999999999999&locale=xx&multiple=1&export=exe&next=//ailleurs",
)


@pytest.fixture(scope="module")
def shared_world(django_db_setup, django_db_blocker) -> Iterator[MatrixWorld]:
    with django_db_blocker.unblock(), transaction.atomic():
        world = MatrixWorld()
        world.clients = {name: Client(raise_request_exception=False) for name in [VISITOR, *world.people]}
        for name, person in world.people.items():
            world.clients[name].force_login(person)
        yield world
        transaction.set_rollback(True)


@pytest.fixture
def world(shared_world, db) -> MatrixWorld:
    return shared_world


@contextmanager
def writes() -> Iterator[list[str]]:
    """The tables that something is written in."""
    found: list[str] = []

    def listen(execute, sql, params, many, context):
        words = sql.split(None, 3)
        if words and words[0] in ("INSERT", "UPDATE", "DELETE"):
            table = sql.split('"', 2)[1]
            if not table.startswith(OWN_TABLES):
                found.append(f"{words[0]} {table}")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        yield found


def ask(client: Client, method: str, path: str, data: dict | None = None) -> tuple[HttpResponse, list[str]]:
    """The answer, and what was written; everything is undone after."""
    point = transaction.savepoint()
    with writes() as written:
        response = getattr(client, method)(path, data) if data else getattr(client, method)(path)
        response.text_read = b"".join(response) if response.streaming else response.content
    transaction.savepoint_rollback(point)
    return response, written


def faults(world: MatrixWorld, address: Address, person: str, method: str) -> list[str]:
    """What the answer of one address to one person says against the table."""
    path = address.path(world.values(address))
    response, written = ask(world.clients[person], method, path, {"x": "1"} if method == "post" else None)
    found = ["500"] if response.status_code == 500 else []
    if rights.is_refused(rights.row_of(address.name), ROLES[person]):
        is_shown = response.status_code == 200 and method != "options"
        found += ["shown"] if is_shown else []
        found += [f"writes {written}"] if written else []
        found += ["tells"] if SECRET.encode() in response.text_read else []
        if person == VISITOR and method == "get" and response.status_code == 302:
            found += [] if reverse("account_login") in response.url else [f"led to {response.url}"]
    return [f"{method} {address.name} as {person}: {each}" for each in found]


def sampled(cases: list, one_in: int) -> list:
    """The same cases each time, spread over all of them."""
    return [case for case in cases if zlib.crc32(repr(case).encode()) % one_in == 0]


def cases() -> list[tuple[Address, str, str]]:
    return [(address, person, method) for address in every_address() for person in ROLES for method in METHODS]


def hostile_cases() -> list[tuple[str, str, str, str]]:
    """Name of the address, parameter or « » , value, method."""
    ids = [(a, name, value, "get") for a in every_address() for name in a.parameters for value in HOSTILE_IDS]
    forms = [(a, "", name, "post") for a in every_address() for name in FORMS]
    return ids + forms + [(a, "", query, "get") for a in every_address() for query in QUERIES]


def hostile_faults(world: MatrixWorld, address: Address, name: str, value: str, method: str) -> list[str]:
    """As a superuser, whom nothing else stops."""
    values = world.values(address)
    path = address.hostile_path(values, name, value) if name else address.path(values)
    if path is None:
        return []
    data = FORMS[value] if method == "post" else None
    response, _ = ask(world.clients[ROOT], method, path if name or data is not None else f"{path}?{value}", data)
    return [f"{method} {address.name} {name}={value[:30]}: 500"] if response.status_code == 500 else []


def test_every_address_stands_in_the_table():
    rows = {address.name: rights.row_of(address.name) for address in every_address()}
    used = set(rows.values())
    assert [
        row.what for row in (*rights.OTHERS, *rights.PAGE_SCREENS, *rights.OPEN) if row not in used and row.addresses
    ] == []


def test_a_sample_of_the_matrix(world):
    assert [fault for case in sampled(cases(), 250) for fault in faults(world, *case)] == []


def test_a_sample_of_hostile_requests(world):
    assert [fault for case in sampled(hostile_cases(), 80) for fault in hostile_faults(world, *case)] == []


@pytest.mark.slow
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("person", ROLES)
def test_the_matrix(world, person, method):
    assert [fault for address in every_address() for fault in faults(world, address, person, method)] == []


@pytest.mark.slow
@pytest.mark.parametrize("part", range(20))
def test_hostile_requests(world, part):
    assert [fault for case in hostile_cases()[part::20] for fault in hostile_faults(world, *case)] == []
