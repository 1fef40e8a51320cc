"""The register of personal data, the data of one person, their erasure."""

import io
import json
import re
import zipfile
from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry, Page, PageLogEntry

from caps_sheets.capitalisation.models import CaseFile, CensusAnswer, CensusDocument, FileAccess, FileKind
from caps_sheets.capitalisation.proofreading.links import send_link
from caps_sheets.models import Reuse
from network.coordination.claims import Claimant, receive
from network.models import ClaimRequest, CoordinatorAssignment
from portal.base.signed_links import token_of
from portal.moderation.models import ErrorReport, Notice
from portal.site_setup.roles import ADMINISTRATION, COACHING, COORDINATION, EDITING, MODERATION
from portal.users.models import User
from portal.users.privacy.people import find_person, traces
from portal.users.privacy.registry import Erasure, holdings, processing_activities
from tests.capitalisation.proofreading import agreement, make_round, reply_of
from tests.factories.capitalisation import make_answer, make_case_file, make_member
from tests.factories.interviews import make_file, make_interview
from tests.factories.network import make_clsm, make_coordinator
from tests.factories.sheets import make_sheet

pytestmark = pytest.mark.django_db

EMAIL = "camille.exemple@clsm.example"


def test_every_treatment_says_everything_the_law_asks():
    for each in processing_activities():
        for name in ("name", "people", "data", "purpose", "kept", "readers", "basis", "where"):
            assert len(getattr(each, name)) > 5, (each.key, name)


@pytest.mark.parametrize("role", [ADMINISTRATION, MODERATION, EDITING, COACHING, COORDINATION])
def test_who_opens_the_register_and_the_data_of_a_person(client, role):
    client.force_login(make_member(role))
    page = client.get(reverse("data_register")).content.decode()
    assert "Entretiens" in page and "vingt-quatre mois" in page
    person = make_coordinator(email=EMAIL)
    is_allowed = role == ADMINISTRATION
    assert (client.get(reverse("person_data")).status_code == 200) is is_allowed
    found = client.post(reverse("person_data"), {"email": EMAIL})
    assert (EMAIL in found.content.decode()) is is_allowed
    exported = client.post(reverse("person_export"), {"email": EMAIL, "format": "json"})
    assert ("attachment" in exported.get("Content-Disposition", "")) is is_allowed
    client.post(reverse("person_erase"), {"email": EMAIL, "is_sure": "oui"})
    person.refresh_from_db()
    assert (not person.is_active) is is_allowed


def test_nobody_else_reaches_them(client):
    for name in ("data_register", "person_data", "person_export", "person_erase"):
        assert client.get(reverse(name)).status_code == 302
        assert client.post(reverse(name), {"email": EMAIL, "is_sure": "oui"}).status_code == 302


@pytest.fixture
def camille() -> User:
    """A former coordinator who left traces everywhere."""
    person = make_coordinator(email=EMAIL, job_title="Coordinatrice", is_staff=False)
    clsm = make_clsm()
    CoordinatorAssignment.objects.create(
        clsm=clsm, user=person, start=date(2021, 1, 1), end=date(2022, 1, 1), phone="0100000000", shows_phone=True
    )
    EmailAddress.objects.create(user=person, email=EMAIL, primary=True, verified=True)
    make_answer(clsm=clsm, respondent=person, respondent_email=EMAIL)
    make_answer(clsm=clsm, respondent_email=EMAIL.upper())
    Notice.objects.create(recipient=person, subject="Bonjour", message="Un avis")
    other = make_member(MODERATION)
    Notice.objects.create(recipient=other, subject="Dossier confié", message="Camille Exemple vous confie un dossier.")
    log(instance=clsm, action="wagtail.edit", user=person)
    log(instance=other, action="wagtail.edit", user=other, data={"owner": "Camille Exemple", "to": EMAIL, "a": "Éte"})
    return person


def test_the_export_holds_what_is_theirs_and_only_dates_of_the_rest(camille, tmp_path):
    file = make_file(make_interview(), FileKind.TRANSCRIPT)
    FileAccess.objects.create(file=file, user=camille)
    out = io.StringIO()
    call_command("export_person", EMAIL, stdout=out)
    data = json.loads(out.getvalue())
    assert data["personne"] == EMAIL
    by_name = {block["traitement"]: block for block in data["traitements"]}
    assert {"Comptes et connexion", "Coordination des CLSM", "Recensement des actions"} <= set(by_name)
    post = by_name["Coordination des CLSM"]["données"][0]["lignes"][0]
    assert post["téléphone professionnel"] == "01 00 00 00 00"
    answers = by_name["Recensement des actions"]["données"]
    assert "description" not in json.dumps(answers), "the answer of a CLSM is not the person’s data"
    reading = by_name["Lectures des fichiers d’entretien"]["données"][0]["lignes"][0]
    assert list(reading) == ["le"]
    assert "password" not in out.getvalue() and "mot de passe" not in out.getvalue()
    assert ModelLogEntry.objects.filter(action="portal.person_exported").count() == 1
    file = tmp_path / "donnees.zip"
    call_command("export_person", EMAIL, f"--zip={file}", stdout=io.StringIO())
    with zipfile.ZipFile(file) as archive:
        assert json.loads(archive.read("donnees.json"))["personne"] == EMAIL


def test_the_zip_explains_itself(client, camille):
    client.force_login(make_member(ADMINISTRATION))
    response = client.post(reverse("person_export"), {"email": EMAIL, "format": "zip"})
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assert set(archive.namelist()) == {"LISEZ-MOI.txt", "donnees.json"}
        assert json.loads(archive.read("donnees.json"))["personne"] == EMAIL
    assert "no-store" in response["Cache-Control"]


def everything() -> str:
    """The whole database, as text."""
    found = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    rows = [list(model._base_manager.values()) for model in found]
    return json.dumps(rows, default=str, ensure_ascii=False)


def test_erasing_leaves_no_name_nor_address_anywhere(camille):
    assert EMAIL in everything() and "Camille" in everything()
    call_command("erase_person", EMAIL, stdout=io.StringIO())
    left = everything()
    for gone in (EMAIL, EMAIL.upper(), "Camille", "0100000000", "01 00 00 00 00"):
        assert gone not in left, gone
    camille.refresh_from_db()
    assert (camille.is_active, camille.has_usable_password(), camille.groups.count()) == (False, False, 0)
    assert str(camille) == "Compte effacé" and camille.job_title == "Coordinatrice"


def test_erasing_keeps_what_others_rely_on(camille):
    sheet = make_sheet(owner=camille, facilitator="Chargée de mission du Centre")
    sheet.hook = "Une accroche revue."
    revision = sheet.save_revision(user=camille)
    call_command("erase_person", EMAIL, stdout=io.StringIO())
    sheet = Page.objects.get(pk=sheet.pk).specific
    revision.refresh_from_db()
    assert (sheet.live, sheet.owner, revision.user) == (True, camille, camille)
    assert sheet.facilitator == "Chargée de mission du Centre", "what is public keeps the function"
    assert CensusAnswer.objects.count() == 2
    assert set(CensusAnswer.objects.values_list("respondent_role", "respondent_email")) == {
        ("Coordinatrice du CLSM", "")
    }
    post = CoordinatorAssignment.objects.get(user=camille)
    assert (post.start, post.phone, post.shows_phone) == (date(2021, 1, 1), "", False)
    mine = ModelLogEntry.objects.filter(user=camille)
    assert not mine.filter(label__contains="Camille").exists()
    other = Notice.objects.get(subject="Dossier confié")
    assert other.message == "compte effacé vous confie un dossier."
    assert ModelLogEntry.objects.get(data__a="Éte").data == {
        "owner": "compte effacé",
        "to": "compte effacé",
        "a": "Éte",
    }


def test_a_second_erasure_finds_nothing(camille):
    call_command("erase_person", EMAIL, stdout=io.StringIO())
    out = io.StringIO()
    call_command("erase_person", EMAIL, stdout=out)
    assert out.getvalue() == "0 lignes traitées.\n"


def test_a_dry_run_erases_nothing(camille, capsys):
    before = everything()
    call_command("erase_person", EMAIL, "--dry-run")
    assert "affectation de coordination" in capsys.readouterr().out
    assert everything() == before


def test_an_address_without_account_is_found_and_erased():
    make_answer(respondent_email=EMAIL)
    person = find_person(f"  {EMAIL.upper()} ")
    assert person.user is None
    assert [trace.holding.field for trace in traces(person)] == ["respondent_email"]
    call_command("erase_person", EMAIL, stdout=io.StringIO())
    assert EMAIL not in everything()


def test_erasing_takes_names_out_of_free_texts_in_any_case(camille):
    told = f"Camille Exemple, jointe à {EMAIL.upper()}"
    case_file = make_case_file(contacts=told, schedule="Mardi, avec camille exemple", notes="Rien.")
    CensusDocument.objects.create(answer=case_file.answer, name="CV Camille Exemple.pdf", mime_type="x", size=1)
    CensusAnswer.objects.filter(pk=case_file.answer_id).update(typed={"respondent_email": [f"{EMAIL} ?"]})
    report = ErrorReport.objects.create(page=make_sheet(), message=f"Écrivez-moi : {told}", email=EMAIL)
    reuse = Reuse.objects.create(sheet=make_sheet(), clsm=make_clsm(), proposed_by=camille, adapted=told, year=2025)
    call_command("erase_person", EMAIL, stdout=io.StringIO())
    for row in (case_file, report, reuse):
        row.refresh_from_db()
    assert case_file.contacts == "compte effacé, jointe à compte effacé"
    assert (case_file.schedule, case_file.notes) == ("Mardi, avec compte effacé", "Rien.")
    assert CensusDocument.objects.get().name == "CV compte effacé.pdf"
    assert CensusAnswer.objects.get(pk=case_file.answer_id).typed == {"respondent_email": ["compte effacé ?"]}
    assert (report.message, report.email) == ("Écrivez-moi : compte effacé, jointe à compte effacé", "")
    assert (reuse.adapted, reuse.proposed_by) == ("compte effacé, jointe à compte effacé", camille)


def test_erasing_a_reader_known_by_a_link_closes_the_link(client):
    clsm = make_clsm()
    asked = make_round(clsm)
    by = make_member(MODERATION)
    opened, other = (
        send_link(reply_of(asked, clsm), address, by=by) for address in (EMAIL.upper(), "autre@clsm.example")
    )
    urls = [reverse("proofreading_by_link", args=[token_of(link)]) for link in (opened, other)]
    assert [client.get(url).status_code for url in urls] == [200, 200]
    call_command("erase_person", EMAIL, stdout=io.StringIO())
    assert [client.get(url).status_code for url in urls] == [410, 200]
    assert client.post(urls[0], agreement(asked)).status_code == 410
    assert reply_of(asked, clsm).decision == ""
    opened.refresh_from_db()
    assert opened.revoked_at is not None and opened.address == ""
    entry = PageLogEntry.objects.get(action="caps_capitalisation.proofreading_link_revoked")
    assert entry.data["address"] == "compte effacé"


def test_a_post_or_a_case_file_is_handed_over_first(client, camille):
    client.force_login(make_member(ADMINISTRATION))
    CoordinatorAssignment.objects.filter(user=camille).update(end=None)
    case_file = make_case_file(owner=camille)
    page = client.post(reverse("person_erase"), {"email": EMAIL, "is_sure": "oui"}).content.decode()
    assert "terminez d’abord son affectation" in page and "confiez-le d’abord" in page
    camille.refresh_from_db()
    assert camille.is_active
    with pytest.raises(CommandError, match="confiez-le"):
        call_command("erase_person", EMAIL)
    CoordinatorAssignment.objects.filter(user=camille).update(end=date(2022, 1, 1))
    CaseFile.objects.filter(pk=case_file.pk).update(owner=None)
    client.post(reverse("person_erase"), {"email": EMAIL, "is_sure": "oui"})
    camille.refresh_from_db()
    assert not camille.is_active


def test_without_the_box_nothing_is_erased(client, camille):
    client.force_login(make_member(ADMINISTRATION))
    page = client.post(reverse("person_erase"), {"email": EMAIL}).content.decode()
    assert "Cochez la case" in page
    assert client.get(reverse("person_erase")).status_code == 405
    camille.refresh_from_db()
    assert camille.is_active


def test_one_does_not_erase_oneself_nor_a_superuser(client):
    member = make_member(ADMINISTRATION, email=EMAIL)
    root = User.objects.create_superuser("racine@clsm.example")
    client.force_login(member)
    for person, message in ((member, "propre compte"), (root, "superutilisateur")):
        page = client.post(reverse("person_erase"), {"email": person.email, "is_sure": "oui"}).content.decode()
        assert message in page
        person.refresh_from_db()
        assert person.is_active


def test_a_wrong_address_is_said(client):
    client.force_login(make_member(ADMINISTRATION))
    page = client.post(reverse("person_data"), {"email": "pas une adresse"}).content.decode()
    assert "pas une adresse" in page and "adresse" in page.lower()
    assert "ne garde rien" in client.post(reverse("person_data"), {"email": "x@y.example"}).content.decode()


def test_each_kind_of_erasure_is_used():
    assert {each.erasure for each in holdings()} == set(Erasure)


def test_an_export_gives_no_hash_and_the_night_forgets_who_sent_a_claim(home):
    clsm = make_clsm()
    User.objects.create_user(EMAIL, "quatre-mots-de-passe", first_name="Camille")
    receive(clsm, Claimant("Camille", "Exemple", EMAIL, "Coordination", date(2026, 1, 5)), sender="203.0.113.9")
    mark, password = ClaimRequest.objects.get().sender_hash, User.objects.get(email=EMAIL).password
    assert len(mark) == 64
    call_command("export_person", EMAIL, stdout=(out := io.StringIO()))
    assert "Coordination" in out.getvalue()
    assert mark not in out.getvalue() and password not in out.getvalue()
    assert not re.search(r"[0-9a-f]{32}|\$", out.getvalue())
    call_command("expire_coordinators", stdout=io.StringIO())
    assert ClaimRequest.objects.get().sender_hash == mark, "it still limits the day"
    call_command("expire_coordinators", f"--today={timezone.localdate() + timedelta(days=1)}", stdout=io.StringIO())
    assert ClaimRequest.objects.get().sender_hash == ""
