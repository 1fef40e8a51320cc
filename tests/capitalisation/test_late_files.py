"""A due date that passes is told to the owner of the file, once. Dates are frozen."""

import io
from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.urls import reverse

from caps_sheets.capitalisation.case_files.edits import entrust, save_details
from caps_sheets.capitalisation.case_files.notifications import remind_late_files
from caps_sheets.capitalisation.models import CaseFile, CaseStatus, Stage
from portal.moderation.models import Notice
from portal.site_setup.roles import COACHING, MODERATION
from tests.factories.capitalisation import make_answer, make_case_file, make_member

pytestmark = pytest.mark.django_db

DUE = date(2026, 3, 2)
NEXT_DAY = DUE + timedelta(days=1)


@pytest.fixture
def coach():
    return make_member(COACHING)


@pytest.fixture
def case_file(coach) -> CaseFile:
    answer = make_answer(title="Café des aidants")
    return make_case_file(Stage.COLLECTION, owner=coach, due_on=DUE, answer=answer)


def notices():
    return Notice.objects.filter(event="case_late")


def test_told_the_day_after_and_once(case_file, coach, django_capture_on_commit_callbacks):
    for day in (DUE - timedelta(days=40), DUE):
        assert remind_late_files(day) == 0
    out = io.StringIO()
    with django_capture_on_commit_callbacks(execute=True):
        call_command("remind_late_files", f"--today={NEXT_DAY}", stdout=out)
    assert out.getvalue() == "1 échéance(s) dépassée(s) annoncée(s).\n"
    [message] = mail.outbox
    assert message.to == [coach.email] and "Échéance dépassée" in message.subject
    assert "Café des aidants" in message.subject and "02/03/2026, il y a 1 jour." in message.body
    assert notices().get().link == reverse("case_files:edit", args=[case_file.pk])
    for days in (1, 2, 200):
        assert remind_late_files(DUE + timedelta(days=days)) == 0


def test_telling_changes_nothing_of_the_file(case_file):
    before = CaseFile.objects.get(pk=case_file.pk).revision
    remind_late_files(NEXT_DAY)
    assert CaseFile.objects.get(pk=case_file.pk).revision == before, "a form opened yesterday can still be sent"


def test_another_date_is_told_anew(case_file, coach):
    remind_late_files(NEXT_DAY)
    later = DUE + timedelta(days=30)
    save_details(CaseFile.objects.get(pk=case_file.pk), {"due_on": later}, by=coach)
    assert remind_late_files(later) == 0
    assert remind_late_files(later + timedelta(days=3)) == 1
    assert "il y a 3 jours" in notices().latest("pk").message


@pytest.mark.parametrize("status", [CaseStatus.POSTPONED, CaseStatus.SET_ASIDE, CaseStatus.ARCHIVED])
def test_a_file_that_does_not_go_on_is_never_late(case_file, status):
    CaseFile.objects.update(status=status)
    assert remind_late_files(NEXT_DAY) == 0
    CaseFile.objects.update(status=CaseStatus.ACTIVE)
    assert remind_late_files(NEXT_DAY) == 1


def test_nobody_is_told_twice_nor_in_place_of_the_owner(case_file, coach):
    centre = make_member(MODERATION)
    make_case_file(Stage.FRAMING, due_on=DUE)
    make_case_file(Stage.FRAMING, due_on=None, owner=coach)
    assert remind_late_files(NEXT_DAY) == 1
    assert [notice.recipient for notice in notices()] == [coach]
    orphan = CaseFile.objects.get(owner=None)
    successor = make_member(COACHING)
    entrust(orphan, successor, by=centre)
    assert remind_late_files(NEXT_DAY) == 1
    assert notices().latest("pk").recipient == successor


def test_one_notice_leaves_however_many_mornings_follow(case_file):
    for days in range(1, 6):
        call_command("remind_late_files", f"--today={DUE + timedelta(days=days)}")
    assert notices().count() == 1
