"""Stages 5 to 8 follow the real workflow of the sheet, from its submission to its publication."""

from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from caps_sheets.capitalisation.case_files.services import move
from caps_sheets.capitalisation.models import (
    CaseFile,
    CaseStatus,
    CensusState,
    Consent,
    ProofreadingRound,
    Stage,
)
from caps_sheets.models import CapsSheetPage, OverrideKind
from caps_sheets.review.services import override
from portal.site_setup.roles import COACHING, MODERATION
from portal.users.models import User
from tests.capitalisation.pipeline_worlds import make_ready
from tests.factories.capitalisation import make_member
from tests.factories.replay import replayed
from tests.factories.review import fill_grid
from tests.factories.sheets import make_sheet
from tests.factories.site import make_site

pytestmark = pytest.mark.django_db


@replayed
def make_centre() -> User:
    make_site()
    call_command("setup_roles", stdout=StringIO())
    call_command("setup_workflows", stdout=StringIO())
    return make_member(MODERATION)


@replayed
def make_written() -> CaseFile:
    return make_ready(Stage.WRITING, make_member(COACHING))


@pytest.fixture
def centre(db) -> User:
    return make_centre()


@pytest.fixture
def case_file(centre) -> CaseFile:
    return make_written()


def stage(case_file):
    return CaseFile.objects.get(pk=case_file.pk).stage


def submit(case_file):
    sheet = CapsSheetPage.objects.get(pk=case_file.sheet_id)
    sheet.get_workflow().start(sheet, case_file.owner)
    return sheet


def decide(sheet, action, by, comment=""):
    state = CapsSheetPage.objects.get(pk=sheet.pk).current_workflow_task_state
    state.task.specific.on_action(state, by, action, comment=comment)


def test_the_file_goes_with_its_sheet_from_the_submission_to_the_publication(case_file, centre):
    sheet = submit(case_file)
    assert stage(case_file) == Stage.PROOFREADING
    decide(sheet, "override", centre, "Le poste est vacant.")
    assert stage(case_file) == Stage.REVIEW
    fill_grid(sheet, centre)
    decide(sheet, "approve", centre)
    assert stage(case_file) == Stage.PUBLICATION
    decide(sheet, "approve", centre)
    case_file = CaseFile.objects.get()
    assert case_file.stage == Stage.PODCAST
    assert case_file.sheet.live
    case_file.answer.refresh_from_db()
    assert case_file.answer.state == CensusState.CAPITALISED
    assert [each.action for each in case_file.moves.all()] == [
        "publication",
        "a-publier",
        "relecture-editoriale",
        "relecture-clsm",
    ]


def test_a_returned_sheet_goes_back_to_the_writing_with_its_reason(case_file, centre):
    sheet = submit(case_file)
    decide(sheet, "override", centre, "Le poste est vacant.")
    fill_grid(sheet, centre)
    decide(sheet, "reject", centre, "Le contexte manque.")
    assert stage(case_file) == Stage.WRITING
    assert case_file.moves.first().reason == "Le contexte manque."


def test_the_page_of_the_file_says_where_the_proofreading_stands(client, case_file, centre):
    client.force_login(centre)
    url = reverse("case_files:edit", args=[case_file.pk])
    assert "Demandée le" not in client.get(url).content.decode()
    sheet = submit(case_file)
    text = client.get(url).content.decode()
    assert "<strong>en attente</strong>" in text
    assert "la décision se prend sur la fiche" in text
    decide(sheet, "override", centre, "Le poste est vacant.")
    assert "<strong>le Centre a passé outre</strong>" in client.get(url).content.decode()


def test_a_withdrawn_submission_goes_back_to_the_writing(case_file, centre):
    submit(case_file).current_workflow_state.cancel(user=case_file.owner)
    assert stage(case_file) == Stage.WRITING


def test_a_file_that_does_not_go_on_is_left_where_it_is(case_file, centre):
    CaseFile.objects.update(status=CaseStatus.POSTPONED)
    submit(case_file)
    assert (stage(case_file), case_file.moves.count()) == (Stage.WRITING, 0)


def test_a_file_catches_up_with_a_sheet_that_went_ahead(case_file, centre):
    CaseFile.objects.update(stage=Stage.ANALYSIS)
    submit(case_file)
    assert stage(case_file) == Stage.ANALYSIS
    moved = move(CaseFile.objects.get(), "rediger", by=case_file.owner)
    assert moved.stage == stage(case_file) == Stage.PROOFREADING


def test_a_file_taken_up_again_stands_where_its_sheet_is(case_file, centre):
    sheet = submit(case_file)
    move(CaseFile.objects.get(), "ecarter", by=centre, reason="Le porteur hésite.")
    sheet.current_workflow_state.cancel(user=case_file.owner)
    assert stage(case_file) == Stage.PROOFREADING
    assert move(CaseFile.objects.get(), "reprendre", by=centre, reason="Il est d’accord.").stage == Stage.WRITING


def test_a_sheet_without_file_is_nobody_s(centre):
    sheet = make_sheet()
    sheet.save_revision().publish()
    assert not CaseFile.objects.exists()


def test_a_sheet_written_again_once_public_leaves_its_file_alone(case_file, centre):
    CaseFile.objects.update(stage=Stage.LIFE)
    submit(case_file)
    assert stage(case_file) == Stage.LIFE


def test_a_census_that_cannot_follow_does_not_hold_the_sheet(case_file, centre):
    CaseFile.objects.update(stage=Stage.PUBLICATION)
    type(case_file.answer).objects.update(state=CensusState.ARCHIVED)
    publish(case_file, centre)
    assert stage(case_file) == Stage.PODCAST


def publish(case_file, centre):
    """Everything but the case file agrees to the text."""
    sheet = CapsSheetPage.objects.get(pk=case_file.sheet_id)
    if not ProofreadingRound.objects.exists():
        override(sheet, OverrideKind.AGREEMENT, by=centre, reason="Le poste est vacant.")
    fill_grid(sheet, centre)
    sheet.get_latest_revision().publish(user=centre, skip_permission_checks=True)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda each: CaseFile.objects.update(status=CaseStatus.SET_ASIDE), "écarté"),
        (lambda each: CaseFile.objects.update(status=CaseStatus.POSTPONED), "ajourné"),
        (lambda each: CaseFile.objects.update(stage=Stage.ANALYSIS), "avant la rédaction"),
        (lambda each: Consent.objects.update(withdrawn_on=timezone.localdate()), "consentement"),
        (
            lambda each: each.framing_answers.filter(criterion__is_blocking=True).update(is_met=False),
            "critère bloquant",
        ),
    ],
)
def test_the_case_file_has_a_say_in_the_publication(case_file, centre, change, message):
    change(case_file)
    with pytest.raises(ValidationError, match=message):
        publish(case_file, centre)
    assert not CapsSheetPage.objects.get(pk=case_file.sheet_id).live
    assert stage(case_file) < Stage.PODCAST


def test_a_file_set_aside_during_the_review_keeps_its_sheet_from_the_public(case_file, centre):
    sheet = submit(case_file)
    decide(sheet, "override", centre, "Le poste est vacant.")
    seen = CaseFile.objects.get()
    move(seen, "ecarter", by=centre, reason="Le porteur se retire.")
    fill_grid(sheet, centre)
    decide(sheet, "approve", centre)
    assert not CapsSheetPage.objects.get(pk=sheet.pk).live
    assert stage(case_file) == Stage.REVIEW
