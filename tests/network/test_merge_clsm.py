"""Merging and splitting CLSMs: links, posts and addresses follow; all or nothing; Administration only."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import PageLogEntry

from caps_sheets.capitalisation.models import CensusAnswer
from caps_sheets.models import SheetClsm
from network.lifecycle import services
from network.lifecycle.services import merge_clsm, start_split, what_follows
from network.models import ClsmPage, ClsmSplit, CoordinatorAssignment, Invitation
from network.permissions import coordinates
from portal.base.errors import RefusedError
from portal.moderation.models import Notice, Retirement
from portal.users.models import User
from search.models import IndexChange
from tests.factories.network import make_clsm, make_coordinator
from tests.factories.sheets import make_sheet
from tests.refusals import NO_RIGHT, SIGN_IN, assert_refused

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)


@pytest.fixture
def boss() -> User:
    return User.objects.create_superuser("alix@portail.example")


@pytest.fixture
def old(home) -> ClsmPage:
    return make_clsm(title="CLSM de l’Ouest", slug="ouest")


@pytest.fixture
def new(home) -> ClsmPage:
    return make_clsm(title="CLSM du Pays", slug="pays")


def fresh(page: ClsmPage) -> ClsmPage:
    return ClsmPage.objects.get(pk=page.pk)


def test_sheets_answers_and_drafts_follow_and_nothing_is_said_twice(boss, old, new):
    sheet, shared = make_sheet(clsms=[old]), make_sheet(clsms=[old, new])
    draft = sheet.latest_revision
    answer = CensusAnswer.objects.create(clsm=old, title="Café des parents")
    assert what_follows(old) == {"fiches CAPS": 2, "actions recensées": 1}

    merge_clsm(old, new, by=boss, today=TODAY)

    for page in (sheet, shared):
        assert list(SheetClsm.objects.filter(page=page).values_list("clsm", flat=True)) == [new.pk]
    draft.refresh_from_db()
    assert [item.clsm_id for item in draft.as_object().clsm_items.all()] == [new.pk]
    answer.refresh_from_db()
    assert answer.clsm == new


def test_the_profile_itself_is_kept_whole(boss, old, new):
    communes = [item.commune_id for item in old.commune_items.all()]
    merge_clsm(old, new, by=boss, today=TODAY)
    kept = fresh(old)
    assert [item.commune_id for item in kept.commune_items.all()] == communes
    assert kept.record.pk == old.pk
    assert kept.replaced_by == new
    assert kept.get_latest_revision_as_object().replaced_by == new
    assert fresh(new).title == "CLSM du Pays"


def test_the_address_leads_to_the_one_that_stays_even_after_two_merges(client, boss, old, new):
    last = make_clsm(title="CLSM du Département", slug="departement")
    Redirect.add_redirect("/ancien-clsm", redirect_to=old)
    before = old.url
    merge_clsm(old, new, by=boss, today=TODAY)
    assert client.get(before).url.endswith(new.url)
    merge_clsm(fresh(new), last, by=boss, today=TODAY)
    for path in (before, new.url, "/ancien-clsm"):
        answer = client.get(path)
        assert answer.status_code == 301
        assert answer.url.endswith(last.url), path
    assert fresh(old).replaced_by == last


def test_coordinators_change_post_the_same_day_and_keep_their_consents(boss, old, new):
    both, one, future = make_coordinator(old), make_coordinator(old), make_coordinator()
    CoordinatorAssignment.objects.create(clsm=new, user=both, start=date(2022, 1, 1))
    CoordinatorAssignment.objects.filter(clsm=old, user=one).update(shows_email=True, job_title="Coordinatrice")
    CoordinatorAssignment.objects.create(clsm=old, user=future, start=TODAY + timedelta(days=9))

    merge_clsm(old, new, by=boss, today=TODAY)

    for person in (both, one):
        assert not coordinates(person, old, TODAY)
        assert coordinates(person, new, TODAY)
        assert coordinates(person, old, TODAY - timedelta(days=1)), "the past stays"
    assert CoordinatorAssignment.objects.filter(clsm=new, user=both).count() == 1
    moved = CoordinatorAssignment.objects.get(clsm=new, user=one)
    assert (moved.start, moved.job_title, moved.shows_email) == (TODAY, "Coordinatrice", True)
    assert CoordinatorAssignment.objects.get(user=future).start == TODAY + timedelta(days=9)
    assert set(Notice.objects.filter(event="clsm_merged").values_list("recipient", flat=True)) >= {both.pk, one.pk}
    assert Notice.objects.filter(event="clsm_merged").first().url == f"/mon-clsm/{new.pk}/"


def test_open_invitations_follow(boss, old, new):
    Invitation.objects.create(
        clsm=old,
        email="a@clsm.example",
        account_email="a@clsm.example",
        start=TODAY,
        token_hash="x",
        expires_at=timezone.now() + timedelta(days=7),
    )
    merge_clsm(old, new, by=boss, today=TODAY)
    assert Invitation.objects.get().clsm == new


def test_the_search_forgets_one_and_hears_of_the_other(boss, old, new):
    sheet = make_sheet(clsms=[old])
    IndexChange.objects.all().delete()
    merge_clsm(old, new, by=boss, today=TODAY)
    assert {f"clsm:{old.pk}", f"clsm:{new.pk}", f"sheet:{sheet.pk}"} <= set(
        IndexChange.objects.values_list("key", flat=True)
    )


def test_it_is_all_or_nothing(monkeypatch, boss, old, new):
    sheet, person = make_sheet(clsms=[old]), make_coordinator(old)

    def fail(*args, **kwargs):
        raise RuntimeError("panne")

    monkeypatch.setattr(services, "retire", fail)
    with pytest.raises(RuntimeError):
        merge_clsm(old, new, by=boss, today=TODAY)
    assert SheetClsm.objects.get(page=sheet).clsm_id == old.pk
    assert coordinates(person, old, TODAY)
    assert fresh(old).live


def test_what_cannot_be_merged_is_refused(boss, old, new):
    draft = make_clsm(live=False)
    for one, other in ((old, old), (old, draft), (draft, new)):
        with pytest.raises(RefusedError):
            merge_clsm(one, other, by=boss, today=TODAY)


def test_merging_is_written_in_the_log_and_published_again_it_takes_its_address_back(client, boss, old, new):
    merge_clsm(old, new, by=boss, today=TODAY)
    assert PageLogEntry.objects.filter(page=new, action=services.MERGED, user=boss).exists()
    assert PageLogEntry.objects.filter(page=old, action="portal.retired").exists()
    fresh(old).get_latest_revision().publish()
    assert client.get(old.url).status_code == 200
    assert not Retirement.objects.exists()
    assert not Redirect.objects.filter(automatically_created=True).exists()


def test_a_split_waits_for_all_the_new_profiles_then_points_to_them(client, boss, old):
    sheet, person = make_sheet(clsms=[old]), make_coordinator(old)
    split = start_split(old, ["CLSM de la Côte", "CLSM des Terres"], by=boss, today=TODAY)
    coast, land = split.parts.order_by("title")
    assert not coast.live
    assert coast.commune_items.count() == old.commune_items.count()
    assert coordinates(person, land, TODAY)
    coast.save_revision().publish()
    assert fresh(old).live
    assert client.get(old.url).status_code == 200
    land.save_revision().publish()

    page = client.get(old.url, follow=True)
    assert page.status_code == 410
    assert coast.url in page.content.decode()
    assert land.url in page.content.decode()
    assert "no-store" not in page.get("Cache-Control", "")
    assert SheetClsm.objects.get(page=sheet).clsm_id == split.heir_id == coast.pk
    assert not coordinates(person, old, date.today())
    assert CoordinatorAssignment.objects.filter(clsm=coast, user=person).count() == 1
    assert ClsmSplit.objects.get().completed_on
    assert services.complete(split) is False, "once"


def test_a_split_needs_two_different_names_and_is_started_once(boss, old):
    for titles in (["Seul"], ["Un", "un"], []):
        with pytest.raises(RefusedError, match="au moins deux noms, tous différents"):
            start_split(old, titles, by=boss, today=TODAY)
    with pytest.raises(RefusedError, match=r"« Un nom qui ne finit pas.*255 caractères au plus"):
        start_split(old, ["Un nom qui ne finit pas" * 12, "Deux"], by=boss, today=TODAY)
    start_split(old, ["N" * 255, "Deux"], by=boss, today=TODAY)
    with pytest.raises(RefusedError):
        start_split(old, ["Trois", "Quatre"], by=boss, today=TODAY)


def test_the_screens_show_a_summary_before_anything_changes(client, boss, old, new):
    make_sheet(clsms=[old])
    client.force_login(boss)
    url = reverse("merge_clsm", args=[old.pk])
    assert url in client.get(reverse("wagtailadmin_pages:edit", args=[old.pk])).content.decode()
    assert client.get(url).status_code == 200
    assert "fiches CAPS (1)" in client.post(url, {"new": new.pk, "reason": ""}).content.decode()
    assert fresh(old).live
    assert client.post(url, {"new": old.pk, "confirm": "1"}).context["form"].errors
    assert client.post(url, {"new": new.pk, "confirm": "1"}).status_code == 302
    assert not fresh(old).live

    url = reverse("split_clsm", args=[new.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {"titles": "Un"}).context["form"].errors
    assert "Deux" in client.post(url, {"titles": "Un\nDeux"}).content.decode()
    assert not ClsmSplit.objects.exists()
    assert client.post(url, {"titles": "Un\nDeux", "confirm": "1"}).status_code == 302
    assert ClsmSplit.objects.exists()


@pytest.mark.parametrize("name", ["merge_clsm", "split_clsm"])
def test_a_forged_post_by_anybody_else_changes_nothing(client, old, new, name):
    coordinator = make_coordinator(old)
    moderator = User.objects.create_user("moderation@portail.example")
    moderator.user_permissions.set(Permission.objects.filter(codename__in=("access_admin", "change_clsmrecord")))
    for person in (None, coordinator, moderator):
        client.logout()
        if person:
            client.force_login(person)
        answer = client.post(reverse(name, args=[old.pk]), {"new": new.pk, "titles": "Un\nDeux", "confirm": "1"})
        assert_refused(answer, NO_RIGHT if person else SIGN_IN)
    assert fresh(old).live
    assert not ClsmSplit.objects.exists()
