"""One request to one address, undone after: what was answered, and what was written."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy

from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from tests.security.matrix_world import VISITOR, MatrixWorld

#: What the portal writes for itself whatever is asked: sessions, who is on which screen, forms already received.
OWN_TABLES = ("django_session", "wagtailadmin_editingsession", "portal_base_sent", "portal_search_", "django_task")


@contextmanager
def matrix_world() -> Iterator[MatrixWorld]:
    """Made once for a module, with somebody signed in as each of its people; nothing of it is kept."""
    with transaction.atomic():
        world = MatrixWorld()
        world.clients = {name: Client(raise_request_exception=False) for name in [VISITOR, *world.people]}
        for name, person in world.people.items():
            world.clients[name].force_login(person)
        yield world
        transaction.set_rollback(True)


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
    """The answer, and what was written; everything is undone after, a sign-out included."""
    point, cookies = transaction.savepoint(), deepcopy(client.cookies)
    with writes() as written:
        response = getattr(client, method)(path, data) if data else getattr(client, method)(path)
        response.text_read = b"".join(response) if response.streaming else response.content
    transaction.savepoint_rollback(point)
    client.cookies = cookies
    return response, written


def sampled(cases: list, one_in: int) -> list:
    """The same cases each time, spread over all of them."""
    return [case for case in cases if zlib.crc32(repr(case).encode()) % one_in == 0]
