"""The roles, created from data."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from wagtail.models import GroupCollectionPermission, GroupPagePermission

from portal.site_setup.roles import ADMINISTRATION, COORDINATION, ROLES
from portal.users.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("before_first_day")]


@pytest.fixture
def site() -> None:
    call_command("setup_site")


def rights() -> tuple:
    return (
        sorted(Group.objects.values_list("name", "permissions__codename")),
        sorted(GroupPagePermission.objects.values_list("group__name", "page__slug", "permission__codename")),
        sorted(
            GroupCollectionPermission.objects.values_list("group__name", "collection__name", "permission__codename")
        ),
    )


def test_every_role_is_created_with_its_rights(site, capsys):
    call_command("setup_roles")
    assert set(Group.objects.values_list("name", flat=True)) == {role.name for role in ROLES}
    assert all(group.permissions.filter(codename="access_admin").exists() for group in Group.objects.all())
    assert "n’existe pas encore" not in capsys.readouterr().out


def test_only_administration_publishes(site):
    call_command("setup_roles")
    publishers = GroupPagePermission.objects.filter(permission__codename="publish_page")
    assert set(publishers.values_list("group__name", flat=True)) == {ADMINISTRATION}


def test_running_again_changes_nothing(site, capsys):
    call_command("setup_roles")
    before = rights()
    capsys.readouterr()
    call_command("setup_roles")
    assert rights() == before
    assert capsys.readouterr().out == "Rôles déjà en place.\n"


def test_running_again_takes_back_what_was_granted_by_hand(site):
    call_command("setup_roles")
    before = rights()
    group = Group.objects.get(name=COORDINATION)
    group.permissions.add(Permission.objects.get(codename="delete_user"))
    admin_right = GroupPagePermission.objects.filter(group__name=ADMINISTRATION).first()
    GroupPagePermission.objects.create(group=group, page=admin_right.page, permission=admin_right.permission)
    call_command("setup_roles")
    assert rights() == before


def test_people_keep_their_roles(site):
    call_command("setup_roles")
    user = User.objects.create_user("alix@clsm.example")
    user.groups.add(Group.objects.get(name=COORDINATION))
    call_command("setup_roles")
    assert user.groups.filter(name=COORDINATION).exists()


def test_without_a_site_it_says_what_is_missing(capsys):
    call_command("setup_roles")
    assert "la page « page d’accueil » n’existe pas encore" in capsys.readouterr().out
