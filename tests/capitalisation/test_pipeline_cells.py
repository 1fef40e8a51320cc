"""Every cell of the table stage × situation × decision × person, through the service and through a forged POST."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from django.urls import reverse

from caps_sheets.capitalisation.case_files import transitions
from caps_sheets.capitalisation.case_files.services import move
from caps_sheets.capitalisation.case_files.transitions import DECISIONS, FOLLOWED, IN_WORKFLOW, OPENED, CaseTransition
from caps_sheets.capitalisation.models import CaseFile, CaseStatus, Stage
from portal.base.errors import RefusedError
from portal.site_setup.roles import ADMINISTRATION, COACHING, COORDINATION, EDITING, MODERATION
from portal.users.models import User
from tests.capitalisation.pipeline_worlds import make_ready
from tests.factories.capitalisation import make_member
from tests.refusals import told

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

CENTRE = (ADMINISTRATION, MODERATION)
MAY_OWN = (*CENTRE, EDITING, COACHING)
ROLES = (*MAY_OWN, COORDINATION)
#: (role, whether the file is theirs)
PERSONS = [(role, owns) for role in ROLES for owns in (True, False)]
ACTIONS = [*(entry.name for entry in (*DECISIONS, *FOLLOWED)), OPENED, "publier"]
BY_ACTION = {entry.name: entry for entry in DECISIONS}
Cell = tuple[str, str, bool]


class World:
    """One file ready to leave each stage, and one person per role: made once, each test undoes what it does."""

    def __init__(self) -> None:
        self.people = {role: make_member(role) for role in ROLES}
        self.other = make_member(COACHING)
        self.files = {stage: make_ready(stage, self.other) for stage in Stage}
        # Without a sheet, a file taken up again has no workflow to catch up with: that is tried elsewhere.
        CaseFile.objects.filter(stage__in=IN_WORKFLOW).update(sheet=None)

    @contextmanager
    def cell(self, stage: Stage, status: CaseStatus, role: str, owns: bool) -> Iterator[tuple[CaseFile, User]]:
        with transaction.atomic():
            person = self.people[role]
            files = CaseFile.objects.filter(pk=self.files[stage].pk)
            files.update(status=status, owner=person if owns else self.other)
            yield files.get(), person
            transaction.set_rollback(True)


@pytest.fixture(scope="module")
def shared_world(django_db_setup, django_db_blocker) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


@pytest.fixture
def world(shared_world, db) -> World:
    return shared_world


def expected(entry: CaseTransition | None, stage: Stage, status: CaseStatus, role: str, owns: bool) -> bool:
    """What the table says, in the words of ``docs/roles.md`` rather than of the permissions."""
    if entry is None or stage not in entry.paths or status not in entry.statuses:
        return False
    if transitions.CENTRE in entry.actors and role in CENTRE:
        return True
    return transitions.OWNER in entry.actors and owns and role in MAY_OWN


def wrong_cells(world: World, stage: Stage, status: CaseStatus, act) -> list[str]:
    """The cells in which ``act`` did not do what the table says."""
    wrong = []
    for action in ACTIONS:
        for role, owns in PERSONS:
            with world.cell(stage, status, role, owns) as (case_file, person):
                act(case_file, action, person)
                now = CaseFile.objects.get(pk=case_file.pk)
                entry = BY_ACTION.get(action)
                allowed = expected(entry, stage, status, role, owns)
                after = (entry.paths[stage], entry.status_after) if allowed else (stage, status)
                moved = now.moves.count() == 1
                if (now.stage, now.status) != after or moved is not allowed:
                    wrong.append(f"{action}, {role}, {'own' if owns else 'other'}: {now.stage} {now.status}")
    return wrong


def by_service(case_file: CaseFile, action: str, person: User) -> None:
    try:
        move(case_file, action, by=person, reason="Un motif.")
    except RefusedError as refusal:
        assert refusal.messages


@pytest.mark.parametrize("status", list(CaseStatus))
@pytest.mark.parametrize("stage", list(Stage))
def test_by_the_service(world, stage, status):
    assert wrong_cells(world, stage, status, by_service) == []


@pytest.mark.parametrize("status", [CaseStatus.ACTIVE, CaseStatus.POSTPONED])
@pytest.mark.parametrize("stage", list(Stage))
def test_by_a_forged_post(client, world, stage, status):
    def by_post(case_file: CaseFile, action: str, person: User) -> None:
        client.force_login(person)
        url = reverse("case_files:move", args=[case_file.pk, action])
        response = client.post(url, {"revision": case_file.revision, "reason": "Un motif."})
        assert case_file.moves.exists() or told(response), action

    assert wrong_cells(world, stage, status, by_post) == []


@pytest.mark.parametrize("stage", list(Stage))
def test_nobody_signed_in_decides_nothing(client, world, stage):
    case_file = world.files[stage]
    for action in ACTIONS:
        url = reverse("case_files:move", args=[case_file.pk, action])
        assert client.post(url, {"revision": case_file.revision, "reason": "Un motif."}).status_code == 302
    assert not case_file.moves.exists()


def test_every_stage_has_a_way_on():
    """From each stage something leads further, by a person or by the workflow of the sheet."""
    onward = {source for entry in (*DECISIONS, *FOLLOWED) for source, after in entry.paths.items() if after > source}
    assert onward == set(Stage) - {Stage.LIFE}


def test_a_decision_that_ends_or_undoes_asks_for_its_reason():
    silent = {entry.name for entry in DECISIONS if not entry.needs_reason}
    assert silent == {"cadrer", "retenir", "analyser", "rediger", "episode-lie"}
