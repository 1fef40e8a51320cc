"""Accounts as the Centre opens and edits them."""

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from network.coordination.assignments import sync_groups
from portal.base.emails import clean_stored_emails
from portal.site_setup.roles import ADMINISTRATION, EDITING, setup_roles
from portal.users.models import User
from portal.users.services import invite_user
from tests.factories.network import make_clsm, make_coordinator

pytestmark = pytest.mark.django_db


@pytest.fixture
def role() -> Group:
    return Group.objects.get(name="Édition")


@pytest.fixture
def manager(client) -> User:
    """Someone who manages accounts without being a superuser."""
    user = User.objects.create_user("gestion@clsm.example")
    codenames = ["access_admin", "add_user", "change_user", "delete_user"]
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(user)
    return user


def form_of(user: User | None = None, **changes: object) -> dict[str, object]:
    values = {"email": "alix@clsm.example", "first_name": "Alix", "last_name": "Exemple", "job_title": "", "groups": []}
    if user:
        values |= {"email": user.email, "is_active": "on"}
    return values | changes


def test_addresses_are_kept_in_lower_case():
    assert User.objects.create_user("Camille.Exemple@CLSM.example").email == "camille.exemple@clsm.example"


def test_an_account_without_password_has_none_at_all():
    user = User(email="alix@clsm.example")
    user.save()
    assert not user.has_usable_password()


def test_an_invitation_opens_the_account_once(role):
    for _ in range(2):
        invite_user("Alix@clsm.example", groups=[role], first_name="Alix")
    user = User.objects.get()
    assert list(user.groups.all()) == [role]
    assert len(mail.outbox) == 2
    assert "http://testserver/comptes/login/code/" in mail.outbox[0].body


def test_an_invitation_is_not_lost_with_the_mail(settings):
    settings.EMAIL_BACKEND = "tests.users.mail.DeadServer"
    assert invite_user("alix@clsm.example").pk


def test_the_command_refuses_an_unknown_role():
    with pytest.raises(CommandError, match="Rôle inconnu : Absent"):
        call_command("invite_user", "alix@clsm.example", "--groupe", "Absent")
    assert not User.objects.exists()


def test_the_command_invites(role, capsys):
    call_command("invite_user", "alix@clsm.example", "--prenom", "Alix", "--groupe", "Édition")
    assert User.objects.get(email="alix@clsm.example", groups=role).first_name == "Alix"
    assert "alix@clsm.example" in capsys.readouterr().out


def test_creating_an_account_in_the_admin_invites(client, manager, role):
    assert client.get(reverse("wagtailusers_users:add")).status_code == 200
    client.post(reverse("wagtailusers_users:add"), form_of(groups=[role.pk], job_title="Coordination"))
    user = User.objects.get(email="alix@clsm.example")
    assert (user.job_title, list(user.groups.all())) == ("Coordination", [role])
    assert [message.to for message in mail.outbox] == [["alix@clsm.example"]]


def test_editing_an_account(client, manager, role):
    user = invite_user("alix@clsm.example", groups=[role])
    url = reverse("wagtailusers_users:edit", args=[user.pk])
    assert "job_title" in client.get(url).content.decode()
    client.post(url, form_of(user, last_name="Autre", email="ALIX2@clsm.example"))
    user.refresh_from_db()
    assert (user.last_name, user.email, user.groups.count()) == ("Autre", "alix2@clsm.example", 0)


@pytest.mark.parametrize("typed", ["Alix@CLSM.example", "alix@clsm.example\u200b", "\xa0alix@cl\xadsm.example "])
def test_two_accounts_never_differ_by_case_or_by_what_nobody_sees(client, manager, typed):
    user = User.objects.create_user("alix@clsm.example")
    refused = client.post(reverse("wagtailusers_users:add"), form_of(email=typed))
    assert refused.context["form"].errors["email"]
    assert invite_user(typed) == user
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user(typed)
    assert list(User.objects.exclude(pk=manager.pk)) == [user]


def test_the_command_invites_the_address_meant(capsys):
    call_command("invite_user", "Alix Exemple <ALIX@clsm.example\u200b>")
    assert User.objects.get().email == "alix@clsm.example"
    call_command("createsuperuser", "--noinput", email="Admin@clsm.example\u200b")
    assert User.objects.get(is_superuser=True).email == "admin@clsm.example"
    with pytest.raises(CommandError, match=r"vouliez-vous dire « alix@clsm\.example »"):
        call_command("invite_user", "alix@clsm,example")


def test_addresses_stored_before_are_rewritten_but_for_the_one_that_is_taken(caplog):
    alone, taken, own = (User.objects.create_user(f"{name}@clsm.example") for name in ("lou", "double", "alix"))
    column = {alone: "Lou@clsm.example\u200b", taken: "ALIX@clsm.example"}
    with connection.cursor() as cursor:
        for user, address in column.items():
            cursor.execute("UPDATE portal_users_user SET email = %s WHERE id = %s", [address, user.pk])
    clean_stored_emails(apps, "portal_users")
    assert dict(User.objects.values_list("pk", "email")) == {
        alone.pk: "lou@clsm.example",
        taken.pk: "ALIX@clsm.example",
        own.pk: "alix@clsm.example",
    }
    assert [record.args for record in caplog.records] == [("User", taken.pk)]


def test_a_manager_names_no_superuser(client, manager):
    user = User.objects.create_user("alix@clsm.example")
    client.post(reverse("wagtailusers_users:edit", args=[user.pk]), form_of(user, is_superuser="on"))
    client.post(reverse("wagtailusers_users:add"), form_of(email="bis@clsm.example", is_superuser="on"))
    assert User.objects.count() == 3
    assert not User.objects.filter(is_superuser=True).exists()


def test_a_manager_does_not_touch_a_superuser(client, manager):
    root = User.objects.create_superuser("racine@clsm.example")
    url = reverse("wagtailusers_users:edit", args=[root.pk])
    client.post(url, form_of(root, email="gestion2@clsm.example"))
    root.refresh_from_db()
    assert root.email == "racine@clsm.example"


def test_a_manager_opens_their_own_account(client, manager):
    url = reverse("wagtailusers_users:edit", args=[manager.pk])
    assert client.get(url).status_code == 200
    administration = Group.objects.get(name="Administration")
    client.post(url, form_of(manager, last_name="Autre", groups=[administration.pk]))
    manager.refresh_from_db()
    assert manager.last_name == "Autre"


@pytest.mark.parametrize("action", ["set_active_state", "delete"])
def test_a_manager_does_not_touch_a_superuser_in_bulk(client, manager, action):
    root = User.objects.create_superuser("racine@clsm.example")
    url = reverse("wagtail_bulk_action", args=["portal_users", "user", action])
    client.post(f"{url}?id={root.pk}", {"mark_as_active": ""})
    root.refresh_from_db()
    assert root.is_active


def test_sending_the_invitation_again_takes_a_button(client, manager):
    user = User.objects.create_user("alix@clsm.example")
    url = reverse("invite_user", args=[user.pk])
    assert user.email in client.get(url).content.decode()
    assert not mail.outbox
    client.post(url)
    assert len(mail.outbox) == 1


def test_only_managers_of_accounts_invite(client, manager):
    manager.user_permissions.remove(Permission.objects.get(codename="change_user"))
    user = User.objects.create_user("alix@clsm.example")
    client.post(reverse("invite_user", args=[user.pk]))
    assert not mail.outbox


def test_the_list_of_accounts_opens(client, manager):
    assert "Envoyer l’invitation" in client.get(reverse("wagtailusers_users:index")).content.decode()


def test_the_form_of_an_account_shows_roles_alone_and_keeps_the_groups_of_clsms(client, home):
    setup_roles()
    person, boss = make_coordinator(make_clsm()), make_coordinator()
    boss.groups.add(Group.objects.get(name=ADMINISTRATION))
    sync_groups(person)
    held = set(person.groups.all())
    client.force_login(boss)
    address = reverse("wagtailusers_users:edit", args=[person.pk])
    shown = BeautifulSoup(client.get(address).content, "html.parser").select("input[name=groups]")
    assert len(shown) == 4 and not {int(box["value"]) for box in shown} & {group.pk for group in held}
    editing = Group.objects.get(name=EDITING)
    form = {"email": person.email, "first_name": "Alix", "last_name": "Exemple", "is_active": "on"}
    client.post(address, form | {"groups": [editing.pk]})
    assert set(person.groups.all()) == held | {editing}
    client.post(address, form)
    assert set(person.groups.all()) == held
    forged = Group.objects.exclude(clsm_record=None).get()
    client.post(address, form | {"groups": [forged.pk, editing.pk]})
    assert set(person.groups.all()) == held, "a group that is not a role is refused, with the whole form"
