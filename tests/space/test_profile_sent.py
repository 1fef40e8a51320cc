"""The profile in steps among several people: conflicts, sending, the answer of the Centre, who may do what."""

import io
import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from wagtail.models import Collection, GroupCollectionPermission, WorkflowState

from network.completeness import RECOMMENDED
from network.models import ClsmBody, ClsmPage, ClsmWorkingGroup, CoordinatorAssignment
from network.territories.models import Epci
from portal.medialib.models import PortalDocument, PortalImage
from portal.space.profile.questionnaire import QUESTIONNAIRE
from portal.taxonomies.models import Vocabulary
from tests.factories.network import make_clsm, make_commune, make_coordinator, make_term, make_theme
from tests.refusals import assert_refused, told
from tests.space.test_profile_steps import autosave, draft_of, save, shown_revision, step_of, step_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def clsm(home):
    return make_clsm(is_vacant=False)


@pytest.fixture
def person(client, clsm):
    user = make_coordinator(clsm)
    client.force_login(user)
    return user


def check_of(client, clsm):
    response = client.get(reverse("profile_check", args=[clsm.pk]))
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def send(client, clsm, **data):
    return client.post(reverse("profile_send", args=[clsm.pk]), data, follow=True)


def state_of(clsm):
    return ClsmPage.objects.get(pk=clsm.pk).current_workflow_state


def centre_edits(clsm, admin_user, **values):
    draft = ClsmPage.objects.get(pk=clsm.pk).get_latest_revision_as_object()
    for name, value in values.items():
        setattr(draft, name, value)
    return draft.save_revision(user=admin_user)


# Two people at the same time


def test_two_tabs_do_not_overwrite_each_other(client, clsm, person):
    revision = shown_revision(client, clsm, "contact")
    assert autosave(client, clsm, "website", "https://un.example/", revision).status_code == 200
    refused = autosave(client, clsm, "website", "https://deux.example/", revision)
    assert refused.status_code == 409
    [conflict] = refused.json()["conflicts"]
    assert (conflict["mine_text"], conflict["theirs_text"]) == ("https://deux.example/", "https://un.example/")
    assert autosave(client, clsm, "generic_email", "clsm@deux.example", revision).status_code == 200
    draft = draft_of(clsm)
    assert (draft.website, draft.generic_email) == ("https://un.example/", "clsm@deux.example")


def test_the_centre_edits_the_full_form_meanwhile(client, clsm, person, admin_user):
    revision = shown_revision(client, clsm, "presentation")
    centre_edits(clsm, admin_user, short_description="Texte du Centre.", other_name="Autre nom du Centre")
    response = save(client, clsm, "short_description", "Mon texte.", revision)
    assert response.status_code == 409
    page = response.content.decode()
    assert "Texte du Centre." in page and "Mon texte." in page and "ou par le Centre" in page
    assert draft_of(clsm).short_description == "Texte du Centre."
    settled = re.search(r'name="revision" value="(\d+)"', page)[1]
    choice = {"conflit": "oui", "choix_short_description": "mienne"}
    save(client, clsm, "short_description", "Mon texte.", settled, **choice)
    draft = draft_of(clsm)
    assert (draft.short_description, draft.other_name) == ("Mon texte.", "Autre nom du Centre")


def test_a_change_of_the_centre_seen_on_the_screen_is_no_conflict(client, clsm, person, admin_user):
    save(client, clsm, "short_name", "SIGLE")
    centre_edits(clsm, admin_user, short_description="Texte du Centre.")
    assert "Texte du Centre." in client.get(step_url(clsm, "presentation")).content.decode()
    assert save(client, clsm, "short_description", "Mon texte.").status_code == 302
    assert draft_of(clsm).short_description == "Mon texte."


def test_a_list_changed_by_both_is_a_conflict_with_both_versions(client, clsm, person, admin_user):
    revision = shown_revision(client, clsm, "instances")
    centre_edits(clsm, admin_user, working_group_items=[ClsmWorkingGroup(title="Logement")])
    refused = autosave(client, clsm, "working_group_items", ["Jeunes", "", "", "actif"], revision)
    [conflict] = refused.json()["conflicts"]
    assert refused.status_code == 409
    assert conflict["mine_text"].startswith("Jeunes") and conflict["theirs_text"].startswith("Logement")


def test_the_saves_of_one_hour_are_one_version_but_never_that_of_the_full_form(client, clsm, person):
    save(client, clsm, "short_name", "A")
    save(client, clsm, "short_name", "B")
    assert clsm.revisions.count() == 1
    centre_edits(clsm, person, other_name="Écrit dans le formulaire complet")
    save(client, clsm, "short_name", "C")
    assert clsm.revisions.count() == 3
    clsm.revisions.update(created_at=timezone.now() - timedelta(hours=2))
    save(client, clsm, "short_name", "D")
    assert clsm.revisions.count() == 4


# The buttons of the lists


def press(client, clsm, key, value, **fields):
    data = {"revision": shown_revision(client, clsm, key), "present": list(fields), "ligne": value, **fields}
    return client.post(step_url(clsm, key), data)


def test_a_row_is_added_removed_and_given_back_without_a_script(client, clsm, person):
    response = press(client, clsm, "instances", "ajouter:working_group_items", working_group_items=[])
    assert response.url.endswith("?nouvelle=working_group_items#nouvelle_working_group_items")
    assert 'id="id_working_group_items_0_title"' in client.get(response.url).content.decode()
    cells = ["Logement", "", "", "actif", "Jeunes", "", "", "pause"]
    save(client, clsm, "working_group_items", cells)
    response = press(client, clsm, "instances", "retirer:working_group_items:0", working_group_items=cells)
    assert [row.title for row in draft_of(clsm).working_group_items.all()] == ["Jeunes"]
    assert "« Logement » : retiré." in client.get(response.url).content.decode()
    press(client, clsm, "instances", "remettre:working_group_items", working_group_items=cells[4:])
    assert [row.title for row in draft_of(clsm).working_group_items.all()] == ["Logement", "Jeunes"]


def test_a_place_is_found_by_its_name_and_homonyms_are_asked(client, clsm, person):
    make_commune("34114", "Gignac")
    make_commune("97409", "Saint-André")
    response = press(
        client,
        clsm,
        "territoire",
        "chercher:commune_items",
        texte_commune_items="Gignac (34)",
        commune_items=["34079", "", ""],
    )
    assert "Gignac" in told(client.get(response.url))
    assert [item.commune_id for item in draft_of(clsm).commune_items.all()] == ["34079", "34114"]
    response = press(client, clsm, "territoire", "chercher:commune_items", texte_commune_items="Saint-André")
    page = client.get(response.url).content.decode()
    assert "désigne plusieurs lieux" in page and 'value="ajouter:commune_items:97409"' in page
    cells = ["34079", "", "", "34114", "", ""]
    press(client, clsm, "territoire", "ajouter:commune_items:97409", commune_items=cells)
    press(client, clsm, "territoire", "ajouter:commune_items:97409", commune_items=[*cells, "97409", "", ""])
    codes = [item.commune_id for item in draft_of(clsm).commune_items.all()]
    assert codes == ["34079", "34114", "97409"]


def test_a_place_that_does_not_exist_is_refused(client, clsm, person):
    press(client, clsm, "territoire", "ajouter:commune_items:99999", commune_items=["34079", "", ""])
    assert "n’existe plus" in client.get(step_url(clsm, "territoire")).content.decode()
    response = press(client, clsm, "territoire", "chercher:epci_items", texte_epci_items="zzz")
    assert "n’est le nom d’aucun lieu connu" in client.get(response.url).content.decode()


def test_the_dates_of_a_commune_and_an_epci_are_kept(client, clsm, person):
    epci = Epci.objects.create(siren="200017341", name="CC Lodévois et Larzac", kind="CC")
    save(client, clsm, "epci_items", [epci.pk])
    save(client, clsm, "commune_items", ["34079", "2020-01-01", "2024-12-31"])
    draft = draft_of(clsm)
    assert [item.epci_id for item in draft.epci_items.all()] == [epci.pk]
    assert str(draft.commune_items.get().until) == "2024-12-31"


def test_the_carrier_is_found_by_its_name_without_accents(client, clsm, person):
    response = press(
        client, clsm, "moyens", "chercher:carrier", texte_carrier="commune exemple", carrier=clsm.carrier_id
    )
    page = client.get(response.url).content.decode()
    assert f'value="choisir:carrier:{clsm.carrier_id}"' in page
    page = client.get(press(client, clsm, "moyens", "chercher:carrier", texte_carrier="introuvable").url)
    assert "Écrivez au Centre pour l’ajouter" in page.content.decode()


# Files


@pytest.fixture
def may_upload(person):
    group = Group.objects.create(name="Dépôt")
    collection, _ = Collection.objects.get_or_create(name="CLSM", defaults={"path": "00010009", "depth": 2})
    for codename in ("add_document", "add_image"):
        permission = Permission.objects.get(codename=codename)
        GroupCollectionPermission.objects.create(group=group, collection=collection, permission=permission)
    person.groups.add(group)
    return collection


def test_a_document_is_joined_then_removed_then_given_back(client, clsm, person, may_upload):
    url = reverse("profile_file", args=[clsm.pk, "roadmap_document"])
    data = {"title": "Feuille de route", "file": SimpleUploadedFile("fdr.pdf", b"%PDF-1.4 fictif")}
    response = client.post(url, data)
    assert response.status_code == 302, response.context["form"].errors
    document = PortalDocument.objects.get()
    assert draft_of(clsm).roadmap_document == document
    assert (document.collection, document.uploaded_by_user) == (may_upload, person)
    press(client, clsm, "documents", "retirer:roadmap_document:0", roadmap_document=document.pk)
    assert draft_of(clsm).roadmap_document is None
    press(client, clsm, "documents", "remettre:roadmap_document", roadmap_document=[])
    assert draft_of(clsm).roadmap_document == document


def test_the_file_of_a_report_goes_to_its_row(client, clsm, person, may_upload):
    cells = ["2023", "Bilan 2023", "", "", "", "", "2024", "Bilan 2024", ""]
    data = {
        "present": ["report_items"],
        "report_items": cells,
        "fichier": "report_items:2",
        "revision": shown_revision(client, clsm, "documents"),
    }
    response = client.post(step_url(clsm, "documents"), data)
    assert response.url.endswith("/profil/fichier/report_items/?ligne=1")
    client.post(response.url, {"title": "Bilan", "file": SimpleUploadedFile("bilan.pdf", b"%PDF-1.4 fictif")})
    first, second = draft_of(clsm).report_items.all()
    assert first.document is None and second.document == PortalDocument.objects.get()


def test_a_logo_asks_its_rights_beside_the_field(client, clsm, person, may_upload):
    picture = io.BytesIO()
    Image.new("RGB", (40, 40), "green").save(picture, "PNG")
    data = {"title": "Logo", "file": SimpleUploadedFile("logo.png", picture.getvalue(), "image/png")}
    url = reverse("profile_file", args=[clsm.pk, "logo"])
    assert_refused(client.post(url, data), "Licence")
    licence = make_term(Vocabulary.LICENCE, "tous-droits")
    data["file"].seek(0)
    client.post(url, data | {"credit": "CLSM fictif", "licence": licence.pk, "description": "Un carré vert"})
    logo = draft_of(clsm).logo
    assert logo == PortalImage.objects.get() and logo.is_publishable


def test_an_account_that_may_not_upload_is_told(client, clsm, person):
    GroupCollectionPermission.objects.all().delete()
    response = client.get(reverse("profile_file", args=[clsm.pk, "logo"]), follow=True)
    assert "ne permet pas de déposer un fichier" in told(response)


# Sending


def test_it_is_sent_in_one_tap_and_says_what_happens_next(client, clsm, person):
    save(client, clsm, "short_description", "Un autre texte.")
    home = client.get(reverse("space_home", args=[clsm.pk])).content.decode()
    assert f'action="{reverse("profile_send", args=[clsm.pk])}"' in home
    response = send(client, clsm)
    assert response.redirect_chain[-1][0] == reverse("space_home", args=[clsm.pk])
    assert "Votre profil est envoyé. Le Centre le relit" in told(response)
    state = state_of(clsm)
    assert (state.status, state.requested_by) == (WorkflowState.STATUS_IN_PROGRESS, person)
    assert ClsmPage.objects.get(pk=clsm.pk).short_description == "Profil d’exemple fictif."


def test_the_last_step_sends_what_was_just_typed(client, clsm, person):
    response = save(client, clsm, "short_description", "Tapé puis envoyé.", vers="envoyer")
    assert response.url == reverse("space_home", args=[clsm.pk])
    assert state_of(clsm) and draft_of(clsm).short_description == "Tapé puis envoyé."


def test_a_profile_that_did_not_change_is_kindly_refused(client, clsm, person):
    assert "Rien n’a changé, je confirme" in check_of(client, clsm)
    response = send(client, clsm)
    assert "Rien n’a changé depuis le profil public" in told(response)
    assert state_of(clsm) is None and not clsm.revisions.exists()


def test_what_lacks_is_named_with_its_step_and_its_field(client, clsm, person):
    save(client, clsm, "presidency_role", "")
    save(client, clsm, "body_items", [])
    save(client, clsm, "sector_items", ["adulte", "", ""])
    response = send(client, clsm)
    text = re.sub(r"\s+", " ", response.content.decode())
    assert "il reste quelque chose à compléter" in told(response) and state_of(clsm) is None
    for name, key in (
        ("presidency_role", "gouvernance"),
        ("body_items", "instances"),
        ("sector_items", "quartiers-et-secteurs"),
    ):
        assert f'href="{step_url(clsm, key)}#id_{name}"' in text
        assert f'id="id_{name}"' in client.get(step_url(clsm, key)).content.decode()
    assert "Secteur 1, à compléter : établissement de rattachement" in text


def test_a_text_changed_since_it_was_read_again_is_not_sent(client, clsm, person):
    save(client, clsm, "short_description", "Un.")
    seen = re.search(r'name="revision" value="(\d+)"', check_of(client, clsm))[1]
    save(client, clsm, "short_description", "Deux.")
    assert "a changé depuis l’ouverture de cette page" in told(send(client, clsm, revision=seen))
    assert state_of(clsm) is None


def test_what_changes_is_shown_before_and_after(client, clsm, person):
    save(client, clsm, "user_representation", "non")
    text = check_of(client, clsm)
    assert '<dt>Avant</dt><dd class="as-typed">Oui</dd>' in text
    assert '<dt>Après</dt><dd class="as-typed">Non</dd>' in text
    assert "Les usagers ne sont pas représentés" in told(send(client, clsm))


def test_while_the_centre_reads_the_steps_are_read_only(client, clsm, person):
    save(client, clsm, "short_description", "Un autre texte.")
    revision = shown_revision(client, clsm, "presentation")
    send(client, clsm)
    assert client.get(step_url(clsm, "presentation")).url == reverse("profile_check", args=[clsm.pk])
    text = check_of(client, clsm)
    assert "Le Centre relit ce profil" in text and "Un autre texte." in text and "Envoyer au Centre" not in text
    refused = autosave(client, clsm, "short_description", "Trop tard.", revision)
    assert refused.status_code == 403 and "Le Centre relit" in refused.json()["message"]
    data = {"revision": revision, "present": ["short_description"], "short_description": "Trop tard."}
    response = client.post(step_url(clsm, "presentation"), data)
    assert response.status_code == 403 and "Trop tard." in response.content.decode()
    assert draft_of(clsm).short_description == "Un autre texte."
    assert "Le Centre relit" in told(send(client, clsm))


def test_who_sent_it_may_take_it_back_nobody_else(client, clsm, person):
    save(client, clsm, "short_description", "Un autre texte.")
    send(client, clsm)
    colleague = make_coordinator(clsm)
    client.force_login(colleague)
    assert "Reprendre mes modifications" not in check_of(client, clsm)
    withdraw = reverse("profile_withdraw", args=[clsm.pk])
    assert "une autre personne l’a envoyé" in told(client.post(withdraw, follow=True))
    client.force_login(person)
    assert "Reprendre mes modifications" in check_of(client, clsm)
    assert "La relecture est arrêtée" in told(client.post(withdraw, follow=True))
    assert state_of(clsm) is None
    assert save(client, clsm, "short_description", "Encore un autre.").status_code == 302


def test_the_reason_of_the_centre_is_above_the_steps_until_it_is_sent_again(client, clsm, person, admin_user):
    save(client, clsm, "short_description", "Un autre texte.")
    send(client, clsm)
    state_of(clsm).current_task_state.reject(user=admin_user, comment="Précisez l’année.")
    assert "Précisez l’année." in client.get(step_url(clsm, "contact")).content.decode()
    assert "Précisez l’année." in check_of(client, clsm)
    save(client, clsm, "short_description", "Depuis 2021.")
    send(client, clsm)
    state = state_of(clsm)
    assert state.status == WorkflowState.STATUS_IN_PROGRESS and WorkflowState.objects.count() == 1
    state.current_task_state.approve(user=admin_user)
    assert ClsmPage.objects.get(pk=clsm.pk).short_description == "Depuis 2021."
    home = client.get(reverse("space_home", args=[clsm.pk])).content.decode()
    assert "Le profil public est à jour de vos modifications" in home


def test_a_page_locked_by_the_centre_says_so(client, clsm, person, admin_user):
    ClsmPage.objects.filter(pk=clsm.pk).update(locked=True, locked_by=admin_user, locked_at=timezone.now())
    assert "Le Centre a verrouillé ce profil" in check_of(client, clsm)
    assert "verrouillé" in told(send(client, clsm))


# Links, rights, cost


def test_each_missing_item_of_mon_clsm_opens_its_step(client, clsm, person):
    text = client.get(reverse("space_home", args=[clsm.pk])).content.decode()
    for name in RECOMMENDED:
        address = f"{step_url(clsm, step_of(name))}#id_{name}"
        assert f'href="{address}"' in text
        assert f'id="id_{name}' in client.get(address).content.decode()
    assert reverse("wagtailadmin_pages:edit", args=[clsm.pk]) not in text


@pytest.mark.parametrize("name", ["profile_check", "profile_autosave", "profile_send", "profile_withdraw"])
def test_the_space_of_another_clsm_is_closed(client, clsm, person, name):
    other = make_clsm()
    url = reverse(name, args=[other.pk])
    assert_refused(client.post(url, {"present": ["title"], "title": "Pris"}), 405 if name == "profile_check" else 404)
    assert_refused(client.get(url), 404 if name == "profile_check" else 405)
    assert not other.revisions.exists()


def test_a_forged_post_for_another_clsm_changes_nothing(client, clsm, person):
    other = make_clsm()
    data = {"revision": "99", "present": ["title"], "title": "Pris"}
    assert_refused(client.post(step_url(other, "presentation"), data), 404)
    assert_refused(client.get(reverse("profile_file", args=[other.pk, "logo"])), 404)
    assert not other.revisions.exists()


def test_the_day_after_the_post_nothing_opens(client, clsm, person):
    yesterday = timezone.localdate() - timedelta(days=1)
    CoordinatorAssignment.objects.filter(user=person).update(end=yesterday)
    assert_refused(client.get(step_url(clsm, "contact")), 404)
    data = {"present": ["title"], "title": "Pris"}
    assert_refused(client.post(reverse("profile_autosave", args=[clsm.pk]), data), 404)


def test_a_field_that_the_step_does_not_ask_is_ignored(client, clsm, person):
    data = {"revision": shown_revision(client, clsm, "contact"), "present": ["website", "slug", "title", "live"]}
    data |= {"website": "https://a.example/", "slug": "pris", "title": "Pris", "live": "", "vers": "ici"}
    client.post(step_url(clsm, "contact"), data)
    draft = draft_of(clsm)
    assert (draft.website, draft.slug, draft.title, draft.live) == ("https://a.example/", clsm.slug, clsm.title, True)
    autosave(client, clsm, "slug", "pris", data["revision"])
    assert draft_of(clsm).slug == clsm.slug


@pytest.mark.parametrize(
    "ligne",
    ["retirer:body_items:99", "retirer:body_items:x", "ajouter:slug", "remettre:body_items", ":::", "retirer:title:0"],
)
def test_a_forged_button_changes_nothing(client, clsm, person, ligne):
    kept = [str(clsm.body_items.get().kind_id), "", "", "", ""]
    response = press(client, clsm, "instances", ligne, body_items=kept)
    assert response.status_code == 302 and not clsm.revisions.exists()


def test_an_unknown_step_or_file_is_not_found(client, clsm, person):
    assert_refused(client.get(step_url(clsm, "inconnue")), 404)
    assert_refused(client.get(reverse("profile_file", args=[clsm.pk, "carrier"])), 404)


@pytest.mark.parametrize("key", [step.key for step in QUESTIONNAIRE.steps])
def test_a_step_costs_the_same_whatever_it_lists(client, clsm, person, django_assert_max_num_queries, key):
    kind = make_term(Vocabulary.BODY_TYPE, "comite-technique")
    clsm.body_items = [ClsmBody(kind=kind, label=str(number)) for number in range(12)]
    clsm.working_group_items = [ClsmWorkingGroup(title=str(number), theme=make_theme()) for number in range(12)]
    clsm.save_revision()
    client.get(step_url(clsm, key))
    with django_assert_max_num_queries(20):
        assert client.get(step_url(clsm, key)).status_code == 200


def test_the_whole_profile_costs_at_most_twenty_queries(client, clsm, person, django_assert_max_num_queries):
    clsm.save_revision().publish()
    save(client, clsm, "short_description", "Un autre texte.")
    check_of(client, clsm)
    with django_assert_max_num_queries(20):
        check_of(client, clsm)
    with django_assert_max_num_queries(20):
        client.get(reverse("space_home", args=[clsm.pk]))
