"""The life of a sheet: freshness, confirmation, errata, adaptations, archive; who may do what, by forged posts."""

from datetime import date, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry

from caps_sheets.lifecycle.queries import age_of
from caps_sheets.lifecycle.services import add_erratum, confirm, decide, propose
from caps_sheets.models import CapsSheetPage, Erratum, Reuse, ReuseState, SheetConfirmation
from network.models import CoordinatorAssignment
from portal.base.errors import RefusedError
from portal.moderation.models import Notice, Retirement
from portal.site_setup.roles import ROLES, setup_roles
from portal.users.models import User
from search.models import IndexChange
from tests.factories.capitalisation import make_member
from tests.factories.network import make_clsm, make_coordinator
from tests.factories.replay import replayed
from tests.factories.sheets import make_sheet
from tests.refusals import NO_RIGHT, assert_refused

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)


@pytest.fixture
def boss() -> User:
    return User.objects.create_superuser("alix@portail.example")


@replayed
def make_exchanges() -> CapsSheetPage:
    return make_sheet(title="Stages croisés")


@pytest.fixture
def sheet(home) -> CapsSheetPage:
    return make_exchanges()


def published_on(sheet: CapsSheetPage, day: date) -> CapsSheetPage:
    moment = timezone.make_aware(datetime(day.year, day.month, day.day, 12))
    CapsSheetPage.objects.filter(pk=sheet.pk).update(first_published_at=moment, last_published_at=moment)
    sheet.refresh_from_db()
    return sheet


def read(client, sheet) -> str:
    return client.get(sheet.url).content.decode()


def test_the_badge_says_how_old_the_text_is(client, sheet, boss):
    assert "à jour" in read(client, sheet)
    published_on(sheet, TODAY - timedelta(days=800))
    assert age_of(sheet, None, TODAY).label == "à confirmer"
    assert "à confirmer" in read(client, sheet)
    confirm(sheet, by=boss)
    page = read(client, sheet)
    assert "Confirmée par le Centre" in page
    assert "à confirmer" not in page


@pytest.mark.parametrize(
    ("published", "confirmed", "is_fresh"),
    [
        (date(2024, 11, 22), None, True),
        (date(2024, 11, 21), None, False),
        (date(2020, 1, 1), date(2025, 1, 1), True),
        (date(2026, 1, 1), date(2021, 1, 1), True),
    ],
)
def test_a_sheet_is_fresh_for_24_months(sheet, published, confirmed, is_fresh):
    assert age_of(published_on(sheet, published), confirmed, TODAY).is_fresh is is_fresh


def test_reminders_leave_once_for_one_age(sheet, boss):
    setup_roles()
    moderator = make_member("Modération")
    sheet.owner = boss
    sheet.save()
    published_on(sheet, date(2024, 11, 21))
    for day in (TODAY, TODAY, TODAY + timedelta(days=40)):
        call_command("remind_freshness", today=day)
    notices = Notice.objects.filter(event="sheet_to_check")
    assert set(notices.values_list("recipient", flat=True)) == {boss.pk, moderator.pk}
    assert notices.count() == 2
    assert "confirmez qu’elle est toujours d’actualité" in notices.get(recipient=moderator).message
    assert "confirmez" not in notices.get(recipient=boss).message
    confirm(sheet, by=boss, today=TODAY)
    call_command("remind_freshness", today=date(2028, 11, 22))
    assert notices.count() == 2
    call_command("remind_freshness", today=date(2028, 11, 23))
    assert notices.count() == 4


def test_an_erratum_is_public_at_once_dated_and_escaped(client, sheet, boss):
    add_erratum(sheet, text="Lire « douze » et non <b>deux</b>.", section="contexte", by=boss)
    page = read(client, sheet)
    assert "Erratum" in page
    assert "&lt;b&gt;deux&lt;/b&gt;" in page
    assert "Contexte et origine de l’action" in page
    assert sheet.get_latest_revision().pk == sheet.live_revision_id, "no new draft"


def test_an_adaptation_is_read_by_the_centre_before_it_is_public(client, sheet, boss):
    setup_roles()
    moderator = make_member("Modération")
    clsm = make_clsm(title="CLSM d’ailleurs")
    lou = make_coordinator(clsm)
    client.force_login(lou)
    url = reverse("propose_reuse", args=[clsm.pk, sheet.pk])
    assert client.get(reverse("choose_reuse_clsm", args=[sheet.pk])).url == url
    assert client.post(url, {"year": 2300, "kept": "x", "adapted": ""}).context["form"].errors.keys() == {
        "year",
        "adapted",
    }
    answer = client.post(url, {"year": 2025, "kept": "Les binômes.", "adapted": "La durée."})
    assert answer.status_code == 302
    assert "Les binômes." not in read(client, sheet)
    assert Notice.objects.get(event="reuse_proposed").recipient == moderator
    assert client.post(url, {"year": 2025, "kept": "a", "adapted": "b"}).context["form"].non_field_errors()

    space = reverse("space_home", args=[clsm.pk])
    assert "Stages croisés</a>, 2025&nbsp;: à relire" in client.get(space).content.decode()

    decide(Reuse.objects.get(), ReuseState.PUBLISHED, by=boss)
    page = read(client, sheet)
    assert "Les binômes." in page
    assert "CLSM d’ailleurs" in page
    assert "Adaptée par 1 autre CLSM" in page
    assert Notice.objects.get(event="reuse_decided").recipient == lou
    decide(Reuse.objects.get(), ReuseState.REFUSED, by=boss, reason="Retirée à votre demande.")
    assert "Les binômes." not in read(client, sheet)


def test_a_refusal_says_why_and_a_decision_is_taken_once(sheet, boss):
    reuse = propose(sheet, make_clsm(), year=2025, kept="a", adapted="b", by=boss)
    with pytest.raises(RefusedError):
        decide(reuse, ReuseState.REFUSED, by=boss, reason=" ")
    decide(reuse, ReuseState.PUBLISHED, by=boss)
    with pytest.raises(RefusedError):
        decide(reuse, ReuseState.PUBLISHED, by=boss)


def test_the_carrier_of_an_action_does_not_adapt_it(sheet, boss):
    with pytest.raises(RefusedError):
        propose(sheet, sheet.clsm_items.first().clsm, year=2025, kept="a", adapted="b", by=boss)


def test_only_a_coordinator_in_post_proposes(client, sheet):
    clsm = make_clsm()
    former, other = make_coordinator(clsm), make_coordinator(make_clsm())
    CoordinatorAssignment.objects.filter(user=former).update(end=date(2022, 1, 1))
    url = reverse("propose_reuse", args=[clsm.pk, sheet.pk])
    posted = {"year": 2025, "kept": "a", "adapted": "b"}
    assert client.post(url, posted).status_code == 302
    for person in (former, other):
        client.force_login(person)
        assert client.post(url, posted).status_code == 404
    assert not Reuse.objects.exists()
    client.force_login(former)
    assert "rattaché à aucun CLSM" in client.get(reverse("choose_reuse_clsm", args=[sheet.pk])).content.decode()


def test_an_archived_sheet_leaves_the_site_and_its_address_leads_to_its_replacement(client, sheet, boss):
    new = make_sheet(title="Stages croisés, nouvelle édition")
    client.force_login(boss)
    IndexChange.objects.all().delete()
    url = reverse("sheet_life", args=[sheet.pk])
    assert client.post(url, {"action": "archive", "reason": ""}).context["archive_form"].errors
    unsure = client.post(url, {"action": "archive", "reason": "Une édition plus récente existe."})
    assert "Cochez cette case pour archiver la fiche." in unsure.content.decode()
    assert CapsSheetPage.objects.get(pk=sheet.pk).live
    why = {"replacement": new.pk, "reason": "Une édition plus récente existe.", "is_sure": "on"}
    client.post(url, {"action": "archive"} | why)
    assert not CapsSheetPage.objects.get(pk=sheet.pk).live
    assert client.get(sheet.url).url.endswith(new.url)
    assert IndexChange.objects.filter(key=f"sheet:{sheet.pk}").exists()
    assert PageLogEntry.objects.filter(page=sheet, action="portal.retired", user=boss).exists()


def test_an_archived_sheet_without_replacement_says_why(client, sheet, boss):
    client.force_login(boss)
    url = reverse("sheet_life", args=[sheet.pk])
    client.post(url, {"action": "archive", "reason": "Le dispositif n’existe plus.", "is_sure": "on"})
    page = client.get(sheet.url, follow=True)
    assert page.status_code == 410
    assert "Le dispositif n’existe plus." in page.content.decode()
    assert Retirement.objects.get().retired_by == boss
    assert client.get(reverse("retired_page", args=[make_sheet().pk])).status_code == 404


def test_an_archived_sheet_comes_back_with_the_text_that_was_public(client, sheet, boss):
    client.force_login(boss)
    url = reverse("sheet_life", args=[sheet.pk])
    assert 'value="restore"' not in client.get(url).content.decode()
    assert "pas archivée" in client.post(url, {"action": "restore"}, follow=True).content.decode()
    client.post(url, {"action": "archive", "reason": "Le dispositif n’existe plus.", "is_sure": "on"})
    draft = CapsSheetPage.objects.get(pk=sheet.pk)
    draft.title = "Un brouillon de depuis"
    draft.save_revision(user=boss)
    assert 'value="restore"' in client.get(url).content.decode()
    answer = client.post(url, {"action": "restore"}, follow=True)
    assert "La fiche est de nouveau en ligne, à son adresse." in answer.content.decode()
    page = client.get(sheet.url)
    assert page.status_code == 200 and "Un brouillon de depuis" not in page.content.decode()
    assert not Retirement.objects.exists()


@pytest.mark.parametrize("role", ["Modération", "Édition"])
def test_only_who_publishes_puts_an_archived_sheet_back(client, sheet, boss, role):
    setup_roles()
    client.force_login(boss)
    url = reverse("sheet_life", args=[sheet.pk])
    client.post(url, {"action": "archive", "reason": "Le dispositif n’existe plus.", "is_sure": "on"})
    client.force_login(make_member(role))
    assert_refused(client.post(url, {"action": "restore"}), NO_RIGHT)
    assert not CapsSheetPage.objects.get(pk=sheet.pk).live


def test_the_screen_does_each_thing_and_shows_it(client, sheet, boss):
    client.force_login(boss)
    url = reverse("sheet_life", args=[sheet.pk])
    assert url in client.get(reverse("wagtailadmin_pages:edit", args=[sheet.pk])).content.decode()
    client.post(url, {"action": "confirm"})
    assert SheetConfirmation.objects.get().confirmed_by == boss
    assert client.post(url, {"action": "add_erratum", "text": ""}).context["erratum_form"].errors
    client.post(url, {"action": "add_erratum", "section": "contexte", "text": "Lire douze."})
    reuse = propose(sheet, make_clsm(), year=2025, kept="Les binômes.", adapted="La durée.", by=boss)
    page = client.get(url).content.decode()
    assert "Lire douze." in page
    assert "Les binômes." in page
    refused = client.post(url, {"action": "decide_reuse", "reuse": reuse.pk, "state": "refusee", "reason": ""})
    assert "motif" in refused.content.decode()
    client.post(url, {"action": "decide_reuse", "reuse": reuse.pk, "state": "publiee"})
    reuse.refresh_from_db()
    assert reuse.state == ReuseState.PUBLISHED
    client.post(url, {"action": "remove_erratum", "erratum": Erratum.objects.get().pk})
    assert not Erratum.objects.exists()


FORGED = [
    {"action": "confirm"},
    {"action": "add_erratum", "text": "Faux."},
    {"action": "decide_reuse", "state": "publiee"},
    {"action": "archive", "reason": "Faux.", "is_sure": "on"},
]


@pytest.mark.parametrize("posted", FORGED, ids=lambda posted: posted["action"])
def test_a_forged_post_obeys_the_roles(client, sheet, boss, posted):
    setup_roles()
    reuse = propose(sheet, make_clsm(), year=2025, kept="a", adapted="b", by=boss)
    allowed = {"Administration"} if posted["action"] == "archive" else {"Administration", "Modération"}
    for name in [role.name for role in ROLES if role.name not in allowed]:
        client.force_login(make_member(name))
        assert_refused(client.post(reverse("sheet_life", args=[sheet.pk]), posted | {"reuse": reuse.pk}), NO_RIGHT)
    assert not SheetConfirmation.objects.exists()
    assert not Erratum.objects.exists()
    assert Reuse.objects.get().state == ReuseState.PROPOSED
    assert CapsSheetPage.objects.get(pk=sheet.pk).live
    client.force_login(make_member("Modération" if "Modération" in allowed else "Administration"))
    answer = client.post(reverse("sheet_life", args=[sheet.pk]), posted | {"reuse": reuse.pk})
    assert (answer.status_code, answer.url) == (302, reverse("sheet_life", args=[sheet.pk]))


def test_no_action_is_done_by_reading_nor_by_an_unknown_name(client, sheet, boss):
    client.force_login(boss)
    url = reverse("sheet_life", args=[sheet.pk])
    client.get(url, {"action": "confirm"})
    assert_refused(client.post(url, {"action": "delete"}), NO_RIGHT)
    assert client.post(url, {"action": "remove_erratum", "erratum": "x"}).status_code == 404
    assert not SheetConfirmation.objects.exists()


def test_rights_are_permissions_that_exist():
    names = {"add_sheetconfirmation", "add_erratum", "delete_erratum", "change_reuse", "change_errorreport"}
    assert set(Permission.objects.filter(codename__in=names).values_list("codename", flat=True)) == names


def test_seeing_the_screen_opens_none_of_its_actions(client, sheet, boss):
    """Each action asks for its own right: somebody who only confirms neither sees the others nor forges them."""
    reuse = propose(sheet, make_clsm(), year=2025, kept="a", adapted="b", by=boss)
    erratum = add_erratum(sheet, text="Une date était fausse.", by=boss)
    person = User.objects.create_user("confirme@portail.example")
    names = ("access_admin", "add_sheetconfirmation")
    person.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(person)
    url = reverse("sheet_life", args=[sheet.pk])
    shown = client.get(url).content.decode()
    assert 'value="confirm"' in shown
    for action in ("add_erratum", "remove_erratum", "decide_reuse", "archive", "restore"):
        assert f'value="{action}"' not in shown
        posted = {"action": action, "text": "Faux.", "reason": "Faux.", "state": "publiee"}
        refused = client.post(url, posted | {"reuse": reuse.pk, "erratum": erratum.pk})
        assert_refused(refused, NO_RIGHT)
    reuse.refresh_from_db()
    assert (Erratum.objects.get().text, reuse.state) == (erratum.text, ReuseState.PROPOSED)
    assert CapsSheetPage.objects.get(pk=sheet.pk).live


def test_a_sheet_that_is_not_public_is_neither_old_nor_reminded_of(sheet, boss):
    make_member("Modération")
    published_on(sheet, TODAY - timedelta(days=800))
    sheet.unpublish()
    call_command("remind_freshness", f"--today={TODAY}")
    assert not Notice.objects.filter(event="sheet_to_check").exists()
