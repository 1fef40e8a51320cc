"""From the Centre's invitation to the first login, and every link that no longer works."""

import re
from datetime import date, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry

from network.coordination.invitations import Invitee, invite, resend, revoke
from network.models import CoordinatorAssignment, Invitation
from network.permissions import coordinates
from portal.base.errors import RefusedError
from portal.base.templatetags.dates import long_date
from portal.moderation.models import Notice
from portal.users.models import User
from tests.factories.network import make_clsm, make_coordinator
from tests.space.mail import link_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NAMES = {"first_name": "Dominique", "last_name": "Exemple"}
ADDRESS = "dominique@ville.example"


@pytest.fixture
def clsm(home):
    return make_clsm()


@pytest.fixture
def send(clsm, admin_user, django_capture_on_commit_callbacks):
    def sending(**kw: object) -> tuple[Invitation, str]:
        """The invitation, and the path that its letter gives."""
        with django_capture_on_commit_callbacks(execute=True):
            person = {"account_email": ADDRESS, "start": timezone.localdate()}
            invitation = invite(clsm, Invitee(**(person | kw)), by=admin_user)
        return invitation, link_in()

    return sending


def text_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_the_link_shows_a_button_and_changes_nothing(client, clsm, send):
    invitation, path = send()
    for method in (client.get, client.head):
        assert method(path).status_code == 200
    text = text_of(client.get(path))
    assert clsm.title in text and ADDRESS in text and "J’accepte l’invitation" in text
    assert "inclus" not in text, "it has no last day"
    invitation.refresh_from_db()
    assert invitation.used_at is None and not User.objects.filter(email=ADDRESS).exists()


def test_the_button_opens_the_account_and_the_post_then_the_login(client, clsm, send, admin_user):
    path = send(job_title="Coordinatrice", end=timezone.localdate() + 300 * DAY)[1]
    assert "inclus" in text_of(client.get(path))
    response = client.post(path, NAMES)
    assert response.headers["Location"] == f"{reverse('account_request_login_code')}?next=%2Fmon-clsm%2F"
    user = User.objects.get(email=ADDRESS)
    assert coordinates(user, clsm) and not user.has_usable_password() and str(user) == "Dominique Exemple"
    assert "_auth_user_id" not in client.session
    post = CoordinatorAssignment.objects.get(user=user)
    assert (post.job_title, post.end) == ("Coordinatrice", timezone.localdate() + 300 * DAY)
    actions = PageLogEntry.objects.filter(page=clsm.pk).values_list("action", flat=True)
    assert {"network.coordinator_invited", "network.invitation_accepted", "network.coordinator_assigned"} <= set(
        actions
    )
    assert Notice.objects.filter(recipient=admin_user, event="invitation_accepted").exists()


def test_the_secret_is_in_the_letter_alone(send):
    invitation, path = send()
    token = path.strip("/").rsplit("/", 1)[-1]
    assert len(token) >= 40 and token not in "".join(map(str, Invitation.objects.values_list("token_hash", flat=True)))
    assert not Notice.objects.filter(link__contains=token).exclude(emailed_at=None).exists()
    assert invitation.expires_at - timezone.now() <= timedelta(days=14)


def test_the_first_login_leads_to_the_space(client, clsm, send):
    path = send()[1]
    client.post(path, NAMES)
    client.post(reverse("account_request_login_code"), {"email": ADDRESS, "next": "/mon-clsm/"})
    code = re.search(r"^([A-Z0-9-]{6,9})$", mail.outbox[-1].body, re.M).group(1)
    response = client.post(reverse("account_confirm_login_code"), {"code": code, "next": "/mon-clsm/"}, follow=True)
    assert response.redirect_chain[-1][0] == reverse("space_home", args=[clsm.pk])


def test_names_are_asked_of_a_new_account_and_kept(client, send):
    path = send()[1]
    response = client.post(path, {"first_name": "Dominique", "last_name": ""})
    assert response.status_code == 422 and 'value="Dominique"' in response.content.decode()
    assert not User.objects.filter(email=ADDRESS).exists()


def test_an_existing_account_keeps_its_names(client, clsm, send):
    user = make_coordinator(email=ADDRESS)
    client.post(send()[1], NAMES)
    user.refresh_from_db()
    assert user.first_name == "Camille" and coordinates(user, clsm)


def test_a_used_link_says_so_and_gives_nothing_twice(client, clsm, send):
    path = send()[1]
    client.post(path, NAMES)
    CoordinatorAssignment.objects.all().delete()
    for response in (client.get(path), client.post(path, NAMES)):
        assert response.status_code == 410 and "a déjà servi" in text_of(response)
    assert not CoordinatorAssignment.objects.exists()


def test_an_expired_link_says_so(client, clsm, send):
    invitation, path = send()
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=timezone.now() - DAY)
    for response in (client.get(path), client.post(path, NAMES)):
        assert response.status_code == 410 and "a expiré" in text_of(response)
    assert not User.objects.filter(email=ADDRESS).exists()


def test_a_link_sent_again_replaces_the_first(client, clsm, send, admin_user, django_capture_on_commit_callbacks):
    invitation, old = send()
    with django_capture_on_commit_callbacks(execute=True):
        resend(invitation, by=admin_user)
    new = link_in()
    assert new != old and "a été remplacée" in text_of(client.get(old))
    assert client.post(old, NAMES).status_code == 410
    assert client.post(new, NAMES).status_code == 302


def test_a_revoked_link_says_so(client, send, admin_user):
    invitation, path = send()
    revoke(invitation, by=admin_user)
    assert "a été annulée" in text_of(client.get(path)) and client.post(path, NAMES).status_code == 410
    with pytest.raises(RefusedError, match="annulée"):
        resend(invitation, by=admin_user)


def test_an_invented_link_leads_nowhere(client, clsm):
    for path in ("/invitation/abc/", f"/invitation/{'x' * 300}/"):
        assert client.get(path).status_code == client.post(path, NAMES).status_code == 404


def test_somebody_else_signed_in_does_not_take_the_post(client, clsm, send):
    other = make_coordinator()
    path = send()[1]
    client.force_login(other)
    for response in (client.get(path), client.post(path, NAMES)):
        assert response.status_code == 403 and "autre compte" in text_of(response)
    assert not coordinates(other, clsm) and not User.objects.filter(email=ADDRESS).exists()


def test_the_person_already_signed_in_goes_straight_to_the_space(client, clsm, send):
    user = make_coordinator(email=ADDRESS)
    client.force_login(user)
    assert client.post(send()[1]).headers["Location"] == "/mon-clsm/"
    assert coordinates(user, clsm)


def test_a_post_to_come_opens_on_its_day(client, clsm, send):
    start = timezone.localdate() + 10 * DAY
    client.post(send(start=start)[1], NAMES)
    user = User.objects.get(email=ADDRESS)
    assert not coordinates(user, clsm) and coordinates(user, clsm, start)
    client.force_login(user)
    assert f"commence le {long_date(start)}" in text_of(client.get("/mon-clsm/", follow=True))


def test_a_disabled_account_is_neither_invited_nor_reopened(client, clsm, send, admin_user):
    path = send()[1]
    User.objects.create_user(ADDRESS, is_active=False)
    assert "désactivé" in text_of(client.post(path, follow=True))
    assert not CoordinatorAssignment.objects.exists()
    with pytest.raises(RefusedError, match="désactivé"):
        invite(make_clsm(), Invitee(ADDRESS, timezone.localdate()), by=admin_user)


@pytest.mark.parametrize(
    ("start", "end", "message"),
    [(date(2026, 1, 1), date(2025, 1, 1), "précède"), (date(2020, 1, 1), date(2021, 1, 1), "déjà passée")],
)
def test_dates_are_checked(clsm, admin_user, start, end, message):
    with pytest.raises(RefusedError, match=message):
        invite(clsm, Invitee(ADDRESS, start, end), by=admin_user)


def test_nobody_is_invited_twice_nor_when_in_post(clsm, send, admin_user):
    send()
    with pytest.raises(RefusedError, match="attend déjà"):
        invite(clsm, Invitee(ADDRESS.upper(), timezone.localdate()), by=admin_user)
    user = make_coordinator(clsm)
    with pytest.raises(RefusedError, match="déjà en poste"):
        invite(clsm, Invitee(user.email, timezone.localdate()), by=admin_user)


def test_a_dead_mail_server_stops_nothing_and_the_letter_leaves_later(
    client, clsm, admin_user, settings, django_capture_on_commit_callbacks
):
    backend = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "tests.users.mail.DeadServer"
    with django_capture_on_commit_callbacks(execute=True):
        kept = invite(clsm, Invitee(ADDRESS, timezone.localdate()), by=admin_user)
        dropped = invite(clsm, Invitee("bis@ville.example", timezone.localdate()), by=admin_user)
    revoke(dropped, by=admin_user)
    settings.EMAIL_BACKEND = backend
    letters = Notice.objects.filter(event="coordination_invitation", emailed_at=None)
    assert [letter.address for letter in letters] == [kept.email]
