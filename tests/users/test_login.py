"""Logging in: by code, by password, with a second factor, and never by the stock pages."""

import base64
import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.users.models import User

pytestmark = pytest.mark.django_db
PASSWORD = "quatre-mots-de-passe"


@pytest.fixture
def user() -> User:
    return User.objects.create_user("camille@clsm.example", PASSWORD, first_name="Camille")


def current_code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


@pytest.fixture
def secret(user) -> str:
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def is_logged_in(client) -> bool:
    return "_auth_user_id" in client.session


def ask_code(client, email: str, **query: str) -> str:
    """Ask for a login code and read it in the mail."""
    client.post(reverse("account_request_login_code"), {"email": email, **query})
    return re.search(r"^([A-Z0-9-]{6,9})$", mail.outbox[-1].body, re.M).group(1)


def test_login_by_code_leads_to_a_neutral_page(client, user):
    code = ask_code(client, "Camille@CLSM.example")
    assert mail.outbox[-1].subject == "Votre code de connexion"
    response = client.post(reverse("account_confirm_login_code"), {"code": code}, follow=True)
    assert is_logged_in(client)
    assert response.redirect_chain[-1][0] == "/compte/"
    assert "Bonjour Camille" in response.content.decode()


def test_login_by_code_goes_where_one_was_going(client, user):
    code = ask_code(client, user.email, next="/admin/pages/")
    response = client.post(reverse("account_confirm_login_code"), {"code": code, "next": "/admin/pages/"})
    assert response.url == "/admin/pages/"


def test_a_wrong_code_is_refused(client, user):
    ask_code(client, user.email)
    client.post(reverse("account_confirm_login_code"), {"code": "AAAAAA"})
    assert not is_logged_in(client)


def test_an_unknown_address_gets_the_same_answer_and_no_mail(client, user):
    known = client.post(reverse("account_request_login_code"), {"email": user.email})
    mail.outbox.clear()
    client.cookies.clear()
    unknown = client.post(reverse("account_request_login_code"), {"email": "personne@clsm.example"})
    assert (unknown.status_code, unknown.url) == (known.status_code, known.url)
    assert not mail.outbox


def test_login_by_password(client, user):
    response = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert response.url == "/mon-clsm/" and is_logged_in(client)


def test_a_disabled_account_does_not_log_in(client, user):
    User.objects.update(is_active=False)
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    client.post(reverse("account_request_login_code"), {"email": user.email})
    assert not is_logged_in(client)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("path", ["/admin/login/", "/django-admin/login/", "/_util/login/"])
def test_stock_login_pages_lead_to_ours(client, user, secret, path, method):
    form = {"username": user.email, "email": user.email, "login": user.email, "password": PASSWORD}
    response = getattr(client, method)(f"{path}?next=/admin/", form if method == "post" else None)
    assert response.status_code == 302
    assert response.url.startswith("/comptes/login/")
    assert not is_logged_in(client)


def test_a_second_factor_is_asked_after_a_password(client, user, secret):
    response = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert response.url == reverse("mfa_authenticate") and not is_logged_in(client)
    assert "Camille" not in client.get(reverse("mfa_authenticate")).content.decode()
    client.post(reverse("mfa_authenticate"), {"code": current_code(secret)})
    assert is_logged_in(client)


def test_a_second_factor_is_asked_after_a_code(client, user, secret):
    code = ask_code(client, user.email)
    response = client.post(reverse("account_confirm_login_code"), {"code": code})
    assert response.url == reverse("mfa_authenticate") and not is_logged_in(client)


def test_an_account_without_password_activates_its_second_factor(client):
    user = User.objects.create_user("alix@clsm.example")
    client.post(reverse("account_confirm_login_code"), {"code": ask_code(client, user.email)})
    page = client.get(reverse("mfa_activate_totp"))
    assert page.status_code == 200
    image = page.context["totp_svg_data_uri"]
    assert f'src="{image}"' in page.content.decode()
    assert 'fill="white"' in base64.b64decode(image.split(",")[1]).decode()
    secret = page.context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": current_code(secret)})
    assert Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def test_an_account_with_password_confirms_it_first(client, user):
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    user.refresh_from_db()
    activate = reverse("mfa_activate_totp")
    client.post(reverse("account_reauthenticate") + f"?next={activate}", {"password": PASSWORD})
    assert client.get(activate).status_code == 200


def test_the_second_factor_asks_for_nothing_again_right_after_a_login(client, user):
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    activate = reverse("mfa_activate_totp")
    assert client.get(activate).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=10)):
        assert client.get(activate).url.startswith(reverse("account_reauthenticate"))


def test_the_code_screen_masks_the_address_and_sends_a_new_code_twice(client, user):
    first = ask_code(client, user.email)
    screen = client.get(reverse("account_confirm_login_code")).content.decode()
    assert "c•••@clsm.example" in screen and "10&nbsp;minutes" in screen and "Renvoyer le code" in screen
    for _ in range(2):
        client.post(reverse("account_confirm_login_code"), {"action": "resend"})
    assert len(mail.outbox) == 3 and "valable 10 minutes" in mail.outbox[-1].body
    screen = client.get(reverse("account_confirm_login_code")).content.decode()
    assert "Renvoyer le code" not in screen
    client.post(reverse("account_confirm_login_code"), {"action": "resend"})
    assert len(mail.outbox) == 3, "a forged sending sends no more"
    client.post(reverse("account_confirm_login_code"), {"code": first})
    assert not is_logged_in(client), "a new code replaces the first"


def test_the_address_of_an_invitation_is_filled_in_until_its_person_is_in(client, user):
    session = client.session
    session["invited_email"] = user.email
    session.save()
    assert f'value="{user.email}"' in client.get(reverse("account_request_login_code")).content.decode()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert is_logged_in(client) and "invited_email" not in client.session


def test_each_change_of_password_or_second_factor_is_told(client, user, django_capture_on_commit_callbacks):
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    new = "une-autre-phrase-longue"
    change = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    client.post(reverse("account_change_password"), change)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_activate_totp"), {"code": current_code(secret)})
    client.post(reverse("mfa_deactivate_totp"))
    told = [message for message in mail.outbox if message.to == [user.email]]
    subjects = {message.subject for message in told}
    assert {"Votre mot de passe a changé", "Double vérification activée", "Double vérification retirée"} <= subjects
    assert all("prévenez le Centre sans attendre" in message.body for message in told)


def test_password_reset_by_mail(client, user):
    client.post(reverse("account_reset_password"), {"email": user.email})
    assert mail.outbox[-1].subject == "Choisir un nouveau mot de passe"
    link = re.search(r"http://testserver(/comptes/password/reset/key/\S+)", mail.outbox[-1].body).group(1)
    form = client.get(link, follow=True)
    url = form.redirect_chain[-1][0]
    client.post(url, {"password1": "cinq-autres-mots", "password2": "cinq-autres-mots"})
    user.refresh_from_db()
    assert user.check_password("cinq-autres-mots")


def test_logging_out_takes_a_button(client, user):
    client.force_login(user)
    client.get(reverse("account_logout"))
    assert is_logged_in(client)
    client.post(reverse("account_logout"))
    assert not is_logged_in(client)


def test_sign_up_is_closed(client):
    assert "sur invitation" in client.get(reverse("account_signup")).content.decode()
    form = {"email": "intrus@clsm.example", "password1": PASSWORD, "password2": PASSWORD}
    client.post(reverse("account_signup"), form)
    assert not User.objects.exists()


def test_the_page_of_addresses_of_the_library_changes_nothing(client, user):
    client.force_login(user)
    kept = EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    other = EmailAddress.objects.create(user=user, email="autre@clsm.example", verified=True)
    for action in ("add", "primary", "remove", "send"):
        response = client.post("/comptes/email/", {"email": other.email, f"action_{action}": ""})
        assert response.url == reverse("account_new_email")
    user.refresh_from_db()
    assert user.email == kept.email
    assert list(EmailAddress.objects.order_by("pk").values_list("email", "primary")) == [
        (kept.email, True),
        (other.email, False),
    ]
    assert mail.outbox == []


def test_a_former_address_receives_no_code(client, user):
    client.post(reverse("account_confirm_login_code"), {"code": ask_code(client, user.email)})
    user.refresh_from_db()
    user.email = "dominique@clsm.example"
    user.save()
    mail.outbox.clear()
    Client().post(reverse("account_request_login_code"), {"email": "camille@clsm.example"})
    assert not mail.outbox
    assert ask_code(Client(), "dominique@clsm.example")


@pytest.mark.parametrize(
    "name",
    [
        "account_home",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_generate_recovery_codes",
        "account_change_password",
        "account_logout",
        "account_reauthenticate",
    ],
)
def test_account_pages_are_french_and_never_cached(client, user, name):
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    response = client.get(reverse(name), follow=True)
    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]
    html = response.content.decode()
    assert "<main" in html and "<script>" not in html
    assert not re.search(r"\b(the|your|Activate|Password|Recovery|Sign)\b", re.sub(r"<[^>]+>", " ", html))


@pytest.mark.parametrize("name", ["account_login", "account_request_login_code", "account_reset_password"])
def test_entrance_pages_are_french_and_never_cached(client, name):
    response = client.get(reverse(name))
    assert "no-store" in response.headers["Cache-Control"]
    assert not re.search(r"\b(the|your|Password|Sign)\b", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.mark.parametrize(
    "typed", ["\u200bcamille@clsm.example", " Camille@CLSM.example\ufeff", "camille@clsm.example\u00a0"]
)
@pytest.mark.parametrize("with_password", [True, False])
def test_a_pasted_address_opens_the_account(client, user, typed, with_password):
    """Word and web pages put characters that nobody sees around an address."""
    if with_password:
        client.post(reverse("account_login"), {"login": typed, "password": PASSWORD})
    else:
        client.post(reverse("account_confirm_login_code"), {"code": ask_code(client, typed)})
    assert client.session["_auth_user_id"] == str(user.pk)


def test_an_address_that_cannot_be_one_says_what_to_do(client, user):
    page = client.post(reverse("account_login"), {"login": "camille@clsm,example", "password": PASSWORD})
    assert "vouliez-vous dire « camille@clsm.example »" in page.content.decode()
