"""A person changes the e-mail address of their account."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.site_setup.roles import EDITING
from portal.users.models import User
from tests.factories.capitalisation import make_member

pytestmark = pytest.mark.django_db

NEW = "nouvelle@clsm.example"
CODE_PAGE = "account_new_email_code"


@pytest.fixture
def user(client) -> User:
    user = make_member(EDITING)
    client.force_login(user)
    return user


def ask(client: Client, email: str = NEW) -> str:
    """Ask for the address; gives the code that was sent to it, if any."""
    response = client.post(reverse("account_new_email"), {"email": email})
    assert response.url == reverse(CODE_PAGE)
    assert mail.outbox[-1].to == [email]
    found = re.search(r"^[A-Z0-9-]{6,}$", mail.outbox[-1].body, re.MULTILINE)
    return found.group() if found else ""


def type_code(client: Client, code: str) -> str:
    return client.post(reverse(CODE_PAGE), {"code": code}, follow=True).content.decode()


def test_the_new_address_opens_the_account_and_the_former_one_is_told(client, user):
    former = user.email
    code = ask(client)
    assert User.objects.get(pk=user.pk).email == former, "nothing changes before the code"
    assert f"connectez désormais avec {NEW}" in type_code(client, code.lower())
    assert User.objects.get(pk=user.pk).email == NEW
    kept = EmailAddress.objects.filter(user=user).values_list("email", "verified", "primary")
    assert list(kept) == [(NEW, True, True)]
    told = mail.outbox[-1]
    assert told.to == [former] and told.subject == "Votre adresse de connexion a changé" and NEW in told.body
    visitor = Client()
    visitor.post(reverse("account_request_login_code"), {"email": former})
    assert mail.outbox[-1] is told, "no code goes to the former address"
    Client().post(reverse("account_request_login_code"), {"email": NEW})
    assert mail.outbox[-1].to == [NEW]


def test_an_address_that_has_an_account_receives_no_code(client, user):
    other = make_member(EDITING)
    assert ask(client, other.email) == ""
    assert mail.outbox[-1].subject == "Cette adresse a déjà un compte"
    code = client.session["new_email"]["code"]
    assert "Cette adresse a maintenant un autre compte" in type_code(client, code)
    assert User.objects.get(pk=user.pk).email == user.email


def test_a_code_is_guessed_five_times_and_lives_ten_minutes(client, user):
    code = ask(client)
    for _ in range(4):
        assert "Ce n’est pas le code envoyé." in type_code(client, "FAUX-CODE")
    assert "Trop d’essais" in type_code(client, "FAUX-CODE")
    assert "Ce code n’est plus valable" in type_code(client, code)
    code = ask(client)
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert "Ce code n’est plus valable" in type_code(client, code)
    assert User.objects.get(pk=user.pk).email == user.email


@pytest.mark.parametrize(
    ("email", "why"), [("pas une adresse", "adresse"), (None, "C’est déjà l’adresse de votre compte")]
)
def test_an_unusable_address_is_refused_beside_its_field(client, user, email, why):
    response = client.post(reverse("account_new_email"), {"email": user.email if email is None else email})
    assert response.status_code == 422 and why in response.content.decode() and not mail.outbox


def test_a_visitor_has_no_address_to_change(client):
    for page in ("account_new_email", CODE_PAGE):
        assert client.get(reverse(page)).url.startswith(reverse("account_login"))
