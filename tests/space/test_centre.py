"""The Centre's screens: inviting, sending again, ending a post, from the forms themselves."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from network.models import CoordinatorAssignment, Invitation
from network.permissions import coordinates
from portal.moderation.models import Notice
from tests.factories.network import make_clsm, make_coordinator
from tests.space.mail import link_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ADDRESS = "dominique@ville.example"


@pytest.fixture
def clsm(home):
    return make_clsm()


@pytest.fixture
def centre(client, admin_user):
    client.force_login(admin_user)
    return client


def screen(name: str, pk: int) -> str:
    return reverse(f"network_coordination:{name}", args=[pk])


def test_inviting_from_the_screen(centre, clsm, django_capture_on_commit_callbacks):
    form = {"account_email": ADDRESS, "start": timezone.localdate().isoformat(), "first_name": "Dominique"}
    with django_capture_on_commit_callbacks(execute=True):
        response = centre.post(screen("invite", clsm.pk), form, follow=True)
    text = response.content.decode()
    assert f"L’invitation est envoyée à {ADDRESS}." in text and "En attente" in text
    assert mail.outbox[-1].to == [ADDRESS] and centre.get(link_in()).status_code == 403


def test_a_wrong_invitation_says_where(centre, clsm):
    person = make_coordinator(clsm)
    today = timezone.localdate()
    form = {"account_email": person.email, "start": today.isoformat(), "end": (today - DAY).isoformat()}
    text = centre.post(screen("invite", clsm.pk), form).content.decode()
    assert "La fin du poste précède son début." in text and f'value="{person.email}"' in text
    text = centre.post(screen("invite", clsm.pk), form | {"end": ""}).content.decode()
    assert "est déjà en poste" in text and not Invitation.objects.exists()


def test_sending_again_and_revoking_from_the_list(centre, clsm):
    centre.post(screen("invite", clsm.pk), {"account_email": ADDRESS, "start": timezone.localdate().isoformat()})
    first = Invitation.objects.get()
    centre.post(screen("resend", first.pk))
    second = Invitation.objects.exclude(pk=first.pk).get()
    again = centre.post(screen("resend", first.pk), follow=True).content.decode()
    assert "cette invitation est remplacée par un nouvel envoi" in again
    text = centre.post(screen("revoke", second.pk), follow=True).content.decode()
    assert "Remplacée par un nouvel envoi" in text and "Annulée" in text
    assert not Invitation.objects.waiting().exists()


def test_ending_a_post_from_its_last_day(centre, clsm):
    person, today = make_coordinator(clsm), timezone.localdate()
    post = CoordinatorAssignment.objects.get()
    assert "précède le début" in centre.post(screen("end", post.pk), {"last_day": "2020-01-01"}).content.decode()
    assert centre.post(screen("end", post.pk), {"last_day": (today - DAY).isoformat()}).status_code == 302
    assert not coordinates(person, clsm)
    assert Notice.objects.get(recipient=person).event == "post_ended"
    text = centre.get(screen("detail", clsm.pk)).content.decode()
    assert "Le poste est vacant" in text and "Avant et après" in text


def test_a_past_post_is_not_opened_again_there(centre, clsm):
    person, today = make_coordinator(clsm), timezone.localdate()
    CoordinatorAssignment.objects.update(end=today - DAY)
    address = screen("end", CoordinatorAssignment.objects.get().pk)
    assert centre.get(address).status_code == centre.post(address, {"last_day": today.isoformat()}).status_code == 404
    assert not coordinates(person, clsm)


def test_the_profile_leads_to_its_coordination(centre, clsm):
    text = centre.get(reverse("wagtailadmin_pages:edit", args=[clsm.pk])).content.decode()
    assert screen("detail", clsm.pk) in text
