"""What the Centre keeps to itself appears nowhere else."""

import json
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.serializers.json import DjangoJSONEncoder
from django.urls import reverse
from django.utils import timezone

from network.coordination.assignments import assign
from network.models import ClsmPage, ClsmRecord
from network.models.records import Freshness, confirm
from tests.factories.network import make_clsm, make_coordinator
from tests.refusals import NO_RIGHT, assert_refused

pytestmark = pytest.mark.django_db
SECRETS = ["SECRET-NOTES", "SECRET-MONTANTS", "SECRET-IMPORT", "0,37", "0.37"]


@pytest.fixture
def clsm():
    page = make_clsm()
    ClsmRecord.objects.filter(clsm=page).update(
        notes="SECRET-NOTES",
        funding_notes="SECRET-MONTANTS",
        import_key="SECRET-IMPORT",
        coordination_fte=Decimal("0.37"),
    )
    return page


@pytest.fixture
def coordinator(clsm):
    person = make_coordinator()
    assign(clsm, person, start=timezone.localdate())
    return person


@pytest.fixture
def centre_member():
    group = Group.objects.create(name="Équipe d’essai")
    group.permissions.set(
        Permission.objects.filter(
            codename__in=[
                "access_admin",
                "change_clsmrecord",
                "add_coordinatorassignment",
                "change_coordinatorassignment",
                "delete_coordinatorassignment",
            ]
        )
    )
    person = make_coordinator(email="centre@clsm.example")
    person.groups.add(group)
    return person


def assert_says_nothing(text: str) -> None:
    assert [secret for secret in SECRETS if secret in text] == []


def test_a_record_comes_and_goes_with_its_page(clsm):
    assert clsm.record.pk == clsm.pk
    ClsmPage.objects.get(pk=clsm.pk).delete()
    assert not ClsmRecord.objects.exists()


def test_the_public_page_and_the_directory_say_nothing(client, clsm):
    for url in (clsm.url, clsm.get_parent().url):
        response = client.get(url)
        assert response.status_code == 200
        assert_says_nothing(response.content.decode())
        assert "record" not in (response.context_data or {})


def test_revisions_and_search_fields_hold_nothing(clsm):
    revision = clsm.save_revision()
    assert_says_nothing(json.dumps(revision.content, cls=DjangoJSONEncoder))
    assert_says_nothing(clsm.to_json())
    assert not any("record" in str(field.field_name) for field in ClsmPage.get_search_fields())
    assert not hasattr(ClsmPage, "api_fields")


@pytest.mark.parametrize("view", ["edit", "history", "view_draft", "usage", "revisions_compare"])
def test_the_screens_of_a_coordinator_say_nothing(client, clsm, coordinator, view):
    first = clsm.save_revision(user=coordinator)
    clsm.short_description = "Nouveau texte"
    second = clsm.save_revision(user=coordinator)
    client.force_login(coordinator)
    args = [clsm.pk, first.pk, second.pk] if view == "revisions_compare" else [clsm.pk]
    response = client.get(reverse(f"wagtailadmin_pages:{view}", args=args))
    assert response.status_code == 200
    assert_says_nothing(response.content.decode())
    assert "Dossier interne" not in response.content.decode()


@pytest.mark.parametrize("view", ["edit", "history", "usage"])
def test_a_coordinator_cannot_open_nor_change_a_record(client, clsm, coordinator, view):
    client.force_login(coordinator)
    url = reverse(f"network_records:{view}", args=[clsm.pk])
    assert client.get(url).status_code == 302
    assert_refused(client.post(url, {"notes": "Forgé"}), NO_RIGHT)
    clsm.record.refresh_from_db()
    assert clsm.record.notes == "SECRET-NOTES"
    assert client.get(reverse("network_records:index")).status_code == 302
    assert client.get(reverse("network_assignments:index")).status_code == 302


def test_the_centre_edits_records_but_never_adds_nor_deletes(client, clsm, centre_member):
    client.force_login(centre_member)
    url = reverse("network_records:edit", args=[clsm.pk])
    assert "SECRET-NOTES" in client.get(url).content.decode()
    client.post(url, {"source": "centre", "notes": "Relu", "import_key": "cle-1"})
    clsm.record.refresh_from_db()
    assert (clsm.record.notes, clsm.record.import_key) == ("Relu", "cle-1")
    assert client.get(reverse("network_records:index")).status_code == 200
    assert client.get(reverse("network_records:add")).status_code == 302
    client.post(reverse("network_records:delete", args=[clsm.pk]))
    assert ClsmRecord.objects.filter(pk=clsm.pk).exists()


def test_the_centre_is_led_from_the_page_to_its_record(client, clsm, admin_user):
    client.force_login(admin_user)
    listing = client.get(reverse("wagtailadmin_explore", args=[clsm.get_parent().pk])).content.decode()
    assert reverse("network_records:edit", args=[clsm.pk]) in listing


def test_the_centre_gives_and_withdraws_posts_in_the_back_office(client, clsm, centre_member):
    person, today = make_coordinator(), timezone.localdate()
    client.force_login(centre_member)
    data = {"clsm": clsm.pk, "user": person.pk, "start": today.isoformat(), "end": "", "job_title": "", "phone": ""}
    client.post(reverse("network_assignments:add"), data)
    assignment = clsm.assignments.get()
    edit = reverse("network_assignments:edit", args=[assignment.pk])
    refused = client.post(edit, {**data, "phone": "poste 1234"})
    assert "Écrivez le numéro entier puis le poste" in str(refused.context["form"].errors["phone"])
    client.post(edit, {**data, "phone": "+262 (0)2 62 12 34 56"})
    assert clsm.assignments.get().phone == "02 62 12 34 56"
    assert person.groups.filter(name=f"CLSM – {clsm.slug}").exists()
    assert client.get(reverse("network_assignments:index")).status_code == 200
    client.post(
        reverse("network_assignments:edit", args=[assignment.pk]), {**data, "start": "2020-01-01", "end": "2020-12-31"}
    )
    assert not person.groups.exists()
    client.post(reverse("network_assignments:delete", args=[assignment.pk]))
    assert not clsm.assignments.exists()


def test_confirming_writes_beside_the_page(clsm, coordinator):
    before = clsm.latest_revision_created_at
    record = confirm(clsm, coordinator)
    assert (record.verified_on, record.verified_by) == (timezone.localdate(), coordinator)
    assert ClsmPage.objects.get(pk=clsm.pk).latest_revision_created_at == before
    assert record.notes == "SECRET-NOTES"


def test_publishing_the_text_of_a_coordinator_confirms_it(client, clsm, coordinator, admin_user):
    clsm.save_revision(user=admin_user).publish()
    assert ClsmRecord.objects.get(clsm=clsm).verified_on is None
    clsm.short_description = "Un texte revu par sa coordination."
    clsm.save_revision(user=coordinator).publish(user=admin_user)
    assert ClsmRecord.objects.get(clsm=clsm).verified_by == coordinator
    assert client.get(clsm.url).context["freshness"] == Freshness.FRESH
