"""A sheet is public only with the agreements it needs, whatever the path; and nobody meets a 500 for it."""

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry, Revision
from wagtail.test.utils.form_data import querydict_from_html

from caps_sheets.models import CapsSheetPage, OverrideKind, PublicationOverride, SafeMessagingTick, SafeWording
from caps_sheets.models.clearance import text_key
from caps_sheets.review.services import override, tick
from portal.base import texts
from portal.base.errors import RefusedError
from portal.site_setup.roles import ADMINISTRATION, COACHING, EDITING, MODERATION
from tests.factories.capitalisation import make_case_file, make_member
from tests.factories.network import make_theme
from tests.factories.replay import replayed
from tests.factories.review import clear, fill_grid
from tests.factories.sheets import make_sheet, make_sheets_index
from tests.refusals import summary

pytestmark = pytest.mark.django_db

NO_AGREEMENT = "bon à publier"
NO_GRID = "grille"


@pytest.fixture
@replayed
def sheet() -> CapsSheetPage:
    """Complete, but nobody agreed to it."""
    make_sheets_index()
    return make_sheet(live=False, title="Fiche sans accord")


@pytest.fixture
def admin(sheet):
    return make_member(ADMINISTRATION)


def is_live(sheet: CapsSheetPage) -> bool:
    return CapsSheetPage.objects.get(pk=sheet.pk).live


def said(response) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def edit_form(client, sheet, **changes) -> dict:
    """The edit form, its StreamFields emptied (``complete_texts`` makes up for it)."""
    url = reverse("wagtailadmin_pages:edit", args=[sheet.pk])
    data = dict(querydict_from_html(client.get(url).content.decode(), form_id="page-edit-form").lists())
    data |= {f"{name}-count": ["0"] for name in ("body", "key_points")}
    return data | {name: [value] for name, value in changes.items()}


@pytest.fixture
def complete_texts(monkeypatch) -> None:
    """Agreements are the subject here: a form is not refused for what it lacks."""
    monkeypatch.setattr(CapsSheetPage, "publication_errors", lambda self: {})


def test_by_publishing_its_revision(sheet):
    with pytest.raises(ValidationError, match=NO_AGREEMENT):
        sheet.get_latest_revision().publish()
    assert not is_live(sheet)


def test_by_publishing_it_for_a_later_day(sheet):
    sheet.go_live_at = timezone.now() + timedelta(days=3)
    revision = sheet.save_revision()
    with pytest.raises(ValidationError, match=NO_AGREEMENT):
        revision.publish()
    assert not sheet.revisions.exclude(approved_go_live_at=None).exists()


def test_the_draft_is_read_once_and_its_text_compared_once(sheet, monkeypatch):
    theme = make_theme("suicide", shows_help=True)
    sheet.main_theme = theme
    sheet.themes.set([theme])
    revision = sheet.save_revision()
    clear(sheet)
    read, compared = [], []
    as_object, key = Revision.as_object, texts.text_key
    monkeypatch.setattr(Revision, "as_object", lambda self: read.append(self.pk) or as_object(self))
    monkeypatch.setattr(texts, "text_key", lambda content: compared.append(content) or key(content))
    revision.publish()
    assert is_live(sheet)
    assert (len(read), len(compared)) == (1, 1)


@pytest.mark.usefixtures("complete_texts")
def test_by_the_button_of_the_administration(client, sheet, admin):
    client.force_login(admin)
    data = edit_form(client, sheet, hook="Une accroche nouvelle.", **{"action-publish": "1"})
    response = client.post(reverse("wagtailadmin_pages:edit", args=[sheet.pk]), data)
    assert response.status_code == 302
    assert NO_AGREEMENT in said(response)
    assert not is_live(sheet)
    draft = CapsSheetPage.objects.get(pk=sheet.pk).get_latest_revision_as_object()
    assert draft.hook == "Une accroche nouvelle.", "what was typed is kept"


@pytest.mark.usefixtures("complete_texts")
def test_by_the_button_of_a_first_form(client, sheet, admin):
    client.force_login(admin)
    url = reverse("wagtailadmin_pages:add", args=["caps_sheets", "capssheetpage", make_sheets_index().pk])
    data = edit_form(client, sheet) | {"title": ["Neuve"], "slug": ["neuve"], "action-publish": ["1"]}
    response = client.post(url, data)
    assert response.status_code == 302
    assert "premier brouillon" in said(response)
    assert not CapsSheetPage.objects.get(slug="neuve").live


@pytest.mark.usefixtures("complete_texts")
def test_by_the_schedule_of_the_administration(client, sheet, admin):
    client.force_login(admin)
    later = (timezone.now() + timedelta(days=2)).strftime("%Y-%m-%d %H:%M")
    data = edit_form(client, sheet, go_live_at=later, **{"action-publish": "1"})
    response = client.post(reverse("wagtailadmin_pages:edit", args=[sheet.pk]), data)
    assert response.status_code == 302
    assert NO_AGREEMENT in said(response)
    assert not sheet.revisions.exclude(approved_go_live_at=None).exists()


def test_by_a_schedule_that_comes_due(sheet):
    revision = sheet.get_latest_revision()
    revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    revision.save()
    call_command("publish_scheduled", stdout=StringIO())
    assert not is_live(sheet)
    entry = PageLogEntry.objects.get(action="portal.schedule_called_off")
    assert any(NO_AGREEMENT in reason for reason in entry.data["reasons"])


@pytest.mark.parametrize("descendants", ["", "on"])
def test_by_bulk_publication(client, sheet, admin, descendants):
    client.force_login(admin)
    target = make_sheets_index() if descendants else sheet
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"]) + f"?id={target.pk}&next=/admin/"
    response = client.post(url, {"include_descendants": descendants})
    assert response.status_code == 302
    assert NO_AGREEMENT in said(response)
    assert not is_live(sheet)


def test_by_the_api_of_the_admin(client, sheet, admin):
    client.force_login(admin)
    response = client.post(reverse("wagtailadmin_api:pages:action", args=[sheet.pk, "publish"]))
    assert response.status_code == 400
    assert NO_AGREEMENT in response.content.decode()
    assert not is_live(sheet)


def test_the_api_publishes_no_unagreed_draft_of_a_public_sheet(client, admin):
    sheet = make_sheet(hook="Une accroche accordée.")
    sheet.hook = "Une accroche jamais lue."
    sheet.save_revision()
    client.force_login(admin)
    response = client.post(reverse("wagtailadmin_api:pages:action", args=[sheet.pk, "publish"]))
    assert response.status_code == 400
    assert CapsSheetPage.objects.get(pk=sheet.pk).hook == "Une accroche accordée."


@pytest.mark.parametrize("action", ["copy", "create_alias"])
def test_the_api_makes_no_public_copy(client, admin, action):
    sheet = make_sheet()
    pages = CapsSheetPage.objects.count()
    client.force_login(admin)
    response = client.post(
        reverse("wagtailadmin_api:pages:action", args=[sheet.pk, action]),
        {"update_slug": "copie"} if action == "create_alias" else {},
        content_type="application/json",
    )
    assert response.status_code == 400
    assert CapsSheetPage.objects.count() == pages


def test_the_same_text_needs_no_second_agreement():
    sheet = make_sheet()
    sheet.save_revision().publish()
    scheduled = CapsSheetPage.objects.get(pk=sheet.pk)
    scheduled.expire_at = timezone.now() + timedelta(days=30)
    scheduled.save_revision().publish()
    assert is_live(sheet)


def test_another_text_needs_one_again_or_the_centre_says_why():
    sheet = make_sheet()
    sheet.hook = "Une accroche corrigée."
    revision = sheet.save_revision()
    with pytest.raises(ValidationError, match=NO_AGREEMENT):
        revision.publish()
    override(sheet, OverrideKind.CORRECTION, by=None, reason="Une coquille.")
    revision.publish()
    assert CapsSheetPage.objects.get(pk=sheet.pk).hook == "Une accroche corrigée."
    sheet.hook = "Encore une autre."
    with pytest.raises(ValidationError):
        sheet.save_revision().publish()


def test_doing_without_the_clsm_still_takes_a_grid(sheet):
    override(sheet, OverrideKind.AGREEMENT, by=None, reason="Poste vacant.")
    with pytest.raises(ValidationError, match=NO_GRID):
        sheet.get_latest_revision().publish()
    fill_grid(sheet)
    sheet.get_latest_revision().publish()
    assert is_live(sheet)


def test_what_was_decided_stays_with_its_reason(client, sheet, admin):
    client.force_login(admin)
    url = reverse("override_agreement", args=[sheet.pk])
    assert client.post(url, {"kind": "reprise", "reason": " "}).status_code == 200
    assert not PublicationOverride.objects.exists()
    client.post(url, {"kind": "reprise", "reason": "Écrite en 2019, accord donné par courrier."})
    [decision] = PublicationOverride.objects.all()
    assert (decision.by, decision.text_key) == (admin, text_key(sheet.get_latest_revision()))
    history = reverse("wagtailadmin_pages:history", args=[sheet.pk])
    assert "accord donné par courrier" in client.get(history).content.decode()


def test_nothing_is_decided_about_a_text_that_changed_meanwhile(client, sheet, admin):
    client.force_login(admin)
    url = reverse("override_agreement", args=[sheet.pk])
    typed = {"kind": "reprise", "reason": "Écrite en 2019.", "seen": client.get(url).context["seen"]}
    sheet.title = "Un autre titre"
    sheet.save_revision()
    response = client.post(url, typed)
    assert "relisez-le avant de décider" in response.content.decode() and "Écrite en 2019." in response.content.decode()
    assert not PublicationOverride.objects.exists()
    client.post(url, typed | {"seen": response.context["seen"]})
    assert PublicationOverride.objects.count() == 1


def test_a_reason_left_out_then_given_is_still_about_the_text_that_was_read(client, sheet, admin):
    client.force_login(admin)
    url = reverse("override_agreement", args=[sheet.pk])
    opened = client.get(url).context["seen"]
    sheet.title = "Un autre titre"
    sheet.save_revision()
    given_back = client.post(url, {"kind": "reprise", "reason": "", "seen": opened}).context["seen"]
    assert given_back == opened
    response = client.post(url, {"kind": "reprise", "reason": "Écrite en 2019.", "seen": given_back})
    assert "relisez-le avant de décider" in response.content.decode()
    assert not PublicationOverride.objects.exists()


@pytest.mark.parametrize("kind", ["accord", "correction", "reprise"])
@pytest.mark.parametrize("role", [EDITING, "Accompagnement", "Coordination"])
def test_only_the_centre_decides(client, sheet, role, kind):
    client.force_login(make_member(role))
    client.post(reverse("override_agreement", args=[sheet.pk]), {"kind": kind, "reason": "Forgé."})
    assert not PublicationOverride.objects.exists()


def test_a_decision_has_its_own_ground(client, sheet):
    client.force_login(make_member(MODERATION))
    url = reverse("override_agreement", args=[sheet.pk])
    client.post(url, {"kind": "correction", "reason": "La fiche n’est pas en ligne."})
    with pytest.raises(RefusedError):
        override(sheet, OverrideKind.CORRECTION, by=None, reason="Pas en ligne.")
    make_case_file(sheet=sheet)
    client.post(url, {"kind": "reprise", "reason": "Elle a un dossier."})
    with pytest.raises(RefusedError, match="dossier"):
        override(CapsSheetPage.objects.get(pk=sheet.pk), OverrideKind.TAKEOVER, by=None, reason="Forgé.")
    assert not PublicationOverride.objects.exists()


class TestSafeMessaging:
    @pytest.fixture
    def about_suicide(self):
        make_sheets_index()
        theme = make_theme("prevention-du-suicide", "prevention", shows_help=True)
        sheet = make_sheet(live=False, themes=[theme])
        override(sheet, OverrideKind.TAKEOVER, by=None, reason="Pour l’essai.")
        return sheet

    def test_every_item_is_needed(self, about_suicide):
        tick(about_suicide, SafeWording.values[:-1], by=None)
        with pytest.raises(ValidationError, match="suicide"):
            about_suicide.get_latest_revision().publish()
        tick(about_suicide, SafeWording.values, by=None)
        about_suicide.get_latest_revision().publish()
        assert is_live(about_suicide)

    def test_each_tick_is_signed_and_keeps_its_signature(self, client, about_suicide):
        first, second = make_member(EDITING), make_member(MODERATION)
        url = reverse("safe_messaging", args=[about_suicide.pk])
        client.force_login(first)
        client.post(url, {"items": ["mots-justes"]})
        client.force_login(second)
        client.post(url, {"items": ["mots-justes", "personne-formee"]})
        signed = dict(SafeMessagingTick.objects.values_list("item", "by"))
        assert signed == {"mots-justes": first.pk, "personne-formee": second.pk}
        assert "personne formée" in client.get(url).content.decode()

    def test_another_text_is_checked_again(self, about_suicide):
        tick(about_suicide, SafeWording.values, by=None)
        about_suicide.hook = "Un texte changé."
        revision = about_suicide.save_revision()
        override(about_suicide, OverrideKind.TAKEOVER, by=None, reason="Pour l’essai.")
        with pytest.raises(ValidationError, match="suicide"):
            revision.publish()

    def test_a_sheet_about_something_else_asks_nothing(self, sheet):
        clear(sheet)
        sheet.get_latest_revision().publish()
        assert is_live(sheet) and not SafeMessagingTick.objects.exists()

    @pytest.mark.parametrize("role", ["Accompagnement", "Coordination"])
    def test_it_is_signed_by_those_who_may_edit_the_sheet(self, client, about_suicide, role):
        client.force_login(make_member(role))
        client.post(reverse("safe_messaging", args=[about_suicide.pk]), {"items": SafeWording.values})
        assert not SafeMessagingTick.objects.exists()

    @pytest.mark.parametrize(
        ("role", "is_author", "signs"),
        [
            (EDITING, False, True),
            (MODERATION, False, True),
            (ADMINISTRATION, False, True),
            (EDITING, True, False),
            (MODERATION, True, False),
            (COACHING, True, False),
        ],
    )
    def test_who_signs_that_a_trained_person_read(self, client, about_suicide, role, is_author, signs):
        person = make_member(role)
        if is_author:
            about_suicide.owner, about_suicide.hook = person, "Un texte de cette personne."
            about_suicide.save()
            about_suicide.save_revision(user=person)
        client.force_login(person)
        url = reverse("safe_messaging", args=[about_suicide.pk])
        assert ("n’est pas pour vous" in client.get(url).content.decode()) is not signs
        client.post(url, {"items": ["mots-justes", "ressources"]})
        assert SafeMessagingTick.objects.count() == 2, "the other items are open to whoever edits the sheet"
        html = client.post(url, {"items": ["mots-justes", "anonymat", "personne-formee"]}).content.decode()
        assert SafeMessagingTick.objects.filter(item="personne-formee").exists() is signs
        if not signs:
            assert "de la Modération ou de l’Administration qui n’a pas pris part" in html
            assert 'id="point-anonymat" checked' in html, "what was ticked is not lost"
            assert set(SafeMessagingTick.objects.values_list("item", flat=True)) == {"mots-justes", "ressources"}

    def test_an_author_takes_no_signature_away(self, client, about_suicide):
        author, reader = make_member(EDITING), make_member(EDITING)
        about_suicide.hook = "Un texte de cette personne."
        about_suicide.save_revision(user=author)
        url = reverse("safe_messaging", args=[about_suicide.pk])
        for person, items in ((reader, ["personne-formee", "anonymat"]), (author, ["mots-justes"])):
            client.force_login(person)
            client.post(url, {"items": items})
        signed = dict(SafeMessagingTick.objects.values_list("item", "by"))
        assert signed == {"personne-formee": reader.pk, "mots-justes": author.pk}

    def test_nobody_signs_a_text_that_changed_meanwhile(self, client, about_suicide):
        client.force_login(make_member(MODERATION))
        url = reverse("safe_messaging", args=[about_suicide.pk])
        opened = client.get(url).context["seen"]
        about_suicide.hook = "Un texte changé pendant la lecture."
        about_suicide.save_revision()
        response = client.post(url, {"items": ["anonymat"], "seen": opened})
        html = response.content.decode()
        assert "a changé pendant votre lecture" in summary(response) and 'id="point-anonymat" checked' in html
        assert not SafeMessagingTick.objects.exists() and response.context["seen"] != opened
        assert f'name="seen" value="{response.context["seen"]}"' in html
        client.post(url, {"items": ["anonymat"], "seen": response.context["seen"]})
        assert SafeMessagingTick.objects.get().item == "anonymat"

    def test_an_unknown_item_is_refused(self, client, about_suicide):
        client.force_login(make_member(EDITING))
        client.post(reverse("safe_messaging", args=[about_suicide.pk]), {"items": ["autre"]})
        assert not SafeMessagingTick.objects.exists()


def test_a_public_sheet_saved_with_another_revision_meets_the_gate():
    sheet = make_sheet(title="Stages croisés")
    sheet.title = "Un autre titre"
    revision = sheet.save_revision()
    draft = revision.as_object()
    draft.live, draft.live_revision = True, revision
    with pytest.raises(ValidationError, match="bon à publier"):
        draft.save()
    public = CapsSheetPage.objects.get(pk=sheet.pk)
    assert (public.title, public.live_revision_id) == ("Stages croisés", sheet.live_revision_id)
