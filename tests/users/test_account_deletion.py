"""Deleting an account with the stock screens of the admin follows the rules of erasure."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from wagtail.models import ModelLogEntry, Page

from caps_sheets.capitalisation.models import CaseFile
from portal.home.roles import ADMINISTRATION, EDITING, MODERATION
from portal.users.models import User
from tests.factories.capitalisation import make_case_file, make_member
from tests.factories.sheets import make_sheet, make_sheets_index

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client) -> User:
    make_sheets_index()
    person = make_member(ADMINISTRATION)
    client.force_login(person)
    return person


@pytest.fixture
def camille(admin) -> User:
    """Wrote a sheet, and is named in the audit log."""
    person = make_member(EDITING, first_name="Camille", last_name="Exemple", email="camille@clsm.example")
    make_sheet(owner=person).save_revision(user=person, log_action=True)
    return person


def delete_url(user: User) -> str:
    return reverse("wagtailusers_users:delete", args=[user.pk])


def bulk_url(*users: User) -> str:
    ids = "&".join(f"id={user.pk}" for user in users)
    return reverse("wagtail_bulk_action", args=["portal_users", "user", "delete"]) + f"?{ids}&next=/admin/users/"


def said(response) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def is_erased(user: User) -> bool:
    row = User.objects.get(pk=user.pk)
    return not row.is_active and row.email.endswith("@efface.invalid") and not row.groups.exists()


@pytest.mark.parametrize("url_of", [delete_url, bulk_url])
def test_deleting_is_erasing(client, admin, camille, url_of):
    page = Page.objects.get(owner=camille)
    shown = client.get(url_of(camille))
    assert shown.status_code == 200 and "Camille Exemple" in shown.content.decode()
    assert not is_erased(camille), "a GET changes nothing"
    assert client.post(url_of(camille)).status_code == 302
    assert is_erased(camille)
    page.refresh_from_db()
    assert page.live and page.owner == camille, "what they wrote stays, under a name that says nothing"
    [line] = ModelLogEntry.objects.filter(action="portal.person_erased")
    assert line.user == admin and "Camille" not in line.label


@pytest.mark.parametrize("url_of", [delete_url, bulk_url])
def test_what_prevents_an_erasure_prevents_a_deletion(client, admin, camille, url_of):
    make_case_file(owner=camille)
    other = make_member(EDITING)
    urls = [url_of(camille)] if url_of is delete_url else [bulk_url(other, camille)]
    for url in urls:
        response = client.post(url)
        assert "confiez-le d’abord" in said(response) + response.content.decode()
    assert not is_erased(camille) and not is_erased(other), "all of them or nobody"
    CaseFile.objects.update(owner=None)
    client.post(url_of(camille))
    assert is_erased(camille)


def test_the_screen_says_beforehand_what_prevents_it(client, admin, camille):
    assert "devient anonyme" in client.get(delete_url(camille)).content.decode()
    make_case_file(owner=camille)
    assert "confiez-le d’abord" in client.get(delete_url(camille)).content.decode()


@pytest.mark.parametrize("url_of", [delete_url, bulk_url])
def test_nobody_else_nor_oneself_nor_a_superuser(client, admin, camille, url_of):
    root = User.objects.create_superuser("racine@clsm.example")
    for person in (admin, root):
        client.post(url_of(person))
        assert not is_erased(person)
    client.force_login(make_member(MODERATION))
    client.post(url_of(camille))
    assert not is_erased(camille)
