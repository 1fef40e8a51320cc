"""Reminders of profiles: at six months, at twelve, once each, to those in post."""

from datetime import date, datetime

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.utils import timezone

from network.models import ClsmPage, ClsmRecord, CoordinatorAssignment
from network.models.records import confirm
from portal.moderation.models import Notice
from portal.users.models import User
from tests.factories.network import make_clsm, make_coordinator

pytestmark = pytest.mark.django_db


@pytest.fixture
def clsm() -> ClsmPage:
    page = make_clsm()
    ClsmRecord.objects.filter(clsm=page).update(verified_on=date(2026, 1, 10))
    return page


def remind(*days: date) -> list[tuple[str, int]]:
    for day in days:
        call_command("remind_freshness", today=day)
    events = ("profile_to_check", "profile_unverified")
    return list(Notice.objects.filter(event__in=events).order_by("pk").values_list("event", "recipient"))


def test_coordinators_are_reminded_at_six_and_twelve_months_once(clsm):
    lou = make_coordinator(clsm)
    former = make_coordinator(clsm)
    CoordinatorAssignment.objects.filter(user=former).update(end=date(2026, 2, 1))
    assert remind(date(2026, 7, 10)) == []
    assert remind(date(2026, 7, 11), date(2026, 7, 11), date(2026, 12, 1)) == [("profile_to_check", lou.pk)]
    assert remind(date(2027, 1, 10), date(2027, 1, 11), date(2027, 6, 1))[1:] == [("profile_unverified", lou.pk)]
    assert Notice.objects.first().url == f"/mon-clsm/{clsm.pk}/"


def test_a_confirmation_starts_a_new_period(clsm):
    lou = make_coordinator(clsm)
    remind(date(2026, 8, 1))
    confirm(clsm, lou, date(2026, 8, 2))
    assert len(remind(date(2026, 9, 1), date(2027, 2, 2))) == 1
    assert len(remind(date(2027, 2, 3))) == 2


def test_a_profile_old_from_the_start_is_told_of_once_not_twice(clsm):
    make_coordinator(clsm)
    assert [event for event, _ in remind(date(2028, 1, 1), date(2028, 1, 2))] == ["profile_unverified"]


def test_a_vacant_post_is_told_to_the_moderators_at_twelve_months_only(clsm):
    moderator = User.objects.create_user("moderation@portail.example")
    moderator.groups.add(Group.objects.get(name="Modération"))
    assert remind(date(2026, 8, 1)) == []
    assert remind(date(2027, 2, 1)) == [("profile_unverified", moderator.pk)]
    assert Notice.objects.get().url == f"/admin/pages/{clsm.pk}/edit/", "the space is not theirs"


def test_a_profile_never_confirmed_counts_from_its_publication():
    page = make_clsm()
    moment = timezone.make_aware(datetime(2026, 1, 10))
    ClsmPage.objects.filter(pk=page.pk).update(first_published_at=moment)
    make_coordinator(page)
    assert remind(date(2026, 7, 1)) == []
    assert len(remind(date(2026, 8, 1))) == 1


def test_a_draft_is_nobody_s_duty():
    make_coordinator(make_clsm(live=False))
    assert remind(date(2030, 1, 1)) == []
