"""The permission matrix: role × action × page, with real requests; ``site_setup.rights.PAGES`` says it in words."""

from collections.abc import Iterator

import pytest
from django.db import transaction

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
