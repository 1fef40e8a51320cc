"""An incomplete page does not become public, by any path."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from caps_sheets.models import CapsSheetPage, SheetPartner
from portal.moderation.models import Notice
from portal.taxonomies.models import Vocabulary
from portal.users.models import User
from tests.factories.network import make_organisation, make_term
from tests.factories.review import clear
from tests.factories.sheets import build_sheet, make_sheet, make_sheets_index

pytestmark = pytest.mark.django_db


@pytest.fixture
def superuser() -> User:
    return User.objects.create_superuser("admin@portail.example")


@pytest.fixture
def admin_client(client, superuser):
    client.force_login(superuser)
    return client


@pytest.fixture
def incomplete() -> CapsSheetPage:
    return make_sheet(live=False, hook="", title="Fiche incomplète")


def is_live(sheet: CapsSheetPage) -> bool:
    return CapsSheetPage.objects.get(pk=sheet.pk).live


def test_by_adding_a_live_page():
    with pytest.raises(ValidationError):
        make_sheets_index().add_child(instance=build_sheet(hook=""))
    assert not CapsSheetPage.objects.exists()


def test_by_saving_it_live(incomplete):
    incomplete.live = True
    with pytest.raises(ValidationError):
        incomplete.save()
    assert not is_live(incomplete)


def test_by_publishing_its_revision(incomplete):
    with pytest.raises(ValidationError):
        incomplete.get_latest_revision().publish()
    assert not is_live(incomplete)


def test_by_bulk_publication(admin_client, incomplete):
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"]) + f"?id={incomplete.pk}&next=/admin/"
    response = admin_client.post(url, {"include_descendants": ""}, follow=True)
    assert response.status_code == 200
    assert "incomplètes" in response.content.decode()
    assert not is_live(incomplete)


def test_by_bulk_publication_of_its_parent(admin_client, incomplete):
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    url += f"?id={make_sheets_index().pk}&next=/admin/"
    admin_client.post(url, {"include_descendants": "on"}, follow=True)
    assert not is_live(incomplete)


def test_by_a_published_copy(admin_client):
    sheet = make_sheet()
    form = {
        "new_title": "Copie",
        "new_slug": "copie",
        "new_parent_page": make_sheets_index().pk,
        "publish_copies": "on",
    }
    admin_client.post(reverse("wagtailadmin_pages:copy", args=[sheet.pk]), form)
    assert not CapsSheetPage.objects.filter(slug="copie").exists()


def test_by_a_schedule_that_comes_due(incomplete):
    author = User.objects.create_user("auteur@portail.example")
    incomplete.title = "Fiche incomplète, de cet auteur"
    revision = incomplete.save_revision(user=author)
    revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    revision.save()
    complete = make_sheet(live=False)
    clear(complete)
    complete_revision = complete.get_latest_revision()
    complete_revision.approved_go_live_at = timezone.now() - timedelta(seconds=30)
    complete_revision.save()

    call_command("publish_scheduled", stdout=StringIO())

    assert not is_live(incomplete)
    assert is_live(complete)
    assert Notice.objects.get(recipient=author).subject.startswith("Publication programmée annulée")
    revision.refresh_from_db()
    assert revision.approved_go_live_at is None


def test_a_draft_saves_incomplete(incomplete):
    incomplete.summary = ""
    incomplete.save_revision()
    assert CapsSheetPage.objects.get(pk=incomplete.pk).get_latest_revision_as_object().summary == ""


def test_a_public_page_can_still_be_moved_or_locked_when_a_rule_has_come_to_fail():
    sheet = make_sheet()
    CapsSheetPage.objects.filter(pk=sheet.pk).update(hook="")
    sheet.refresh_from_db()
    sheet.locked = True
    sheet.save()
    assert is_live(sheet)


def test_what_counts_is_the_revision_not_the_live_page():
    sheet = make_sheet()
    sheet.hook = ""
    with pytest.raises(ValidationError):
        sheet.save_revision().publish()
    assert CapsSheetPage.objects.get(pk=sheet.pk).hook
    sheet.hook = "Une accroche complète."
    revision = sheet.save_revision()
    clear(sheet)
    revision.publish()
    assert CapsSheetPage.objects.get(pk=sheet.pk).hook == "Une accroche complète."


def test_a_draft_still_opens_when_what_it_points_to_is_deleted():
    sheet = make_sheet(live=False)
    level = make_term(Vocabulary.PREVENTION_LEVEL, "postvention")
    role = make_term(Vocabulary.PARTNER_ROLE, "evaluateur")
    sheet.prevention_level = level
    sheet.partner_items.add(SheetPartner(organisation=make_organisation(), role=role))
    sheet.save_revision()
    level.delete()
    role.delete()
    draft = CapsSheetPage.objects.get(pk=sheet.pk).get_latest_revision_as_object()
    assert draft.prevention_level is None
    assert [item.role.slug for item in draft.partner_items.all()] == ["pilote"]
