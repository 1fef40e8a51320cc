"""What the back office offers a person is not refused for want of a right: its lists, menus and panels are followed.

A few lists in the normal suite; every screen with ``make test-matrix``. The other half, « what a role may do to a page
is offered », is in ``test_permissions``.
"""

from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from django.urls import Resolver404, resolve

from portal.users.models import User
from tests.refusals import NO_RIGHT, told
from tests.security.addresses import UNNAMED, Address, every_address
from tests.security.asking import ask, matrix_world
from tests.security.departure_world import CENTRE, IN_POST, OWNER
from tests.security.matrix_world import EDITOR, MODERATOR, MatrixWorld
from tests.security.test_matrix import opens

pytestmark = pytest.mark.django_db

OFFICE = "/admin/"
#: The lists followed in every run: those that Wagtail, which offers more than a role may, writes itself.
LISTS = (
    "wagtailadmin_explore",
    "wagtailadmin_pages:edit",
    "wagtailsnippets_network_organisation:list",
    "wagtailusers_users:index",
    "census_campaigns:clsms",
)
FOLLOWED = (
    OFFICE,  # led nowhere
    "wagtail_bulk_action",
    *(f"wagtailadmin_pages:{name}" for name in ("edit", "delete", "unpublish", "move", "history", "usage", "lock")),
    "wagtailsnippets_network_organisation:",
    "wagtailusers_users:edit",
    "network_coordination:",
)
ATTRIBUTES = ("href", "formaction", "action", "data-url", "data-w-action-url-value")


@pytest.fixture(scope="module")
def shared_world(django_db_setup, django_db_blocker) -> Iterator[MatrixWorld]:
    with django_db_blocker.unblock(), matrix_world() as world:
        yield world


@pytest.fixture
def world(shared_world, db) -> MatrixWorld:
    return shared_world


def offers(screen: bytes) -> Iterator[tuple[str, str]]:
    """Method and address of each link, button and form of a screen; a bulk action is asked for all that is listed."""
    page = BeautifulSoup(screen, "lxml")
    listed = [str(box["data-object-id"]) for box in page.select("[data-object-id]")]
    for element in page.select(",".join(f"[{name}]" for name in ATTRIBUTES)):
        url = str(next(element[name] for name in ATTRIBUTES if element.get(name) is not None))
        place = urlsplit(url)
        if place.netloc or not place.path.startswith(OFFICE) or "hidden" in element.attrs:
            continue
        if "/bulk/" in place.path:
            url = f"{place.path}?{urlencode({'id': listed}, doseq=True)}"
        yield method_of(element), url


def method_of(element: Tag) -> str:
    form = element if element.name == "form" else element.find_parent("form")
    is_sent = element.get("data-w-action-url-value") or element.get("formaction") or element.name == "form"
    return "post" if is_sent and str(form["method"] if form and form.get("method") else "post") == "post" else "get"


def kind_of(method: str, url: str) -> tuple:
    """Two addresses of one view for one object are one offer."""
    try:
        found = resolve(urlsplit(url).path)
    except Resolver404:
        return (method, url)
    return (method, found.view_name, *sorted(found.kwargs.items()), *found.args)


def refused(world: MatrixWorld, person: str, screens: list[Address], followed: tuple[str, ...] = ("",)) -> list[str]:
    """What these screens offer to ``person`` that is then refused: by a missing right, a dead link or an error.

    ``followed``: what the name of a view begins with.
    """
    offered: dict[tuple, tuple[str, str, str]] = {}
    for screen in screens:
        path = screen.path(world.values(screen, person))
        if not path.startswith(OFFICE):
            continue
        shown, _ = ask(world.clients[person], "get", path)
        if shown.status_code == 200 and "html" in shown.get("Content-Type", ""):
            for method, url in offers(shown.text_read):
                if kind_of(method, url)[1].startswith(followed):
                    offered.setdefault(kind_of(method, url), (method, url, screen.name))
    found = []
    for method, url, name in offered.values():
        answer, _ = ask(world.clients[person], method, url)
        if answer.status_code in (403, 404, 500) or NO_RIGHT in told(answer):
            found.append(f"{person} on {name}: {method} {url} ({answer.status_code})")
    return found


def screens_of(person: str, names: tuple[str, ...] = ()) -> list[Address]:
    every = [one for one in every_address() if not one.name.startswith(UNNAMED) and "logout" not in one.name]
    asked = [one for one in every if one.name in names or not names]
    return [one for one in asked if opens(one, person) is not False]


@pytest.mark.parametrize("person", [OWNER, IN_POST, EDITOR, MODERATOR, CENTRE])
def test_lists_offer_nothing_that_is_refused(world, person):
    User.objects.create_superuser("technique@clsm.example")  # out of the reach of Administration
    lists = ("wagtailusers_users:index",) if person == CENTRE else LISTS  # on a page it may do everything
    assert refused(world, person, screens_of(person, lists), FOLLOWED) == []


@pytest.mark.slow
@pytest.mark.parametrize("person", [OWNER, IN_POST, EDITOR, MODERATOR, CENTRE])
def test_no_screen_offers_what_is_refused(world, person):
    assert refused(world, person, screens_of(person)) == []
