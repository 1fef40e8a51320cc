"""A case file that changes hands takes its sheet along: by URL and by forged POST, for the one and the other."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from wagtail.models import PageLogEntry, PageSubscription
from wagtail.test.utils.form_data import querydict_from_html

from caps_sheets.capitalisation.case_files.edits import entrust
from caps_sheets.capitalisation.models import CaseFile, Stage
from caps_sheets.models import CapsSheetPage
from portal.site_setup.roles import COACHING, MODERATION
from tests.factories.capitalisation import make_case_file, make_member
from tests.factories.sheets import make_sheet, make_sheets_index

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre():
    make_sheets_index()
    return make_member(MODERATION)


@pytest.fixture
def former(centre):
    return make_member(COACHING, first_name="Ancienne")


@pytest.fixture
def successor(centre):
    return make_member(COACHING, first_name="Nouvelle", last_name="Venue")


@pytest.fixture
def case_file(former) -> CaseFile:
    """At its writing, with a draft that its former owner wrote."""
    sheet = make_sheet(live=False, title="Fiche en cours", owner=former)
    sheet.save_revision(user=former)
    return make_case_file(Stage.WRITING, owner=former, sheet=sheet)


def editor_url(case_file: CaseFile) -> str:
    return reverse("wagtailadmin_pages:edit", args=[case_file.sheet_id])


def can_write(client, case_file: CaseFile, user) -> bool:
    """Whether the editor opens and a POST made from it leaves a version signed by ``user``."""
    client.force_login(user)
    opened = client.get(editor_url(case_file))
    data = {"title": "Forgé"}
    if opened.status_code == 200:
        form = querydict_from_html(opened.content.decode(), form_id="page-edit-form")
        data = dict(form.lists()) | {f"{name}-count": ["0"] for name in ("body", "key_points")}
        data["hook"] = [f"Accroche de {user.pk}."]
    client.post(editor_url(case_file), data)
    written = CapsSheetPage.objects.get(pk=case_file.sheet_id).revisions.filter(user=user).latest("pk")
    return opened.status_code == 200 and written.content["hook"] == f"Accroche de {user.pk}."


def refused_everywhere(client, case_file: CaseFile, user) -> bool:
    """Screens of the sheet, and POSTs made by hand: nothing opens, nothing changes."""
    client.force_login(user)
    before = CapsSheetPage.objects.get(pk=case_file.sheet_id).revisions.count()
    names = ("edit", "delete", "history", "view_draft")
    urls = [reverse(f"wagtailadmin_pages:{name}", args=[case_file.sheet_id]) for name in names]
    urls += [reverse(name, args=[case_file.sheet_id]) for name in ("review_grid", "safe_messaging")]
    answers = [client.get(url).status_code for url in urls] + [client.post(url, {}).status_code for url in urls]
    after = CapsSheetPage.objects.filter(pk=case_file.sheet_id).first()
    return set(answers) <= {302, 403, 404} and after is not None and after.revisions.count() == before


def test_the_successor_writes_and_the_former_one_does_not(client, case_file, centre, former, successor):
    PageSubscription.objects.create(page=case_file.sheet, user=former, comment_notifications=True)
    assert can_write(client, case_file, former)
    assert refused_everywhere(client, case_file, successor)
    client.force_login(centre)
    seen = CaseFile.objects.get(pk=case_file.pk).revision
    url = reverse("case_files:owner", args=[case_file.pk])
    client.post(url, {"owner": successor.pk, "revision": seen})
    assert can_write(client, case_file, successor)
    assert refused_everywhere(client, case_file, former)
    assert not PageSubscription.objects.filter(user=former).exists()


def test_the_history_of_the_sheet_says_who_got_it(client, case_file, centre, successor):
    entrust(case_file, successor, by=centre)
    [entry] = PageLogEntry.objects.filter(action="capitalisation.sheet_entrusted")
    assert (entry.page_id, entry.user, entry.data) == (case_file.sheet_id, centre, {"owner": "Nouvelle Venue"})
    client.force_login(centre)
    history = client.get(reverse("wagtailadmin_pages:history", args=[case_file.sheet_id])).content.decode()
    assert "Fiche confiée à Nouvelle Venue" in history


def test_a_file_given_to_nobody_takes_the_sheet_back(client, case_file, centre, former):
    entrust(case_file, None, by=centre)
    assert refused_everywhere(client, case_file, former)
    assert CapsSheetPage.objects.get(pk=case_file.sheet_id).owner is None


def test_a_sheet_that_the_centre_kept_stays_with_it_when_the_file_is_given_to_nobody(case_file, centre):
    CapsSheetPage.objects.filter(pk=case_file.sheet_id).update(owner=centre)
    entrust(case_file, None, by=centre)
    assert CapsSheetPage.objects.get(pk=case_file.sheet_id).owner == centre


def test_a_text_under_review_is_not_touched(case_file, centre, successor):
    before = list(CapsSheetPage.objects.values_list("latest_revision_id", "latest_revision_created_at", "live"))
    entrust(case_file, successor, by=centre)
    assert list(CapsSheetPage.objects.values_list("latest_revision_id", "latest_revision_created_at", "live")) == before


def test_a_file_without_a_sheet_and_the_same_owner_again_leave_no_line(centre, former, successor):
    case_file = make_case_file(Stage.COLLECTION, owner=former, due_on=date.today() + timedelta(days=9))
    entrust(entrust(case_file, successor, by=centre), successor, by=centre)
    assert not PageLogEntry.objects.filter(action="capitalisation.sheet_entrusted").exists()
