"""Deleting an account with the stock screens of the admin follows the rules of erasure."""

from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import Group
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry, Page
from wagtail.users.views.groups import get_permission_panel_classes

from caps_sheets.capitalisation.models import CaseFile
from portal.moderation.dormant_accounts import erase_dormant_accounts
from portal.site_setup.roles import ADMINISTRATION, EDITING, MODERATION, setup_roles
from portal.users.models import User
from portal.users.queries import KEPT_BY_ADMINISTRATION, ROLE_NAMES
from tests.factories.capitalisation import make_case_file, make_member
from tests.factories.sheets import make_sheet, make_sheets_index
from tests.refusals import assert_refused

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


class TestLastAdministrator:
    """Erased, closed or without its role, it would leave a portal that nobody of the Centre can open."""

    @pytest.fixture
    def root(self, client, admin) -> User:
        root = User.objects.create_superuser("racine@clsm.example")
        client.force_login(root)
        return root

    @pytest.mark.parametrize("url_of", [delete_url, bulk_url])
    def test_is_not_erased(self, client, admin, root, url_of):
        assert "dernier compte de l’Administration" in said(client.post(url_of(admin)))
        assert not is_erased(admin)

    def test_two_are_not_erased_together(self, client, admin, root):
        other = make_member(ADMINISTRATION)
        response = client.post(bulk_url(admin, other))
        assert "Personne n’est effacé" in said(response) and "dernier compte" in said(response)
        assert not is_erased(admin) and not is_erased(other)
        client.post(bulk_url(other))
        assert is_erased(other)

    def test_is_not_erased_by_dormancy(self, admin):
        seen = timezone.now() - timedelta(days=900)
        User.objects.filter(pk=admin.pk).update(last_login=seen, date_joined=seen)
        today = timezone.localdate()
        assert erase_dormant_accounts(today - timedelta(days=31)).warned == [admin.pk]
        assert "dernier compte" in erase_dormant_accounts(today).held[admin.pk][0]
        assert not is_erased(admin)

    @pytest.mark.parametrize("change", [{"is_active": ""}, {"groups": []}])
    def test_keeps_its_role_and_stays_open(self, client, admin, root, change):
        other_group = make_member(EDITING).groups.get()
        url = reverse("wagtailusers_users:edit", args=[admin.pk])
        role = admin.groups.get()
        form = {"email": admin.email, "first_name": "A", "last_name": "B", "is_active": "on", "groups": [role.pk]}
        page = client.post(url, form | change | ({"groups": [other_group.pk]} if "groups" in change else {}))
        assert "dernier compte de l’Administration" in page.content.decode()
        admin.refresh_from_db()
        assert admin.is_active and list(admin.groups.all()) == [role]
        assert client.post(url, form).status_code == 302

    def test_is_not_closed_from_the_list(self, client, admin, root):
        url = reverse("wagtail_bulk_action", args=["portal_users", "user", "set_active_state"])
        response = client.post(f"{url}?id={admin.pk}&next=/admin/users/", {"mark_as_active": "False"})
        assert "Aucun compte n’est fermé" in said(response)
        assert User.objects.get(pk=admin.pk).is_active


class TestRoles:
    """The code knows a role by its group: renamed, it would lose the second factor that production asks for."""

    @pytest.fixture(autouse=True)
    def roles(self, admin):
        setup_roles()

    def fields(self, group: Group, **changed: object) -> dict[str, object]:
        rights = group.permissions.values_list("pk", flat=True)
        panels = [panel(instance=group).prefix for panel in get_permission_panel_classes()]
        empty = {f"{prefix}-{name}_FORMS": 0 for prefix in panels for name in ("TOTAL", "INITIAL")}
        return {"name": group.name, "permissions": list(rights)} | empty | changed

    def edit(self, client, group: Group, **changed: object):
        return client.post(reverse("wagtailusers_groups:edit", args=[group.pk]), self.fields(group, **changed))

    @pytest.mark.parametrize("name", ROLE_NAMES)
    def test_is_not_deleted(self, client, name):
        group = Group.objects.get(name=name)
        response = client.post(reverse("wagtailusers_groups:delete", args=[group.pk]))
        assert_refused(response, f"« {name} » est un rôle du portail : ce groupe ne se supprime pas.")
        assert Group.objects.filter(name=name).exists()

    @pytest.mark.parametrize("name", ROLE_NAMES)
    def test_keeps_its_name(self, client, name):
        response = self.edit(client, Group.objects.get(name=name), name="Équipe")
        assert f"« {name} » est un rôle du portail : ce groupe garde son nom." in unescape(response.content.decode())
        assert Group.objects.filter(name=name).exists() and not Group.objects.filter(name="Équipe").exists()

    @pytest.mark.parametrize("right", sorted(KEPT_BY_ADMINISTRATION))
    def test_administration_keeps_what_opens_accounts_and_roles(self, client, right):
        group = Group.objects.get(name=ADMINISTRATION)
        kept = group.permissions.exclude(codename=right.split(".")[1]).values_list("pk", flat=True)
        response = self.edit(client, group, permissions=list(kept))
        assert "L’Administration garde le droit d’entrer" in unescape(response.content.decode())
        assert {right} <= {f"{one.content_type.app_label}.{one.codename}" for one in group.permissions.all()}

    def test_other_rights_and_other_groups_change(self, client):
        group = Group.objects.get(name=EDITING)
        assert self.edit(client, group, permissions=[]).status_code == 302
        assert not group.permissions.filter(codename="access_admin").exists()
        other = Group.objects.create(name="Atelier")
        assert self.edit(client, other, name="Équipe").status_code == 302
        client.post(reverse("wagtailusers_groups:delete", args=[other.pk]))
        assert not Group.objects.filter(pk=other.pk).exists()
