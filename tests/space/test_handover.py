"""A coordinator leaves: their dates, the person who follows, and what can still be taken back."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry

from network.coordination.invitations import cancel, declare
from network.models import CoordinatorAssignment, Handover, Invitation
from network.permissions import coordinates
from portal.base.errors import RefusedError
from portal.moderation.models import Notice
from portal.users.models import User
from tests.factories.network import make_clsm, make_coordinator
from tests.space.mail import link_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NEXT = "releve@ville.example"


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def clsm(home):
    return make_clsm()


@pytest.fixture
def person(client, clsm):
    user = make_coordinator(clsm)
    client.force_login(user)
    return user


@pytest.fixture
def moderator(db):
    user = User.objects.create_user("moderation@centre.example")
    user.groups.add(Group.objects.get(name="Modération"))
    return user


def url(clsm, name: str = "space_handover") -> str:
    return reverse(name, args=[clsm.pk])


def form_of(today, **changes: object) -> dict[str, object]:
    dates = {"last_day": (today + 20 * DAY).isoformat(), "successor_start": (today + 21 * DAY).isoformat()}
    return {"successor_email": NEXT, "successor_job_title": "Coordinateur"} | dates | changes


def test_the_relay_is_passed_on_the_days_said(
    client, clsm, person, moderator, today, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(url(clsm), form_of(today)).status_code == 302
    assert CoordinatorAssignment.objects.get(user=person).end == today + 20 * DAY
    assert not User.objects.filter(email=NEXT).exists()
    notice = Notice.objects.get(recipient=moderator, event="handover_declared")
    assert NEXT in notice.message
    letter = next(message for message in mail.outbox if message.to == [NEXT])
    client.logout()
    client.post(link_in(mail.outbox.index(letter)), {"first_name": "Sam", "last_name": "Exemple"})
    successor = User.objects.get(email=NEXT)
    for day, in_post in ((today, (True, False)), (today + 20 * DAY, (True, False)), (today + 21 * DAY, (False, True))):
        assert (coordinates(person, clsm, day), coordinates(successor, clsm, day)) == in_post
    actions = set(PageLogEntry.objects.filter(page=clsm.pk).values_list("action", flat=True))
    assert {"network.handover_declared", "network.coordinator_ended", "network.coordinator_invited"} <= actions


def test_a_departure_without_a_successor_is_normal(client, clsm, person, moderator, today):
    form = form_of(today, successor_email="", successor_start="", successor_job_title="")
    assert client.post(url(clsm), form).status_code == 302
    assert not Invitation.objects.exists() and Handover.objects.get().invitation is None
    assert "poste sera vacant" in Notice.objects.get(recipient=moderator).message
    assert "poste sera vacant" in client.get(url(clsm, "space_home")).content.decode()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"last_day": "2020-01-01"}, "Cette date est passée"),
        ({"last_day": ""}, "Champ requis"),
        ({"last_day": "bientôt"}, "Saisissez une date valide"),
        ({"successor_start": ""}, "Indiquez le jour où cette personne prend le poste"),
        ({"successor_email": ""}, "Indiquez l’adresse de la personne"),
        ({"successor_start": "2020-01-01"}, "Cette date est passée"),
    ],
)
def test_a_wrong_form_says_where_and_keeps_what_was_written(client, clsm, person, today, changes, message):
    response = client.post(url(clsm), form_of(today, **changes))
    text = response.content.decode()
    assert response.status_code == 422 and message in text and 'value="Coordinateur"' in text
    assert CoordinatorAssignment.objects.get(user=person).end is None and not Handover.objects.exists()


def test_one_does_not_succeed_oneself_nor_stay_longer_than_said(client, clsm, person, today):
    text = client.post(url(clsm), form_of(today, successor_email=person.email)).content.decode()
    assert "est la vôtre" in text
    CoordinatorAssignment.objects.filter(user=person).update(end=today + 5 * DAY)
    assert "demandez au Centre" in client.post(url(clsm), form_of(today)).content.decode()
    assert CoordinatorAssignment.objects.get(user=person).end == today + 5 * DAY
    assert not Invitation.objects.exists()


def test_a_departure_is_taken_back_with_its_invitation(client, clsm, person, moderator, today):
    CoordinatorAssignment.objects.filter(user=person).update(end=today + 90 * DAY)
    client.post(url(clsm), form_of(today))
    assert client.get(url(clsm, "space_handover_cancel")).status_code == 405
    assert client.post(url(clsm, "space_handover_cancel")).status_code == 302
    assert CoordinatorAssignment.objects.get(user=person).end == today + 90 * DAY
    assert Invitation.objects.get().state.value == "annulee"
    assert Notice.objects.filter(recipient=moderator, event="handover_cancelled").exists()
    assert client.post(url(clsm, "space_handover_cancel")).status_code == 404
    assert client.post(url(clsm), form_of(today)).status_code == 302


def test_it_is_declared_once(client, clsm, person, today):
    client.post(url(clsm), form_of(today))
    assert "Annuler ce départ" in client.get(url(clsm)).content.decode()
    assert client.post(url(clsm), form_of(today, successor_email="autre@ville.example")).status_code == 422
    assert Invitation.objects.count() == 1


def test_nothing_is_taken_back_once_the_successor_accepted(clsm, person, today):
    post = CoordinatorAssignment.objects.get(user=person)
    handover = declare(post, last_day=today, successor=None, by=person, today=today)
    with pytest.raises(RefusedError, match="ne s’annule plus"):
        cancel(handover, by=person, today=today + DAY)


def test_an_accepted_relay_is_not_taken_back(client, clsm, person, today, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url(clsm), form_of(today))
    path = link_in(next(n for n, message in enumerate(mail.outbox) if message.to == [NEXT]))
    client.logout()
    client.post(path, {"first_name": "Sam", "last_name": "Exemple"})
    client.force_login(person)
    text = client.post(url(clsm, "space_handover_cancel"), follow=True).content.decode()
    assert "a déjà accepté" in text
    assert CoordinatorAssignment.objects.get(user=person).end == today + 20 * DAY


def test_a_departure_is_declared_five_times_a_day_at_most(clsm, person, today):
    post = CoordinatorAssignment.objects.get(user=person)

    def leave() -> Handover:
        return declare(post, last_day=today + 30 * DAY, successor=None, by=person)

    for _ in range(5):
        cancel(leave(), by=person)
    with pytest.raises(RefusedError, match="plusieurs fois aujourd’hui"):
        leave()
    Handover.objects.update(created_at=timezone.now() - DAY - timedelta(minutes=1))
    assert leave().pk
