"""``expire_coordinators``: posts that are over, people nobody saw for a year."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from wagtail.models import PageLogEntry

from network.coordination.assignments import Departures, assign, expire_coordinators
from network.models import CoordinatorAssignment
from network.permissions import coordinates
from portal.moderation.models import Notice
from portal.users.models import User
from tests.factories.network import make_clsm, make_coordinator

pytestmark = pytest.mark.django_db
SEEN = date(2026, 1, 10)
WARNING = date(2026, 12, 11)  # the day after eleven months
END = date(2027, 1, 11)  # the day after a year
NOTHING = Departures(0, 0, 0)


@pytest.fixture
def clsm():
    return make_clsm()


@pytest.fixture
def moderator():
    user = User.objects.create_user("moderation@centre.example")
    user.groups.add(Group.objects.get(name="Modération"))
    return user


def seen_on(user: User, day: date) -> None:
    User.objects.filter(pk=user.pk).update(
        last_login=datetime(day.year, day.month, day.day, 9, tzinfo=ZoneInfo("Europe/Paris"))
    )


@pytest.fixture
def person(clsm):
    user = make_coordinator()
    assign(clsm, user, start=date(2024, 1, 1))
    CoordinatorAssignment.objects.update(entered_on=date(2024, 1, 1))
    seen_on(user, SEEN)
    return user


def test_a_month_before_the_person_is_warned_once(person):
    assert expire_coordinators(WARNING - timedelta(days=1)) == NOTHING
    assert expire_coordinators(WARNING) == Departures(0, 1, 0)
    assert expire_coordinators(WARNING) == expire_coordinators(WARNING + timedelta(days=5)) == NOTHING
    notice = Notice.objects.get(recipient=person)
    assert (notice.event, notice.link) == ("inactivity_warning", "/mon-clsm/")


def test_after_a_year_the_rights_end_and_everybody_is_told(person, clsm, moderator):
    expire_coordinators(WARNING)
    assert expire_coordinators(END - timedelta(days=1)) == NOTHING
    assert expire_coordinators(END).expired == 1
    assert not coordinates(person, clsm, END)
    assert CoordinatorAssignment.objects.get().end == END - timedelta(days=1)
    assert Notice.objects.filter(recipient=person, event="inactivity_ended").exists()
    assert Notice.objects.filter(recipient=moderator, event="coordinator_lost").exists()
    entry = PageLogEntry.objects.get(page=clsm.pk, action="network.coordinator_ended")
    assert entry.user is None and entry.data["reason"] == "inactivité"
    before = Notice.objects.count()
    assert expire_coordinators(END).expired == 0 and Notice.objects.count() == before


def test_logging_in_after_the_warning_keeps_the_post(person, clsm):
    expire_coordinators(WARNING)
    seen_on(person, date(2026, 12, 20))
    assert expire_coordinators(END) == NOTHING and coordinates(person, clsm, END)
    assert expire_coordinators(date(2027, 11, 21)) == Departures(0, 1, 0)


def test_nobody_loses_a_post_without_a_month_of_warning(person, clsm):
    assert expire_coordinators(date(2028, 6, 1)) == Departures(0, 1, 0)
    assert expire_coordinators(date(2028, 6, 30)) == NOTHING
    assert expire_coordinators(date(2028, 7, 1)).expired == 1


def test_a_post_just_entered_counts_as_a_sign(person, clsm):
    CoordinatorAssignment.objects.update(entered_on=date(2026, 11, 1))
    assert expire_coordinators(END) == NOTHING


def test_somebody_who_never_came_is_counted_from_the_decision(clsm):
    user = make_coordinator()
    assign(clsm, user, start=date(2020, 1, 1))
    entered = CoordinatorAssignment.objects.get().entered_on
    assert expire_coordinators(entered + timedelta(days=300)) == NOTHING
    assert expire_coordinators(entered + timedelta(days=345)) == Departures(0, 1, 0)


def test_the_groups_of_past_posts_are_cleared_without_a_visit(clsm):
    user = make_coordinator()
    today = date(2026, 11, 22)
    post = assign(clsm, user, start=date(2024, 1, 1))
    CoordinatorAssignment.objects.filter(pk=post.pk).update(end=today - timedelta(days=1))
    assert user.groups.count() == 2
    assert expire_coordinators(today).closed == 1
    assert not user.groups.exists()
    assert expire_coordinators(today).closed == 0


def test_the_command_says_what_it_did(person, capsys):
    call_command("expire_coordinators", "--today", WARNING.isoformat())
    assert "Personnes prévenues : 1." in capsys.readouterr().out
