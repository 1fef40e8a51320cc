"""The permission matrix: role × action × page, with real requests; ``site_setup.rights.PAGES`` says it in words."""

from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup, Tag
from django.db import transaction
from django.urls import reverse
from wagtail.models import Page

from caps_sheets.models import CapsSheetPage
from network.models import ClsmPage
from portal.site_setup import rights
from portal.site_setup.roles import ADMINISTRATION, COACHING, COORDINATION, EDITING, MODERATION
from tests.security import admin_actions as act
from tests.security.world import World, make_world

pytestmark = pytest.mark.django_db

SHEETS = ("own sheet", "other sheet")
TEAM_TARGETS = (*SHEETS, "other profile")
ADMIN = {(ADMINISTRATION, target) for target in TEAM_TARGETS}
MODERATORS = {(MODERATION, target) for target in TEAM_TARGETS}
EDITORS = {(EDITING, target) for target in TEAM_TARGETS}
OWN_SHEET = {(COACHING, "own sheet")}
OWN_PROFILE = {(COORDINATION, "own profile")}
EVERY_PAIR = (
    ADMIN
    | MODERATORS
    | EDITORS
    | {(COACHING, target) for target in TEAM_TARGETS}
    | {(COORDINATION, target) for target in ("own profile", "other profile", "other sheet")}
)
AUTHORS = ADMIN | MODERATORS | EDITORS | OWN_SHEET | OWN_PROFILE

#: On a public page with a newer draft: who may.
ALLOWED: dict[act.Action, set[tuple[str, str]]] = {
    act.open_form: AUTHORS,
    act.save_draft: AUTHORS,
    act.submit: AUTHORS,
    act.preview: AUTHORS,
    act.read_draft: AUTHORS,
    act.read_history: AUTHORS,
    act.read_workflow_history: AUTHORS,
    act.read_revision: AUTHORS,
    act.read_usage: AUTHORS,
    act.compare: AUTHORS,
    act.open_old_revision: AUTHORS,
    act.revert: AUTHORS,
    act.copy: ADMIN | EDITORS | OWN_SHEET,
    act.publish_by_form: ADMIN,
    act.publish_in_bulk: ADMIN,
    act.unpublish: ADMIN,
    act.unpublish_in_bulk: ADMIN,
    act.delete: ADMIN,
    act.delete_in_bulk: ADMIN,
    act.delete_by_api: ADMIN,
    act.move: ADMIN,
    act.move_in_bulk: ADMIN,
    act.move_by_api: ADMIN,
    act.reorder: ADMIN,
    act.make_private: ADMIN,
    act.lock: ADMIN | MODERATORS,
    act.unlock: ADMIN | MODERATORS,
    act.approve: {(MODERATION, "other sheet"), (MODERATION, "other profile"), (EDITING, "other sheet")},
    act.rewrite_and_approve: set(),
    act.send_back: MODERATORS | {(EDITING, "own sheet"), (EDITING, "other sheet")},
}

#: On a page that was never public: only its author, or Administration, deletes it.
DRAFT_ALLOWED: dict[act.Action, set[tuple[str, str]]] = {
    act.delete: ADMIN | {(role, "own sheet") for role in (MODERATION, EDITING, COACHING)},
    act.delete_in_bulk: ADMIN | {(role, "own sheet") for role in (MODERATION, EDITING, COACHING)},
    act.delete_by_api: ADMIN | {(role, "own sheet") for role in (MODERATION, EDITING, COACHING)},
    act.publish_in_bulk: ADMIN,
    act.move: ADMIN,
    act.move_in_bulk: ADMIN,
    act.move_by_api: ADMIN,
    act.reorder: ADMIN,
}


def cases(table: dict) -> list:
    """Every cell; in every run one target for each answer that a role gets, and the others in ``make test-slow``."""
    found = []
    for action, allowed in table.items():
        seen = set()
        for role, target in sorted(EVERY_PAIR):
            answer = (role, target) in allowed
            marks = [pytest.mark.slow] if (role, answer) in seen else []
            seen.add((role, answer))
            found.append(
                pytest.param(action, role, target, answer, id=f"{action.__name__}-{role}-{target}", marks=marks)
            )
    return found


@pytest.fixture(scope="module")
def shared_world(django_db_setup, django_db_blocker) -> Iterator[World]:
    """The pages are costly to make: one transaction holds them for the whole module."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world(sorted(EVERY_PAIR))
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def complete_pages(monkeypatch) -> None:
    """Rights are the subject here: a forged form is not refused for what it lacks."""
    for page_type in (CapsSheetPage, ClsmPage):
        monkeypatch.setattr(page_type, "publication_errors", lambda self: {})
        monkeypatch.setattr(page_type, "clearance_errors", lambda self, revision: [])


@pytest.fixture
def world(shared_world, db) -> World:
    return shared_world


@pytest.mark.parametrize(("action", "role", "target", "is_allowed"), cases(ALLOWED))
def test_on_a_public_page(client, world, action, role, target, is_allowed):
    page = world.page(role, target)
    client.force_login(world.people[role])
    assert action(client, page, world) is is_allowed


@pytest.mark.parametrize(("action", "role", "target", "is_allowed"), cases(DRAFT_ALLOWED))
def test_on_a_draft(client, world, action, role, target, is_allowed):
    page = world.page(role, target, live=False)
    client.force_login(world.people[role])
    assert action(client, page, world) is is_allowed


@pytest.mark.parametrize("row", [row for row in rights.PAGES if row.acts], ids=lambda row: row.what)
def test_the_table_of_the_documentation_says_the_same(row):
    """« – » where no request works, and nowhere else."""
    for name in row.acts.split():
        is_draft = name in ("delete_draft", "delete_draft_in_bulk")
        action = getattr(act, name.replace("delete_draft", "delete"))
        allowed = {role for role, _ in (DRAFT_ALLOWED if is_draft else ALLOWED)[action]}
        shown = {role for role, cell in zip(rights.ROLE_NAMES, row.cells, strict=True) if cell != rights.NO}
        assert allowed == shown, name


#: What a page’s row, and its form, offer for an act: an address, or a button.
IN_A_ROW = {
    act.open_form: "[href$='/{page}/edit/'], [href*='/{page}/edit/?']",
    act.copy: "[href*='/{page}/copy/']",
    act.move: "[href*='/{page}/move/']",
    act.delete: "[href*='/{page}/delete/']",
    act.unpublish: "[href*='/{page}/unpublish/']",
    act.read_history: "[href*='/{page}/history/']",
}
IN_THE_FORM = {
    act.submit: "[name='action-submit']",
    act.publish_by_form: "[name='action-publish']",
    act.lock: "[data-w-action-url-value*='/{page}/lock/']",
    act.make_private: "[data-url*='/{page}/privacy/'], [data-a11y-dialog-show*='privacy']",
    act.read_usage: "[href*='/{page}/usage/']",
    act.read_history: "[href*='/{page}/history/']",
    act.unpublish: "[href*='/{page}/unpublish/']",
    act.delete: "[href*='/{page}/delete/']",
}
IN_BULK = {
    act.publish_in_bulk: "publish",
    act.unpublish_in_bulk: "unpublish",
    act.move_in_bulk: "move",
    act.delete_in_bulk: "delete",
}


def is_allowed(action: act.Action, role: str, target: str, live: bool) -> bool:
    """A draft follows its own table where there is one; nothing of it is to be unpublished."""
    if not live and action in (act.unpublish, act.unpublish_in_bulk):
        return False
    table = ALLOWED if live else ALLOWED | DRAFT_ALLOWED
    return (role, target) in table[action]


def wrong_offers(
    shown: Tag, offers: dict[act.Action, str], page: Page, role: str, target: str, live: bool
) -> list[str]:
    return [
        f"{action.__name__} of {target} ({'public' if live else 'draft'}) is {'' if found else 'not '}offered"
        for action, selector in offers.items()
        if (found := bool(shown.select(selector.format(page=page.pk)))) is not is_allowed(action, role, target, live)
    ]


def pages_of(world: World, role: str) -> dict[tuple[str, bool], Page]:
    return {(target, live): world.page(role, target, live) for one, target, live in world.pages if one == role}


@pytest.mark.parametrize("role", rights.ROLE_NAMES)
def test_a_list_of_pages_offers_what_the_role_may_do_and_nothing_else(client, world, role):
    """The tables above say which requests are answered: a row and the bulk actions offer these."""
    client.force_login(world.people[role])
    pages, wrong, seen = pages_of(world, role), [], 0
    for index in {page.get_parent().pk for page in pages.values()}:
        listing = BeautifulSoup(client.get(reverse("wagtailadmin_explore", args=[index])).content, "lxml")
        rows = {str(box["data-object-id"]): box.find_parent("tr") for box in listing.select("tr [data-object-id]")}
        here = {key: page for key, page in pages.items() if page.get_parent().pk == index}
        for (target, live), page in here.items():
            if row := rows.get(str(page.pk)):
                seen += 1
                wrong += wrong_offers(row, IN_A_ROW, page, role, target, live)
        for action, name in IN_BULK.items():
            is_offered = bool(listing.select(f"[href*='/bulk/wagtailcore/page/{name}/']"))
            if is_offered is not any(is_allowed(action, role, *key) for key in here):
                wrong.append(f"{name} in bulk is {'' if is_offered else 'not '}offered")
    assert seen and wrong == []


@pytest.mark.parametrize("role", rights.ROLE_NAMES)
@pytest.mark.parametrize("each", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_the_form_of_a_page_offers_what_the_role_may_do_and_nothing_else(client, world, role, each):
    client.force_login(world.people[role])
    found = [(key, page) for key, page in pages_of(world, role).items() if is_allowed(act.open_form, role, *key)]
    wrong = []
    for (target, live), page in found if each else found[:1]:
        form = BeautifulSoup(client.get(act.url("edit", page.pk)).content, "lxml")
        wrong += wrong_offers(form, IN_THE_FORM, page, role, target, live)
    assert wrong == []
