"""Reminders at their dates, and the steps put in place on a portal that had the former ones."""

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import TaskState, Workflow, WorkflowTask

from caps_sheets.capitalisation.models import ProofreadingLink, ProofreadingReply, ProofreadingTask
from caps_sheets.capitalisation.proofreading.links import remind_all
from caps_sheets.models import CapsSheetPage, GridReviewTask
from portal.moderation.models import Notice, ReviewTask
from portal.site_setup.roles import MODERATION
from portal.site_setup.workflows import setup_workflows
from tests.capitalisation.proofreading import make_coordinator, make_round, reply_of
from tests.factories.capitalisation import make_member
from tests.factories.network import make_clsm
from tests.factories.review import fill_grid
from tests.factories.sheets import make_sheet, make_sheets_index

pytestmark = pytest.mark.django_db


class TestReminders:
    @pytest.fixture
    def clsm(self):
        return make_clsm()

    @pytest.fixture
    def coordinator(self, clsm):
        return make_coordinator(clsm)

    @pytest.fixture
    def asked(self, coordinator, clsm):
        return make_round(clsm)

    def reminded(self, person) -> int:
        return Notice.objects.filter(recipient=person, event="proofreading_reminder").count()

    def test_after_seven_and_fourteen_days_once_each(self, asked, coordinator):
        opened = timezone.localdate(asked.opened_at)
        expected = {0: 0, 6: 0, 7: 1, 8: 1, 13: 1, 14: 2, 15: 2, 40: 2}
        for days, count in expected.items():
            for _ in range(2):
                day = (opened + timedelta(days=days)).isoformat()
                call_command("remind_proofreaders", today=None, stdout=StringIO()) if days == 0 else call_command(
                    "remind_proofreaders", f"--today={day}", stdout=StringIO()
                )
            assert self.reminded(coordinator) == count, days

    def test_a_command_that_did_not_run_for_long_reminds_once(self, asked, coordinator):
        assert remind_all(timezone.localdate(asked.opened_at) + timedelta(days=30)) == 1
        assert self.reminded(coordinator) == 1
        assert remind_all(timezone.localdate(asked.opened_at) + timedelta(days=31)) == 0

    def test_the_last_one_is_said_to_the_centre(self, asked):
        moderator = make_member(MODERATION)
        opened = timezone.localdate(asked.opened_at)
        remind_all(opened + timedelta(days=7))
        assert not Notice.objects.filter(recipient=moderator, event="proofreading_late").exists()
        remind_all(opened + timedelta(days=14))
        assert Notice.objects.filter(recipient=moderator, event="proofreading_late").count() == 1

    def test_those_without_account_are_reminded_while_their_link_lives(self, asked, clsm):
        reply = reply_of(asked, clsm)
        ProofreadingLink.objects.create(reply=reply, address="vivante@val.example")
        ProofreadingLink.objects.create(reply=reply, address="retiree@val.example", revoked_at=timezone.now())
        remind_all(timezone.localdate(asked.opened_at) + timedelta(days=7))
        letters = Notice.objects.filter(event="proofreading_reminder").exclude(address="")
        assert [letter.address for letter in letters] == ["vivante@val.example"]

    def test_nobody_is_reminded_of_what_is_over(self, asked):
        page = CapsSheetPage.objects.get(pk=asked.sheet_id)
        page.current_workflow_state.cancel(user=page.owner)
        assert remind_all(timezone.localdate(asked.opened_at) + timedelta(days=8)) == 0


class TestFormerSteps:
    @pytest.fixture
    def former(self):
        """The workflow as it was: two readings by the Centre."""
        make_sheets_index()
        for name in ("Édition", MODERATION):
            Group.objects.get_or_create(name=name)
        workflow = Workflow.objects.create(name="Fiche CAPS")
        for rank, name in enumerate(("Relecture éditoriale", "Validation nationale")):
            task = ReviewTask.objects.create(name=name)
            task.groups.set(Group.objects.filter(name__in=("Édition", MODERATION)))
            WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=rank)
        return workflow

    def steps(self, workflow) -> list[type]:
        return [type(task.specific) for task in workflow.tasks]

    def test_are_replaced_without_losing_the_last_one(self, former):
        setup_workflows()
        assert self.steps(former) == [ProofreadingTask, GridReviewTask, ReviewTask]
        assert [task.name for task in former.tasks] == [
            "Relecture par le CLSM",
            "Relecture éditoriale",
            "Validation nationale",
        ]
        assert setup_workflows() == []
        assert not ReviewTask.objects.get(name="Relecture éditoriale", gridreviewtask=None).active

    def test_a_page_in_progress_finishes_its_step_then_goes_through_the_new_ones(self, former):
        moderator = make_member(MODERATION)
        clsm = make_clsm()
        coordinator = make_coordinator(clsm)
        sheet = make_sheet(live=False, clsms=[clsm])
        former.start(sheet, None)
        setup_workflows()
        page = CapsSheetPage.objects.get(pk=sheet.pk)
        state = page.current_workflow_task_state
        assert type(state.task.specific) is ReviewTask and state.task.active
        state.task.specific.on_action(state, moderator, "approve")
        state = CapsSheetPage.objects.get(pk=sheet.pk).current_workflow_task_state
        assert isinstance(state.task.specific, ProofreadingTask)
        assert ProofreadingReply.objects.get().clsm == clsm
        assert state in state.task.specific.get_task_states_user_can_moderate(coordinator)
        assert setup_workflows() == ["Étape « Relecture éditoriale » d’avant mise hors service."]

    def test_a_page_at_the_last_step_waits_for_its_agreements(self, former):
        moderator = make_member(MODERATION)
        sheet = make_sheet(live=False)
        former.start(sheet, None)
        first, last = former.tasks
        state = CapsSheetPage.objects.get(pk=sheet.pk).current_workflow_task_state
        first.specific.on_action(state, moderator, "approve")
        state = CapsSheetPage.objects.get(pk=sheet.pk).current_workflow_task_state
        setup_workflows()
        assert state.task == last
        fill_grid(sheet)
        actions = {name for name, _, _ in last.specific.get_actions(CapsSheetPage.objects.get(pk=sheet.pk), moderator)}
        assert "reject" in actions
        last.specific.on_action(state, moderator, "approve")
        page = CapsSheetPage.objects.get(pk=sheet.pk)
        assert not page.live
        assert isinstance(page.current_workflow_task.specific, ProofreadingTask)
        assert TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS).count() == 1
