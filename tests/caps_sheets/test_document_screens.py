"""« Écrire une fiche à partir d’un document »: what is shown first, the draft, what stays beside it."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry

from caps_sheets.document_import import services
from caps_sheets.document_import.forms import field_name
from caps_sheets.models import CapsSheetPage, DocumentImport
from portal.medialib.models import PortalImage, private_storage
from portal.site_setup.roles import ADMINISTRATION, COACHING, COORDINATION, EDITING, MODERATION
from tests.factories import documents
from tests.factories.capitalisation import make_member
from tests.factories.documents import make_document
from tests.factories.network import make_clsm, make_theme
from tests.factories.sheets import make_sheet, make_sheets_index
from tests.refusals import NO_RIGHT, NOT_FOUND, SIGN_IN, assert_refused, summary, told

pytestmark = pytest.mark.django_db
SEND = "sheet_document"


@pytest.fixture(autouse=True)
def index(home):
    return make_sheets_index()


@pytest.fixture
def writer(client):
    user = make_member(COACHING)
    client.force_login(user)
    return user


def send(client: Client, content: bytes, name: str = "fiche.docx"):
    return client.post(reverse(SEND), {"file": SimpleUploadedFile(name, content)})


def sent(client: Client, content: bytes, name: str = "fiche.docx") -> DocumentImport:
    response = send(client, content, name)
    document = DocumentImport.objects.latest("pk")
    assert response["Location"] == reverse("sheet_document_check", args=[document.pk])
    return document


def check(document: DocumentImport) -> str:
    return reverse("sheet_document_check", args=[document.pk])


def as_shown(client: Client, document: DocumentImport) -> dict[str, str]:
    """What the form posts if nothing is changed."""
    form = client.get(check(document)).context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def draft(client: Client, document: DocumentImport, **changes: str) -> CapsSheetPage:
    response = client.post(check(document), as_shown(client, document) | changes)
    sheet = CapsSheetPage.objects.latest("pk")
    assert response["Location"] == reverse("wagtailadmin_pages:edit", args=[sheet.pk]), told(response)[:500]
    return sheet.get_latest_revision_as_object()


def blocks(sheet: CapsSheetPage, section: str) -> list[str]:
    return [block.block_type for child in sheet.body if child.block_type == section for block in child.value]


def test_nothing_is_written_before_the_draft_is_asked_for(client, writer):
    document = sent(client, documents.tables_and_pictures())
    response = client.get(check(document))
    assert "Aucune fiche n’est encore écrite" in told(response) and "2 tableaux" in told(response)
    assert not CapsSheetPage.objects.exists() and not PortalImage.objects.exists()
    picture = client.get(reverse("sheet_document_picture", args=[document.pk, 1]))
    assert picture["Content-Type"] == "image/png" and "no-store" in picture["Cache-Control"]
    assert_refused(client.get(reverse("sheet_document_picture", args=[document.pk, 9])), NOT_FOUND)


@pytest.mark.parametrize(("write", "name"), [(documents.word_styles, "fiche.docx"), (documents.odt, "fiche.odt")])
def test_a_document_becomes_a_draft_of_its_author(client, writer, write, name):
    document = sent(client, write(), name)
    sheet = draft(client, document)
    assert (sheet.title, sheet.live, sheet.owner) == ("Des stages croisés entre métiers", False, writer)
    assert blocks(sheet, "contexte") == blocks(sheet, "leviers") == ["paragraph"] and blocks(sheet, "moyens") == []
    [entry] = PageLogEntry.objects.filter(page=sheet.pk, action=services.CREATED)
    assert entry.user == writer
    assert client.get(reverse("wagtailadmin_pages:edit", args=[sheet.pk])).status_code == 200


def test_pictures_and_tables_take_their_place(client, writer):
    sheet = draft(client, sent(client, documents.tables_and_pictures()))
    kinds = blocks(sheet, "pilotage")
    assert kinds.count("table") == 1 and kinds.count("illustration") == 3
    assert PortalImage.objects.count() == 2, "the same picture twice is one image"
    image = PortalImage.objects.earliest("pk")
    assert (image.credit, image.licence, image.uploaded_by_user) == ("", None, writer)
    assert image.collection.name == "Fiches CAPS" and not image.is_publishable
    assert any("crédit" in text for _, texts in sheet.missing_items() for text in texts)
    shown = client.get(reverse("wagtailadmin_pages:view_draft", args=[sheet.pk])).content.decode()
    assert '<th scope="col">Apport</th>' in shown


def test_a_picture_that_nobody_can_show_is_listed(client, writer):
    sheet = draft(client, sent(client, documents.odd_pictures()))
    document = sheet.document_import
    listed = {picture["name"]: picture["reason"] for picture in document.beside["pictures"]}
    assert listed.keys() == {"schema.emf", "oubliee.png"} and "format" in listed["schema.emf"]
    page = client.get(reverse("sheet_document_beside", args=[document.pk]))
    assert "Excel.Sheet.12" in told(page) and "schema.emf" in told(page)


def test_a_cropped_picture_stays_beside_the_draft(client, writer):
    document = sent(client, documents.cropped_picture())
    assert services.CROPPED in told(client.get(check(document)))
    sheet = draft(client, document)
    assert PortalImage.objects.count() == 1 and blocks(sheet, "contexte").count("illustration") == 2
    [picture] = sheet.document_import.beside["pictures"]
    assert picture["reason"] == services.CROPPED


def test_only_the_pictures_that_the_draft_shows_enter_the_library(client, writer):
    draft(client, sent(client, documents.headers_and_comments()))
    assert not PortalImage.objects.exists()
    document = sent(client, documents.tables_and_pictures())
    sheet = draft(client, document, **{field_name(0): ""})
    assert not PortalImage.objects.exists() and len(sheet.document_import.beside["pictures"]) == 3


def test_a_part_chosen_as_the_identity_card_is_read(client, writer):
    document = sent(client, documents.word_styles({"Le mot de l’élue": "Budget : 12 000 €"}))
    sheet = draft(client, document, **{field_name(0): "identite"})
    assert sheet.budget == "5000-20000" and sheet.document_import.beside["asides"] == []


def test_a_part_goes_where_its_author_says(client, writer):
    document = sent(client, documents.word_styles({"Le mot de l’élue": "Une action utile.", "Leviers": "Une élue."}))
    page = client.get(check(document))
    assert "à placer" in told(page)
    sheet = draft(client, document, **{field_name(0): "contexte", field_name(1): ""})
    assert blocks(sheet, "contexte") == ["paragraph"] and blocks(sheet, "leviers") == []
    [aside] = sheet.document_import.beside["asides"]
    assert (aside["text"], aside["place"]) == ("Une élue.", "Leviers")
    edit = client.get(reverse("wagtailadmin_pages:edit", args=[sheet.pk]))
    assert "À reprendre du document" in told(edit) and "1 élément du document n’y est pas" in told(edit)


def test_the_identity_card_fills_the_sheet(client, writer):
    clsm, theme = make_clsm(title="CLSM des Trois Rivières"), make_theme("Parentalité")
    card = documents.CARD | {"CLSM": "CLSM des Trois Rivières", "Thème principal": "parentalité"}
    sheet = draft(client, sent(client, documents.identity_card(card)))
    assert sheet.title == "Des stages croisés" and sheet.is_ongoing and sheet.budget == "5000-20000"
    assert [item.clsm_id for item in sheet.clsm_items.all()] == [clsm.pk]
    assert sheet.main_theme == theme and list(sheet.themes.all()) == [theme]
    problems = [line["label"] for line in sheet.document_import.beside["identity"] if line["problem"]]
    assert problems == ["Chef de projet"]


def test_a_forged_place_is_refused_and_nothing_typed_is_lost(client, writer):
    document = sent(client, documents.word_styles())
    response = client.post(check(document), as_shown(client, document) | {field_name(0): "ailleurs", "title": "Tapé"})
    assert "Choix non valide" in summary(response) or "choix valide" in summary(response)
    assert 'value="Tapé"' in response.content.decode() and not CapsSheetPage.objects.exists()
    response = client.post(check(document), as_shown(client, document) | {"title": ""})
    assert "Titre de la fiche" in summary(response)


def test_the_same_document_makes_one_draft(client, writer):
    document = sent(client, documents.word_styles())
    data = as_shown(client, document)
    draft(client, document)
    assert_refused(client.post(check(document), data), services.GONE, reverse(SEND))
    assert CapsSheetPage.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "reason"), [(b"%PDF-1.7", "est un PDF"), (b"", "vide"), (b"PK\x03\x04 rien", "abîmé")]
)
def test_another_file_is_refused_and_not_kept(client, writer, content, reason):
    response = send(client, content)
    assert reason in summary(response) and not DocumentImport.objects.exists()


def test_no_file_is_refused(client, writer):
    assert "Document à lire" in summary(client.post(reverse(SEND), {}))


@pytest.mark.parametrize("role", [MODERATION, COORDINATION])
def test_who_may_write_no_sheet_sends_no_document(client, role):
    user = make_member(role)
    client.force_login(user)
    assert_refused(client.get(reverse(SEND)), NO_RIGHT)
    assert_refused(send(client, documents.word_styles()), NO_RIGHT)
    assert not DocumentImport.objects.exists()


@pytest.mark.parametrize("role", [ADMINISTRATION, EDITING, COACHING])
def test_who_may_write_a_sheet_finds_the_button(client, index, role):
    client.force_login(make_member(role))
    page = client.get(reverse("wagtailadmin_explore", args=[index.pk]))
    assert reverse(SEND) in page.content.decode() and client.get(reverse(SEND)).status_code == 200


def test_a_document_is_read_by_nobody_else(client):
    document = make_document(make_member(COACHING))
    others = ("sheet_document_picture", [document.pk, 1]), ("sheet_document_file", [document.pk])
    assert_refused(client.get(reverse("sheet_document_file", args=[document.pk])), SIGN_IN)
    client.force_login(make_member(EDITING))
    assert_refused(client.get(check(document)), services.GONE, reverse(SEND))
    assert_refused(client.post(check(document), {"title": "Forgé"}), services.GONE, reverse(SEND))
    for name, args in others:
        assert_refused(client.get(reverse(name, args=args)), NOT_FOUND)
    assert_refused(client.post(reverse("sheet_document_dismiss", args=[document.pk])), NOT_FOUND)
    assert not CapsSheetPage.objects.exists() and DocumentImport.objects.exists()


def test_who_edits_the_draft_reads_the_document_and_dismisses_it(client, django_capture_on_commit_callbacks):
    sheet = make_sheet(live=False)
    document = make_document(make_member(COACHING), sheet=sheet)
    client.force_login(make_member(EDITING))
    file = client.get(reverse("sheet_document_file", args=[document.pk]))
    assert file.getvalue() and "attachment" in file["Content-Disposition"] and "no-store" in file["Cache-Control"]
    assert PageLogEntry.objects.filter(page=sheet.pk, action=services.READ).count() == 1
    assert client.get(reverse("sheet_document_beside", args=[document.pk])).status_code == 200
    stored = document.file.name
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(reverse("sheet_document_dismiss", args=[document.pk]))
    assert response["Location"] == reverse("wagtailadmin_pages:edit", args=[sheet.pk])
    assert not DocumentImport.objects.exists() and not private_storage().exists(stored)
    client.force_login(make_member(COORDINATION))
    document = make_document(make_member(COACHING), sheet=sheet)
    assert_refused(client.get(reverse("sheet_document_file", args=[document.pk])), NOT_FOUND)


def test_a_published_sheet_keeps_no_document(django_capture_on_commit_callbacks):
    sheet = make_sheet(live=False)
    stored = make_document(make_member(COACHING), sheet=sheet).file.name
    with django_capture_on_commit_callbacks(execute=True):
        services.forget_published(sheet)
    assert not DocumentImport.objects.exists() and not private_storage().exists(stored)


def test_a_document_without_a_draft_is_kept_seven_days(client, writer):
    document = sent(client, documents.word_styles())
    kept = make_document(writer, sheet=make_sheet(live=False), created_at=timezone.now() - timedelta(days=30))
    call_command("purge_due")
    assert DocumentImport.objects.count() == 2
    DocumentImport.objects.filter(pk=document.pk).update(created_at=timezone.now() - services.KEPT)
    assert_refused(client.get(check(document)), services.GONE, reverse(SEND))
    call_command("purge_due")
    assert list(DocumentImport.objects.all()) == [kept]


def test_a_refused_draft_leaves_no_image(client, writer, monkeypatch):
    document = sent(client, documents.tables_and_pictures())
    data = as_shown(client, document)

    def full(*args: object) -> None:
        raise services.RefusedError("Plus de place.")

    monkeypatch.setattr(services, "write_content", full)
    assert "Plus de place." in told(client.post(check(document), data))
    assert not PortalImage.objects.exists() and not CapsSheetPage.objects.exists()


@pytest.mark.parametrize("copies", [1, 6])
def test_the_screens_ask_few_queries(client, writer, copies, django_assert_max_num_queries):
    texts = {
        f"{heading} {number}": text for heading, text in documents.SECTION_TEXTS.items() for number in range(copies)
    }
    document = sent(client, documents.word_styles(texts))
    client.get(check(document))
    for address in (reverse(SEND), check(document)):
        with django_assert_max_num_queries(20):
            client.get(address)
