"""Merging a term or a theme: pages, drafts and older versions follow, the search too, and only who may does it."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from wagtail.models import ModelLogEntry

from caps_sheets.capitalisation.models import CensusAnswer
from caps_sheets.models import CapsSheetPage, SheetPartner, SheetTheme
from network.models import ClsmPage
from portal.base.errors import RefusedError
from portal.home.models import ThemesIndexPage
from portal.taxonomies.merge import merge
from portal.taxonomies.models import Term, Theme, Vocabulary
from portal.users.models import User
from search.models import IndexChange
from tests.factories.network import make_clsm, make_list, make_term, make_theme
from tests.factories.sheets import make_sheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> User:
    return User.objects.create_superuser("alix@portail.example")


@pytest.fixture
def teens() -> Term:
    return make_term(Vocabulary.AUDIENCE, "ados", "Ados")


@pytest.fixture
def adolescents() -> Term:
    return make_term(Vocabulary.AUDIENCE, "adolescents", "Adolescents")


def test_pages_drafts_and_older_versions_name_the_term_that_stays(boss, teens, adolescents):
    sheet = make_sheet(audiences=[teens, adolescents])
    profile = make_clsm()
    profile.audiences = [teens]
    profile.save()
    first = profile.save_revision()
    profile.audiences = [adolescents, teens]
    draft = profile.save_revision()

    report = merge(teens, adolescents, by=boss)

    assert not Term.objects.filter(pk=teens.pk).exists()
    assert list(CapsSheetPage.objects.get(pk=sheet.pk).audiences.all()) == [adolescents]
    assert list(ClsmPage.objects.get(pk=profile.pk).audiences.all()) == [adolescents]
    for revision in (first, draft):
        revision.refresh_from_db()
        assert list(revision.as_object().audiences.all()) == [adolescents]
    assert report.revisions == 3
    assert ModelLogEntry.objects.filter(action="portal_taxonomies.merged", object_id=str(adolescents.pk)).exists()


def test_a_theme_follows_as_main_theme_tag_census_answer_and_in_the_drafts(boss):
    old, new = make_theme("depression"), make_theme("depressions")
    sheet = make_sheet(main_theme=old, themes=[old, new])
    revision = sheet.save_revision()
    answer = CensusAnswer.objects.create(clsm=make_clsm(themes=[old]), main_theme=old)
    answer.themes.add(old, new)

    merge(old, new, by=boss)

    sheet = CapsSheetPage.objects.get(pk=sheet.pk)
    assert sheet.main_theme == new
    assert SheetTheme.objects.filter(content_object=sheet).count() == 1
    revision.refresh_from_db()
    draft = revision.as_object()
    assert (draft.main_theme, list(draft.themes.all())) == (new, [new])
    answer.refresh_from_db()
    assert (answer.main_theme, list(answer.themes.all())) == (new, [new])


def test_lines_that_become_the_same_stay_once_and_others_all_stay(boss):
    old, new = (make_term(Vocabulary.PARTNER_ROLE, slug) for slug in ("financeur", "cofinanceur"))
    sheet = make_sheet()
    partner = sheet.partner_items.first().organisation
    SheetPartner.objects.filter(page=sheet).delete()
    for role in (old, new):
        SheetPartner.objects.create(page=sheet, organisation=partner, role=role)
    merge(old, new, by=boss)
    assert [row.role for row in SheetPartner.objects.filter(page=sheet)] == [new]


def test_what_was_agreed_for_a_text_still_holds(boss, teens, adolescents):
    sheet = make_sheet(audiences=[teens])
    merge(teens, adolescents, by=boss)
    revision = CapsSheetPage.objects.get(pk=sheet.pk).live_revision
    assert list(revision.as_object().audiences.all()) == [adolescents]
    assert revision.as_object().clearance_errors(revision) == []


def test_the_words_of_the_old_term_still_find_the_new_one(boss, teens, adolescents):
    teens.synonyms = "Jeunes\nadolescents"
    teens.save()
    merge(teens, adolescents, by=boss)
    adolescents.refresh_from_db()
    assert adolescents.synonym_list() == ["Ados", "Jeunes"]


def test_the_help_number_is_never_lost_by_a_merge(boss):
    old, new = make_theme("suicide", shows_help=True), make_theme("crise")
    merge(old, new, by=boss)
    assert Theme.objects.get(pk=new.pk).shows_help


def test_the_search_hears_of_every_page_that_follows(boss, teens, adolescents):
    sheet = make_sheet(audiences=[teens])
    IndexChange.objects.all().delete()
    merge(teens, adolescents, by=boss)
    assert IndexChange.objects.filter(key=f"sheet:{sheet.pk}").exists()


def test_the_page_of_a_merged_theme_leads_to_the_other(client, boss, home):
    index = ThemesIndexPage.objects.first() or make_list(ThemesIndexPage, "Thèmes", "themes")
    old, new = make_theme("depression"), make_theme("depressions")
    merge(old, new, by=boss)
    answer = client.get(f"{index.url}depression/")
    assert (answer.status_code, answer.url) == (301, f"{index.url}depressions/")


def test_what_cannot_be_merged_is_refused(boss, teens, adolescents):
    scale = make_term(Vocabulary.SCALE, "communale")
    adolescents.parent = teens
    adolescents.save()
    for new in (teens, scale, adolescents, make_theme()):
        with pytest.raises(RefusedError):
            merge(teens, new, by=boss)
    assert Term.objects.filter(pk=teens.pk).exists()


def test_a_summary_comes_before_the_merge(client, boss, teens, adolescents):
    make_sheet(audiences=[teens])
    client.force_login(boss)
    url = reverse("merge_item", args=["termes", teens.pk])
    assert url in client.get(reverse("termes:edit", args=[teens.pk])).content.decode()
    assert client.get(url).status_code == 200
    summary = client.post(url, {"new": adolescents.pk}).content.decode()
    assert "fiches CAPS" in summary
    assert Term.objects.filter(pk=teens.pk).exists()
    assert client.post(url, {"new": teens.pk, "confirm": "1"}).context["form"].errors
    assert client.post(url, {"new": adolescents.pk, "confirm": "1"}).status_code == 302
    assert not Term.objects.filter(pk=teens.pk).exists()


@pytest.mark.parametrize("rights", [(), ("change_term",), ("delete_term",), ("change_theme", "delete_theme")])
def test_a_forged_merge_needs_both_rights(client, teens, adolescents, rights):
    person = User.objects.create_user("lou@portail.example")
    person.user_permissions.set(Permission.objects.filter(codename__in=("access_admin", *rights)))
    client.force_login(person)
    client.post(reverse("merge_item", args=["termes", teens.pk]), {"new": adolescents.pk, "confirm": "1"})
    assert Term.objects.filter(pk=teens.pk).exists()
