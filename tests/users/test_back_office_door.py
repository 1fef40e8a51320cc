"""Who enters the back office."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from portal.users.models import User

pytestmark = pytest.mark.django_db


def make_user(*, admin_access: bool, group: str = "Équipe") -> User:
    user = User.objects.create_user("camille@clsm.example")
    role, _ = Group.objects.get_or_create(name=group)
    if admin_access:
        role.permissions.add(Permission.objects.get(codename="access_admin"))
    user.groups.add(role)
    return user


def test_a_visitor_is_sent_to_the_login_page(client):
    assert client.get("/admin/").url == "/comptes/login/?next=/admin/"


def test_an_account_without_a_role_is_refused_without_a_loop(client):
    client.force_login(make_user(admin_access=False))
    response = client.get("/admin/", follow=True)
    assert response.status_code == 403
    assert response.redirect_chain == []
    assert "n’ouvre pas cet espace" in response.content.decode()
    assert client.get("/compte/").status_code == 200


def test_an_account_with_a_role_enters(client):
    client.force_login(make_user(admin_access=True))
    assert client.get("/admin/").status_code == 200


def test_a_lost_role_closes_the_door_at_once(client):
    user = make_user(admin_access=True)
    client.force_login(user)
    user.groups.clear()
    assert client.get("/admin/").status_code == 403


def test_a_role_may_demand_a_second_factor(client, settings):
    settings.MFA_REQUIRED_GROUPS = ["Modération"]
    user = make_user(admin_access=True, group="Modération")
    client.force_login(user)
    response = client.get("/admin/")
    assert response.url == reverse("mfa_index")
    TOTP.activate(user, generate_totp_secret())
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize(("is_superuser", "status"), [(True, 302), (False, 200)])
def test_superusers_need_it_too_and_other_roles_do_not(client, settings, is_superuser, status):
    settings.MFA_REQUIRED_GROUPS = ["Modération"]
    user = make_user(admin_access=True)
    User.objects.filter(pk=user.pk).update(is_superuser=is_superuser)
    client.force_login(User.objects.get(pk=user.pk))
    assert client.get("/admin/").status_code == status


def test_the_second_factor_cannot_be_dropped_and_the_door_kept(client, settings):
    settings.MFA_REQUIRED_GROUPS = ["Équipe"]
    user = make_user(admin_access=True)
    TOTP.activate(user, generate_totp_secret()).instance.delete()
    client.force_login(user)
    assert client.post("/admin/pages/1/edit/").status_code == 302
