"""« Vous coordonnez ce CLSM ? »: what a visitor asks, what the Centre answers."""

import re
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry

from network.coordination import claims
from network.coordination.claims import MAX_BY_CLSM, MAX_BY_SENDER, forget_senders, sender_hash
from network.models import ClaimRequest, ClaimState, Invitation
from network.permissions import coordinates
from portal.base.errors import RefusedError
from portal.moderation.models import Notice
from portal.users.models import User
from tests.factories.network import make_clsm, make_coordinator
from tests.factories.site import make_private
from tests.space.mail import link_in

pytestmark = pytest.mark.django_db
FORM = {
    "first_name": "Dominique",
    "last_name": "Exemple",
    "email": "Dominique@ville.example",
    "job_title": "Coordinatrice",
    "start": "2024-01-15",
    "message": "",
}


@pytest.fixture
def clsm(home):
    return make_clsm(generic_email="clsm@ville.example")


def url(clsm) -> str:
    return reverse("claim", args=[clsm.pk])


def claimed(client, clsm, **changes: object) -> ClaimRequest:
    client.post(url(clsm), FORM | changes)
    return ClaimRequest.objects.filter(clsm=clsm).latest("pk")


def test_the_public_profile_offers_it_without_cookie(client, clsm):
    response = client.get(clsm.url)
    assert url(clsm) in response.content.decode() and not response.cookies
    make_coordinator(clsm)
    assert url(clsm) not in client.get(clsm.url).content.decode()


def test_a_claim_reaches_the_moderators_and_gives_nothing(client, clsm):
    moderator = User.objects.create_user("moderation@centre.example")
    moderator.groups.add(Group.objects.get(name="Modération"))
    response = client.post(url(clsm), FORM)
    assert response.headers["Location"] == reverse("claim_received", args=[clsm.pk])
    assert "<title>Merci, votre demande est envoyée" in client.get(response.headers["Location"]).content.decode()
    claim = ClaimRequest.objects.get()
    assert (claim.email, claim.start, claim.state) == ("dominique@ville.example", date(2024, 1, 15), "en-attente")
    notice = Notice.objects.get(recipient=moderator)
    assert notice.link == reverse("network_coordination:detail", args=[clsm.pk])
    assert not User.objects.filter(email=claim.email).exists() and not Invitation.objects.exists()
    assert PageLogEntry.objects.filter(page=clsm.pk, action="network.claim_received").exists()


def test_a_wrong_form_keeps_what_was_written(client, clsm):
    tomorrow = timezone.localdate() + timedelta(days=1)
    response = client.post(url(clsm), FORM | {"email": "pas-une-adresse", "start": tomorrow.isoformat()})
    text = response.content.decode()
    assert response.status_code == 422 and "Cette date est à venir" in text and 'value="Coordinatrice"' in text
    assert not ClaimRequest.objects.exists()


def test_the_same_person_asks_once(client, clsm):
    for _ in range(2):
        assert client.post(url(clsm), FORM).status_code == 302
    assert ClaimRequest.objects.count() == 1


def test_a_sender_is_limited_and_not_kept(client, clsm):
    others = [make_clsm() for _ in range(MAX_BY_SENDER)]
    for other in others:
        assert client.post(url(other), FORM).status_code == 302
    response = client.post(url(clsm), FORM)
    assert response.status_code == 422 and "Trop de demandes" in response.content.decode()
    assert client.post(url(clsm), FORM, REMOTE_ADDR="203.0.113.9").status_code == 302
    marks = set(ClaimRequest.objects.values_list("sender_hash", flat=True))
    assert len(marks) == 2 and not any("127.0.0.1" in mark for mark in marks)
    today = timezone.localdate()
    assert sender_hash("127.0.0.1", today) != sender_hash("127.0.0.1", today + timedelta(days=1))
    assert forget_senders(today) == 0 and forget_senders(today + timedelta(days=1)) == 4
    assert not ClaimRequest.objects.exclude(sender_hash="").exists()


def test_one_clsm_is_not_flooded_from_many_places(client, clsm):
    for n in range(MAX_BY_CLSM):
        assert (
            client.post(url(clsm), FORM | {"email": f"p{n}@ville.example"}, REMOTE_ADDR=f"203.0.113.{n}").status_code
            == 302
        )
    assert client.post(url(clsm), FORM, REMOTE_ADDR="203.0.113.99").status_code == 422


def test_a_kept_profile_is_not_claimed(client, clsm):
    make_coordinator(clsm)
    assert "coordonne déjà" in client.get(url(clsm)).content.decode()
    assert client.post(url(clsm), FORM).status_code == 422
    assert not ClaimRequest.objects.exists()


def test_what_is_not_public_is_not_found(client, clsm):
    draft = make_clsm(live=False)
    make_private(clsm)
    for page in (draft, clsm):
        for response in (client.get(url(page)), client.post(url(page), FORM)):
            assert response.status_code == 404
    assert client.get(reverse("claim", args=[0])).status_code == 404


def test_accepting_writes_to_the_generic_address_for_the_claimed_account(
    client, clsm, admin_user, django_capture_on_commit_callbacks
):
    claim = claimed(client, clsm)
    client.force_login(admin_user)
    accept = reverse("network_coordination:accept_claim", args=[claim.pk])
    page = client.get(accept).content.decode()
    assert "clsm@ville.example" in page and "dominique@ville.example" in page
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(accept, {"send_to": "generique"}).status_code == 302
    assert mail.outbox[-1].to == ["clsm@ville.example"] and "dominique@ville.example" in mail.outbox[-1].body
    client.logout()
    client.post(link_in(), {"first_name": "Dominique", "last_name": "Exemple"})
    assert coordinates(User.objects.get(email="dominique@ville.example"), clsm)
    assert not User.objects.filter(email="clsm@ville.example").exists()
    claim.refresh_from_db()
    assert (claim.state, claim.decided_by, claim.invitation.origin) == (ClaimState.ACCEPTED, admin_user, "demande")


def test_accepting_may_write_to_the_claimant(client, clsm, admin_user):
    assert claims.accept(claimed(client, clsm), to_generic=False, by=admin_user).email == "dominique@ville.example"


def test_without_an_address_on_file_nothing_is_sent_to_it(client, home, admin_user):
    claim = claimed(client, make_clsm())
    with pytest.raises(RefusedError, match="adresse générique"):
        claims.accept(claim, to_generic=True, by=admin_user)
    client.force_login(admin_user)
    forged = client.post(reverse("network_coordination:accept_claim", args=[claim.pk]), {"send_to": "generique"})
    assert forged.status_code == 200 and not Invitation.objects.exists()


def test_refusing_gives_the_reason(client, clsm, admin_user, django_capture_on_commit_callbacks):
    claim = claimed(client, clsm)
    client.force_login(admin_user)
    refuse = reverse("network_coordination:refuse_claim", args=[claim.pk])
    client.post(refuse, {"reason": " "})
    assert ClaimRequest.objects.get(pk=claim.pk).state == ClaimState.WAITING
    with django_capture_on_commit_callbacks(execute=True):
        client.post(refuse, {"reason": "Le poste est tenu par une autre personne."})
    assert mail.outbox[-1].to == ["dominique@ville.example"] and "tenu par une autre" in mail.outbox[-1].body
    claim.refresh_from_db()
    assert claim.state == ClaimState.REFUSED
    with pytest.raises(RefusedError, match=r"Décision déjà prise par .* : la demande est refusée"):
        claims.accept(claim, to_generic=True, by=admin_user)
    history = client.get(reverse("wagtailadmin_pages:history", args=[clsm.pk])).content.decode()
    assert re.search(r"Demande de rattachement refusée", history) and "dominique@" not in history
