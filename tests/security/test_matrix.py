"""Every address of the URLconf × method × person, against ``portal.site_setup.rights``.

A sample in the normal suite, and everything private for who is gone; all of it with ``make test-matrix``. A new address
fails until the table has it. An open cell is shown to who may, with something of theirs where the table says so; a
closed one is refused by its reason, writes nothing and tells nothing. Acts on pages are tried in ``test_permissions``.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from portal.site_setup import rights
from portal.site_setup.roles import ADMINISTRATION, COACHING, COORDINATION, EDITING, MODERATION
from tests.refusals import NO_RIGHT, told
from tests.security.addresses import UNNAMED, Address, every_address
from tests.security.asking import ask, matrix_world, sampled
from tests.security.departure_world import (
    CENTRE,
    ELSEWHERE,
    EX,
    EXPIRED,
    IN_POST,
    OWNER,
    REVOKED,
    SECRET,
    TWICE,
    names_of_the_rooms,
)
from tests.security.matrix_world import ACCOUNT, EDITOR, MODERATOR, VISITOR, MatrixWorld

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
#: Whatever a form may send.
FORGED = {
    "revision": 0, "present": ["title"], "title": "Forgé", "known": "{}", "decision": "accord", "has_read": "on",
    "items": ["personne-formee"], "kind": "accord", "reason": "Forgé.", "motif": "Forgé.", "etat": "recensee",
    "confirme": "oui", "withdrawn_on": "2026-04-01", "is_sure": "on", "delete_on": "2026-12-31",
    "last_day": "2030-01-01", "address": "forge@val.example", "account_email": "forge@val.example",
    "start": "2026-01-01", "send_to": "demande", "action-cancel-workflow": "true", "action-publish": "true",
}  # fmt: skip
#: What a GET answers instead of a screen, even to the people in charge.
NO_SCREEN: dict[int, tuple[str, ...]] = {
    302: ("route admin/login/", "route django-admin/login/", "route _util/login/", "wagtailadmin_login",
          "wagtailcore_login", "mfa_authenticate"),
    # An account without a role; a login of today
    403: ("wagtailadmin_sprite", "wagtailadmin_javascript_catalog", "account_reauthenticate", "mfa_reauthenticate"),
    # Closed on purpose, or not asked as a script or a reader asks
    404: ("route admin/failwhale/", "route admin/^.*/$", "wagtailadmin_error_test", "wagtailadmin_password_reset*",
          "wagtailadmin_api:*", "wagtailadmin_block_preview", "wagtailimages:url_generator*", "style_guide", "oembed",
          "wagtailsettings:preview_on_edit", "stored_address", "wagtaildocs_serve", "guide", "guide_picture",
          # Nothing of that kind in this world, or nothing public
          "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_download_recovery_codes", "voice_file", "invitation",
          "retired_page", "wagtaildocs_authenticate_with_password", "episode_*", "choose_reuse_clsm"),
    410: ("proofreading_by_link",),
    503: ("search_rss", "search_atom", "search_export"),  # no index in this world
}  # fmt: skip
#: What leads to a screen that is itself in the table.
LEADS_TO = {
    "wagtailadmin_pages:revisions_index": "/history/",
    "wagtailsearchpromotions:search_terms*": "/admin/recherche/termes/",
    "route admin/searchpicks/reports/search-terms/*": "/admin/recherche/termes/",
    "case_files:*": "/admin/capitalisation/dossiers/",
    "account_email": "/compte/",
}
#: In the rooms of what is private, and nobody’s in particular: public, a choice among one’s own, kept by a token.
NOT_PRIVATE = {
    "census_card", "choose_reuse_clsm", "claim", "claim_received", "contact", "contact_received", "invitation",
    "message_copy", "message_received", "proofreading_by_link", "sheet_versions", "space",
    "write_to_clsm",
}  # fmt: skip
CASE_FORMS = {f"case_files:{name}" for name in ("details", "owner", "framing", "move")}
#: Told to the person in charge; without this the refusals could be those of a mistyped address.
TOLD = {
    OWNER: ("case_files:edit", "interview", "interview_answers", "wagtailadmin_pages:edit"),
    IN_POST: ("proofreading", "census_step"),
    CENTRE: ("case_files:edit", "interview_answers"),
}


@pytest.fixture(scope="module")
def shared_world(django_db_setup, django_db_blocker) -> Iterator[MatrixWorld]:
    with django_db_blocker.unblock(), matrix_world() as world:
        yield world


@pytest.fixture
def world(shared_world, db) -> MatrixWorld:
    return shared_world


def opens(address: Address, person: str) -> bool | None:
    """What the table says of one address for one person; None for the acts on a page (``test_permissions``)."""
    row, role = rights.row_of(address.name), ROLES[person]
    if rights.is_refused(row, role):
        return False
    if is_of_others(address.name, person) and address.parameters:
        return False
    return None if row in rights.PAGE_SCREENS else True


def faults(world: MatrixWorld, address: Address, person: str, method: str) -> list[str]:
    """What the answer of one address to one person says against the table."""
    path = address.path(world.values(address, person))
    response, written = ask(world.clients[person], method, path, FORGED if method == "post" else None)
    found = ["500"] if response.status_code == 500 else []
    is_open = opens(address, person)
    if is_open is False:
        found += [f"writes {written}"] if written else []
    if is_open is False and not (reads_its_case_file(address, person) and response.status_code == 200):
        found += [] if method == "options" else not_refused(response, address.name, person)
        found += ["tells"] if SECRET.encode() in response.text_read else []
    elif is_open:
        found += not_shown(response, address.name)
        found += ["tells"] if is_of_others(address.name, person) and SECRET.encode() in response.text_read else []
    return [f"{method} {address.name} as {person}: {each}" for each in found]


def is_of_others(address: str, person: str) -> bool:
    """A list of what is one’s own, asked for by somebody who has nothing there."""
    return rights.is_own_only(rights.row_of(address), ROLES[person]) and person not in (OWNER, IN_POST)


def reads_its_case_file(address: Address, person: str) -> bool:
    """A form on the screen of a case file that this person reads: the screen is shown again, and says why."""
    screen = "case_files:edit"
    return (
        address.name in CASE_FORMS
        and not rights.is_refused(rights.row_of(screen), ROLES[person])
        and not is_of_others(screen, person)
    )


def not_refused(response: HttpResponse, address: str, person: str) -> list[str]:
    """A refusal is the login page for a visitor; for the others a page that says so, or a message where they land."""
    if response.status_code in (400, 401, 403, 404, 405, 410):
        return []
    if response.status_code != 302:
        return [f"shown ({response.status_code})"]
    if is_login(response) or any(
        fnmatchcase(address, name) and place in response.url for name, place in LEADS_TO.items()
    ):
        return []
    return [] if person != VISITOR and told(response) else [f"led to {response.url} without a word"]


def not_shown(response: HttpResponse, address: str) -> list[str]:
    """405: what only a POST asks for; its effects are tried with its screen."""
    status = response.status_code
    if status in (200, 405) or any(fnmatchcase(address, name) for name in NO_SCREEN.get(status, ())):
        return []
    if status in (301, 302) and not is_login(response) and NO_RIGHT not in told(response):
        return []
    return [f"not shown ({status} {response.get('Location', '')})"]


def is_login(response: HttpResponse) -> bool:
    return urlsplit(response.url).path in (reverse("account_login"), reverse("wagtailadmin_login"))


def cases() -> list[tuple[Address, str, str]]:
    """Each cell by GET; one that is closed by every other method too."""
    every = [(address, person, method) for address in every_address() for person in ROLES for method in METHODS]
    return [case for case in every if case[2] == "get" or opens(*case[:2]) is False]


def test_every_address_stands_in_the_table():
    rows = {address.name: rights.row_of(address.name) for address in every_address()}
    used = set(rows.values())
    assert [
        row.what for row in (*rights.OTHERS, *rights.PAGE_SCREENS, *rights.OPEN) if row not in used and row.addresses
    ] == []


def test_a_sample(world):
    assert [fault for case in sampled(cases(), 250) for fault in faults(world, *case)] == []


@pytest.mark.parametrize("person", [EX, TWICE, ELSEWHERE])
def test_what_is_private_is_closed_to_who_is_gone_or_elsewhere(world, person):
    """Until yesterday, before a case file was handed over, for another CLSM: by GET and by a forged POST."""
    rooms = [address for address in every_address() if address.name in names_of_the_rooms()]
    asked = [address for address in rooms if opens(address, person) is False]
    assert {address.name for address in rooms if opens(address, EX)} == NOT_PRIVATE
    assert [
        one for address in asked for method in ("get", "post") for one in faults(world, address, person, method)
    ] == []


@pytest.mark.parametrize("person", [OWNER, IN_POST, EDITOR, MODERATOR, CENTRE])
def test_lists_and_reports_open_to_their_roles(world, person):
    lists = [
        one for one in every_address() if not one.parameters and (one.name.endswith(":index") or ":" not in one.name)
    ]
    asked = [one for one in lists if rights.NO in rights.row_of(one.name).cells and not one.name.startswith(UNNAMED)]
    assert len(asked) > 40
    assert [fault for address in asked for fault in faults(world, address, person, "get")] == []


def test_what_is_private_is_told_to_those_in_charge(world):
    by_name = {address.name: address for address in every_address()}
    for person, names in TOLD.items():
        for name in names:
            response, _ = ask(world.clients[person], "get", by_name[name].path(world.values(by_name[name], person)))
            assert response.status_code == 200 and SECRET.encode() in response.text_read, (name, person)


@pytest.mark.parametrize("link", [REVOKED, EXPIRED])
def test_a_link_revoked_or_expired_opens_nothing(world, link):
    for method in ("get", "post"):
        address = reverse("proofreading_by_link", args=[world.token(link)])
        response, written = ask(Client(), method, address, FORGED | {"role": "Élue"})
        assert response.status_code == 410 and not written and SECRET.encode() not in response.text_read


@pytest.mark.slow
@pytest.mark.parametrize("person", ROLES)
def test_everything(world, person):
    assert [fault for case in cases() if case[1] == person for fault in faults(world, *case)] == []
