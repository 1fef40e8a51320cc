"""What a stranger may do to the account of somebody: nothing that keeps this person out, nor tells that they exist."""

import smtplib
import statistics
import time
from datetime import timedelta
from threading import Event

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.base.rate import network
from portal.settings import base
from portal.users import adapter
from portal.users.models import User
from tests.factories.site import make_news
from tests.users.test_login import ask_code, is_logged_in

pytestmark = pytest.mark.django_db
PASSWORD = "quatre-mots-de-passe"
HOME, STRANGER = "203.0.113.9", "198.51.100.7"
CODE, RESET, LOGIN = (reverse(f"account_{name}") for name in ("request_login_code", "reset_password", "login"))


@pytest.fixture(autouse=True)
def limits(settings):
    settings.ACCOUNT_RATE_LIMITS = base.ACCOUNT_RATE_LIMITS
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def user() -> User:
    return User.objects.create_user("camille@clsm.example", PASSWORD, first_name="Camille")


def post(url: str, data: dict, address: str):
    return Client().post(url, data, REMOTE_ADDR=address)


@pytest.mark.parametrize("url", [CODE, RESET])
def test_three_requests_of_a_stranger_leave_the_person_alone(user, url):
    for _ in range(3):
        assert post(url, {"email": user.email}, STRANGER).status_code == 302
    refused = post(url, {"email": user.email.upper()}, STRANGER)
    assert refused.status_code == 200
    assert "Trop de demandes en peu de temps pour cette adresse" in refused.content.decode()
    assert len(mail.outbox) == 3
    assert post(url, {"email": user.email}, HOME).status_code == 302
    assert len(mail.outbox) == 4


def test_six_wrong_passwords_of_a_stranger_leave_the_person_alone(user):
    form = {"login": user.email, "password": "non"}
    pages = [post(LOGIN, form, STRANGER).content.decode() for _ in range(6)]
    assert ["Trop d’essais en peu de temps" in page for page in pages] == [False] * 5 + [True]
    assert post(LOGIN, {"login": user.email, "password": PASSWORD}, STRANGER).status_code == 200
    assert post(LOGIN, {"login": user.email, "password": PASSWORD}, HOME).status_code == 302


def test_passwords_are_not_tried_for_ever_from_many_networks(user, settings):
    settings.ACCOUNT_RATE_LIMITS = base.ACCOUNT_RATE_LIMITS | {"login_failed_everywhere": "6/d/key"}
    pages = [
        post(LOGIN, {"login": user.email, "password": "non"}, f"198.51.100.{n}").content.decode() for n in range(7)
    ]
    assert ["Trop d’essais en peu de temps" in page for page in pages] == [False] * 6 + [True]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
    ],
)
def test_a_network_is_an_address_or_the_64_of_one(user, one, other, same):
    assert (network(one) == network(other)) is same
    for _ in range(3):
        post(CODE, {"email": user.email}, one)
    assert (post(CODE, {"email": user.email}, other).status_code == 200) is same


def test_an_unknown_address_is_limited_alike(user):
    statuses = {
        email: [post(CODE, {"email": email}, STRANGER).status_code for _ in range(4)]
        for email in (user.email, "personne@clsm.example")
    }
    assert set(map(tuple, statuses.values())) == {(302, 302, 302, 200)}


class SlowServer(EmailBackend):
    """Takes a message only once it is let."""

    let = Event()

    def send_messages(self, messages):
        assert self.let.wait(10)
        return super().send_messages(messages)


@pytest.mark.parametrize("url", [CODE, RESET])
def test_the_answer_does_not_wait_for_the_mail(user, settings, url):
    settings.ACCOUNT_MAIL_IN_BACKGROUND = True
    settings.EMAIL_BACKEND = f"{__name__}.SlowServer"
    SlowServer.let.clear()
    assert post(url, {"email": user.email}, HOME).status_code == 302
    assert not mail.outbox
    SlowServer.let.set()
    adapter.senders.submit(int).result(10)
    while not mail.outbox:
        time.sleep(0.01)
    assert mail.outbox[0].to == [user.email]


@pytest.mark.parametrize("url", [CODE, RESET])
def test_a_known_and_an_unknown_address_are_answered_in_the_same_time(user, settings, url):
    """The mail itself left apart (above): what remains must not tell one from the other. A ratio, not seconds."""
    settings.ACCOUNT_RATE_LIMITS = False
    taken: dict[str, list[float]] = {user.email: [], "personne@clsm.example": []}
    for _ in range(15):
        for email, times in taken.items():
            start = time.process_time()
            post(url, {"email": email}, HOME)
            times.append(time.process_time() - start)
    known, unknown = (statistics.median(times) for times in taken.values())
    assert 0.4 < known / unknown < 2.5


def test_a_dead_server_tells_nothing_and_is_logged(user, settings, caplog):
    settings.EMAIL_BACKEND = "tests.users.mail.DeadServer"
    pages = [
        Client().post(CODE, {"email": email}, follow=True).content.decode()
        for email in (user.email, "personne@clsm.example")
    ]
    said = "Un code vient de partir, si un compte existe à cette adresse."
    assert [said in page for page in pages] == [True, True]
    assert "E-mail account/email/login_code not sent" in caplog.text


def test_a_message_that_cannot_be_written_breaks_nothing(user, monkeypatch):
    def refuse(self, messages):
        raise smtplib.SMTPRecipientsRefused({user.email: (550, b"non")})

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    assert post(CODE, {"email": user.email}, HOME).status_code == 302


class TestSessions:
    def test_a_visitor_leaves_no_row(self, client, user, home):
        news = make_news()
        for url in ("/", news.url, "/recherche/?q=deuil", LOGIN, CODE, RESET, f"/signaler-une-erreur/{news.pk}/"):
            client.get(url, follow=True)
        client.post(LOGIN, {"login": user.email, "password": "non"})
        client.post(LOGIN, {"login": "personne@clsm.example", "password": "non"})
        client.post(reverse("report_error", args=[news.pk]), {"message": "Une date est fausse."})
        client.get("/admin/")
        assert not Session.objects.exists()

    def test_waiting_for_a_code_takes_one_row_for_an_hour(self, client, user):
        for email in (user.email, "personne@clsm.example", user.email):
            client.post(CODE, {"email": email})
        row = Session.objects.get()
        assert row.expire_date < timezone.now() + timedelta(minutes=61)

    def test_a_login_by_code_lasts_as_long_as_another(self, client, user):
        code = ask_code(client, user.email)
        client.post(reverse("account_confirm_login_code"), {"code": code})
        assert is_logged_in(client)
        client.get("/compte/")
        row = Session.objects.get()
        assert row.expire_date > timezone.now() + timedelta(days=13)
