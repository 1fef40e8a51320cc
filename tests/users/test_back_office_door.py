"""Who enters the back office, and what a role gives without the second factor that it asks for."""

import importlib

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Group, Permission
from django.core.files.base import ContentFile
from django.urls import reverse
from wagtail.models import CollectionViewRestriction, PageViewRestriction

from caps_sheets.capitalisation.models import CensusDocument, CensusState
from portal.medialib.models import PortalDocument
from portal.moderation.models import Notice
from portal.site_setup.roles import ADMINISTRATION, EDITING, MODERATION, setup_roles
from portal.users.models import User
from tests.factories.capitalisation import make_answer, make_member
from tests.factories.site import make_standard_page

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


@pytest.fixture
def production(settings, monkeypatch) -> None:
    """Who is asked for a second factor by the very settings of production, nothing being set by hand."""
    for name, value in (("SECRET_KEY", "cle-d-essai"), ("ALLOWED_HOSTS", "portail.example")):
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("MFA_REQUIRED_GROUPS", raising=False)
    settings.MFA_REQUIRED_GROUPS = importlib.import_module("portal.settings.production").MFA_REQUIRED_GROUPS


@pytest.fixture
def doors(home) -> dict[str, str]:
    """What a role of the Centre opens, under ``/admin/`` and elsewhere: name → address."""
    setup_roles()
    team = Group.objects.filter(name__in=(ADMINISTRATION, MODERATION))
    page = make_standard_page(home, title="Réservée au Centre")
    kept = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.GROUPS)
    document = PortalDocument.objects.create(title="Note", file=ContentFile(b"Note", name="note.txt"))
    closed = CollectionViewRestriction.objects.create(
        collection=document.collection, restriction_type=CollectionViewRestriction.GROUPS
    )
    for restriction in (kept, closed):
        restriction.groups.set(team)
    joined = CensusDocument.objects.create(
        answer=make_answer(state=CensusState.CAPITALISING),
        file=ContentFile(b"Bilan", name="bilan.txt"),
        name="bilan.txt",
        mime_type="text/plain",
        size=5,
    )
    return {
        "back office": reverse("wagtailadmin_home"),
        "census document": reverse("census_document", args=[joined.pk]),
        "notices": reverse("notice_settings"),
        "page of a group": page.url,
        "document of a group": reverse("wagtaildocs_serve", args=[document.pk, document.filename]),
    }


def test_nothing_opens_without_the_second_factor_that_production_asks_for(client, production, doors):
    root = User.objects.create_superuser("racine@clsm.example")
    for user in (make_member(ADMINISTRATION), make_member(MODERATION), root):
        client.force_login(user)
        for name, address in doors.items():
            for method in ("get", "head", "post", "put", "delete"):
                response = getattr(client, method)(address)
                if name == "document of a group":  # whoever may not read it does not learn that it is there
                    assert response.status_code in (404, 405), method
                elif response.status_code != 405 or name == "back office":
                    assert response.url == reverse("mfa_index"), (name, method)
        asked = client.get(doors["census document"], follow=True).content.decode()
        assert "Votre rôle demande une double vérification" in asked
        TOTP.activate(user, generate_totp_secret())
        for name, address in doors.items():
            response = client.get(address)
            assert response.status_code == 200, name
            b"".join(response)  # a file is closed at its end


def test_notices_are_not_marked_as_read_without_it(client, production):
    user = make_member(MODERATION)
    client.force_login(user)
    Notice.objects.create(recipient=user, event="returned", message="Sujet")
    for name in ("read_notices", "mark_notices_read"):
        assert client.post(reverse(name)).url == reverse("mfa_index")
    assert Notice.objects.filter(read_at=None).exists()


def test_the_other_roles_are_not_asked(client, production):
    client.force_login(make_member(EDITING))
    assert client.get("/admin/").status_code == 200


def test_the_second_factor_cannot_be_dropped_and_the_rights_kept(client, production):
    user = make_member(ADMINISTRATION)
    authenticator = TOTP.activate(user, generate_totp_secret()).instance
    client.force_login(user)
    assert client.get("/admin/").status_code == 200
    authenticator.delete()
    assert client.post("/admin/").url == reverse("mfa_index")
    assert not User.objects.get(pk=user.pk).has_perm("portal_users.change_user")


def test_the_account_page_says_why_nothing_opens(client, production):
    client.force_login(make_member(MODERATION))
    text = client.get(reverse("account_home")).content.decode()
    assert "Votre rôle demande une double vérification" in text
    assert "aucune page pour l’instant" not in text
