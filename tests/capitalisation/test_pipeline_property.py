"""Whatever people do, in whatever order, nothing becomes public without its readings.

Sequences of real actions: decisions on the case file, submission, answers of the CLSM and of the Centre, grid, changes
of the text, publication by every path, consent given and taken back. After each action, what became public must have
had, for that very text: the agreement of the CLSM or the Centre's override, a review grid without « non » or the
takeover of an older sheet, and a valid consent.
"""

from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from caps_sheets.capitalisation.case_files.services import move
from caps_sheets.capitalisation.case_files.transitions import DECISIONS
from caps_sheets.capitalisation.models import CaseFile, CaseStatus, Consent, ProofreadingReply, Stage
from caps_sheets.capitalisation.models.interview import has_valid_consent
from caps_sheets.capitalisation.models.proofreading_round import has_agreement
from caps_sheets.capitalisation.proofreading.content import verbatims
from caps_sheets.capitalisation.proofreading.permissions import Reader
from caps_sheets.capitalisation.proofreading.services import agree
from caps_sheets.models import Answer, CapsSheetPage, OverrideKind
from caps_sheets.models.clearance import text_key
from caps_sheets.models.review import criteria_of, grid_problems, review_of, waives_agreement, waives_grid
from caps_sheets.review.services import override
from network.models import CoordinatorAssignment
from portal.base.errors import RefusedError
from portal.site_setup.roles import ADMINISTRATION, COACHING, MODERATION
from portal.site_setup.workflows import setup_workflows
from portal.users.models import User
from tests.capitalisation.pipeline_worlds import make_ready
from tests.factories.capitalisation import make_member
from tests.factories.network import make_coordinator
from tests.factories.review import fill_grid

pytestmark = pytest.mark.django_db

#: What a rule answers when it says no. Anything else is a failure.
NO = (RefusedError, PermissionDenied, ValidationError)


class World:
    """One file at the writing, the people around it, and everything they may try. Each method is one action."""

    def __init__(self) -> None:
        self.coach = make_member(COACHING)
        self.admin = make_member(ADMINISTRATION)
        self.moderators = [make_member(MODERATION) for _ in range(2)]
        self.file_pk = make_ready(Stage.WRITING, self.coach).pk
        make_coordinator(self.sheet.clsm_items.get().clsm)

    @property
    def case_file(self) -> CaseFile:
        return CaseFile.objects.get(pk=self.file_pk)

    @property
    def sheet(self) -> CapsSheetPage:
        return CapsSheetPage.objects.get(pk=self.case_file.sheet_id)

    def submit(self) -> None:
        if not self.sheet.current_workflow_state:
            self.sheet.get_workflow().start(self.sheet, self.coach)

    def withdraw(self) -> None:
        if state := self.sheet.current_workflow_state:
            state.cancel(user=self.coach)

    def clsm_agrees(self) -> None:
        for reply in ProofreadingReply.objects.filter(decision=""):
            coordinator = CoordinatorAssignment.objects.get(clsm=reply.clsm).user
            quoted = {one.key for one in verbatims(reply.round.text())}
            agree(Reader(reply, user=coordinator), quoted, has_read=True)

    def centre_goes_without_the_clsm(self) -> None:
        self.decide(self.moderators[0], "override")

    def centre_overrides_the_agreement(self) -> None:
        override(self.sheet, OverrideKind.AGREEMENT, by=self.moderators[0], reason="Poste vacant.")

    def centre_takes_the_sheet_over(self) -> None:
        override(self.sheet, OverrideKind.TAKEOVER, by=self.admin, reason="Fiche ancienne.")

    def grid_is_filled(self) -> None:
        fill_grid(self.sheet, self.moderators[1])

    def grid_says_no(self) -> None:
        key = next(one.key for one in criteria_of(None) if one.is_main).replace("-", "_")
        fill_grid(self.sheet, self.moderators[1], **{key: (Answer.NO.value, "À reprendre.")})

    def approve(self) -> None:
        self.decide(self.moderators[1], "approve")

    def send_back(self) -> None:
        self.decide(self.moderators[1], "reject")

    def decide(self, by: User, action: str) -> None:
        if state := self.sheet.current_workflow_task_state:
            state.task.specific.on_action(state, by, action, comment="Un motif.")

    def publish(self) -> None:
        self.sheet.get_latest_revision().publish(user=self.admin)

    def write_again(self) -> None:
        sheet = self.sheet.get_latest_revision_as_object()
        sheet.hook = f"{sheet.hook} Encore."
        sheet.save_revision(user=self.coach)

    def consent_is_taken_back(self) -> None:
        Consent.objects.update(withdrawn_on=date(2026, 6, 1))

    def consent_is_given_again(self) -> None:
        Consent.objects.update(withdrawn_on=None)

    def framing_says_no(self) -> None:
        self.case_file.framing_answers.exclude(is_met=None).update(is_met=False)

    def take(self, action: str) -> None:
        move(self.case_file, action, by=self.moderators[0], reason="Un motif.")

    def try_out(self, step: "Step") -> None:
        """One action, undone as a whole when it is refused; then what it made public is looked at."""
        before = (self.sheet.live_revision_id, self.case_file)
        with suppress(*NO), transaction.atomic():
            step(self)
        self.check(*before)

    def check(self, live_revision: int | None, before: CaseFile) -> None:
        sheet, after = self.sheet, self.case_file
        if sheet.live_revision_id != live_revision:
            revision = sheet.live_revision
            key = text_key(revision)
            assert has_agreement(sheet.pk, revision, key) or waives_agreement(sheet.pk, key)
            assert waives_grid(sheet.pk, key) or grid_problems(review_of(sheet, key)) == []
            assert has_valid_consent(after)
            assert before.status == CaseStatus.ACTIVE
            assert before.stage >= Stage.WRITING
        if after.stage >= Stage.PODCAST:
            assert sheet.live


Step = Callable[[World], None]


def deciding(action: str) -> Step:
    def step(world: World) -> None:
        world.take(action)

    step.__name__ = action
    return step


ACTIONS: list[Step] = [
    World.submit,
    World.withdraw,
    World.clsm_agrees,
    World.centre_goes_without_the_clsm,
    World.centre_overrides_the_agreement,
    World.centre_takes_the_sheet_over,
    World.grid_is_filled,
    World.grid_says_no,
    World.approve,
    World.send_back,
    World.publish,
    World.write_again,
    World.consent_is_taken_back,
    World.consent_is_given_again,
    World.framing_says_no,
    *(deciding(entry.name) for entry in DECISIONS),
]
#: The shortest honest way.
WAY: list[Step] = [World.submit, World.clsm_agrees, World.grid_is_filled, World.approve, World.approve]


@pytest.fixture(scope="module")
def made(module_db) -> World:
    setup_workflows()
    return World()


@pytest.fixture
def world(made) -> World:
    return deepcopy(made)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(steps=st.lists(st.sampled_from(ACTIONS), min_size=4, max_size=12))
def test_no_sequence_makes_anything_public_without_its_readings(world, steps):
    with transaction.atomic():
        for step in steps:
            world.try_out(step)
        transaction.set_rollback(True)


def test_the_honest_way_leads_to_the_public(world):
    for step in WAY:
        world.try_out(step)
    assert world.sheet.live
    assert world.case_file.stage == Stage.PODCAST


@pytest.mark.parametrize("left_out", range(len(WAY)))
def test_each_step_of_the_way_is_needed(world, left_out):
    for rank, step in enumerate(WAY):
        if rank != left_out:
            world.try_out(step)
    assert not world.sheet.live
    assert world.case_file.stage < Stage.PODCAST


@pytest.mark.parametrize(
    ("spoiler", "rank"),
    [
        (World.grid_says_no, 1),
        (World.grid_says_no, 3),
        *((step, rank) for step in (World.consent_is_taken_back, World.framing_says_no) for rank in (1, 3, 4)),
    ],
)
def test_what_is_taken_back_on_the_way_stops_it(world, spoiler, rank):
    for step in [*WAY[:rank], spoiler, *(each for each in WAY[rank:] if each is not World.grid_is_filled)]:
        world.try_out(step)
    assert not world.sheet.live


def test_a_grid_that_was_approved_says_no_no_more(world):
    for step in WAY[:4]:
        world.try_out(step)
    with pytest.raises(RefusedError, match="approuvé"):
        world.grid_says_no()
