"""The files joined to an answer: what is accepted, who reads them, what stays when they go."""

import io
from zipfile import ZipFile

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.models import ModelLogEntry

from caps_sheets.capitalisation.census import documents
from caps_sheets.capitalisation.models import CensusDocument, CensusState
from portal.site_setup.roles import ADMINISTRATION, COACHING, COORDINATION, EDITING, MODERATION
from tests.capitalisation.census_world import former_coordinator, make_draft, step_url, typed
from tests.factories.capitalisation import make_answer, make_member
from tests.factories.network import make_clsm, make_coordinator
from tests.medialib import photos

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def odt() -> bytes:
    file = io.BytesIO()
    with ZipFile(file, "w") as archive:
        archive.writestr("content.xml", "<a/>")
    return file.getvalue()


@pytest.fixture(autouse=True)
def private_folder(settings, tmp_path, monkeypatch):
    settings.STORAGES = settings.STORAGES | {
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path, "base_url": None},
        }
    }
    monkeypatch.setattr(CensusDocument._meta.get_field("file"), "storage", storages["private"])


@pytest.fixture
def clsm():
    return make_clsm()


@pytest.fixture
def person(clsm, client):
    user = make_coordinator(clsm)
    client.force_login(user)
    return user


def join(client, answer, name="bilan.pdf", content=PDF, key="action"):
    data = typed(answer) | {"vers": "ici", "document": SimpleUploadedFile(name, content)}
    return client.post(step_url(answer, key), data, follow=True)


@pytest.mark.parametrize(
    ("name", "content", "mime"),
    [
        ("bilan.pdf", PDF, "application/pdf"),
        ("compte rendu.odt", odt(), "application/vnd.oasis.opendocument.text"),
    ],
)
def test_a_file_is_kept_under_a_name_that_tells_nothing(client, clsm, person, name, content, mime):
    answer = make_draft(clsm)
    assert "Le document est joint" in join(client, answer, name, content).content.decode()
    document = answer.documents.get()
    assert (document.name, document.mime_type, document.size) == (name, mime, len(content))
    assert name.split(".")[0] not in document.file.name
    assert document.added_by == person
    response = client.get(reverse("census_document", args=[document.pk]))
    assert b"".join(response.streaming_content) == content
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    assert ModelLogEntry.objects.filter(action=documents.READ, user=person).count() == 1


def test_a_photograph_is_kept_without_its_position(client, clsm, person):
    answer = make_draft(clsm)
    join(client, answer, "Affiche.JPG", photos.jpeg())
    document = answer.documents.get()
    stored = document.file.read()
    document.file.close()
    assert (document.name, document.mime_type, document.size) == ("Affiche.JPG", "image/jpeg", len(stored))
    assert photos.MARK not in stored


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("abime.png", b"\x89PNG\r\n\x1a\n" + bytes(300), "incomplète ou illisible"),
        ("page.html", b"<script>", "n’est pas accepté"),
        ("page.pdf", b"<html><script>", "ne correspond pas"),
        ("affiche.png", PDF, "ne correspond pas"),
        ("texte.docx", odt(), "ne correspond pas"),
        ("texte.odt", b"PK\x03\x04casse", "ne correspond pas"),
        ("bilan", PDF, "n’est pas accepté"),
        ("lourd.pdf", PDF + b"0" * documents.MAX_SIZE, "dépasse la taille maximale de 20 Mo"),
    ],
)
def test_a_file_is_refused_with_the_reason_and_the_rest_is_saved(client, clsm, person, name, content, said):
    answer = make_draft(clsm)
    data = typed(answer, title="Gardé") | {"vers": "suite", "document": SimpleUploadedFile(name, content)}
    page = client.post(step_url(answer), data, follow=True).content.decode()
    assert said in page
    assert not answer.documents.exists()
    answer.refresh_from_db()
    assert answer.title == "Gardé"


def test_at_most_ten_files(client, clsm, person, monkeypatch):
    monkeypatch.setattr(documents, "MOST_FILES", 1)
    answer = make_draft(clsm)
    join(client, answer)
    html = join(client, answer).content.decode()
    assert "garde 1 documents au plus" in html and "Vos réponses sont enregistrées ; le document ne l’est pas." in html
    assert answer.documents.count() == 1


def test_what_is_attached_is_listed_before_sending(client, clsm, person):
    answer = make_draft(clsm)
    check = reverse("census_check", args=[clsm.pk, answer.pk])
    assert "Aucun document n’est joint." in client.get(check).content.decode()
    join(client, answer, key="resultats")
    shown = client.get(check).content.decode()
    assert f'href="{reverse("census_document", args=[answer.documents.get().pk])}"' in shown
    assert step_url(answer, "resultats") in shown and "Aucun document" not in shown


def test_a_file_goes_from_the_disk_with_its_row(client, clsm, person, django_capture_on_commit_callbacks):
    answer = make_draft(clsm)
    join(client, answer, key="resultats")
    document = answer.documents.get()
    assert document.kind == CensusDocument.Kind.EVALUATION
    with django_capture_on_commit_callbacks(execute=True):
        client.post(step_url(answer, "resultats"), typed(answer) | {"vers": "ici", "retirer": document.pk})
    assert not answer.documents.exists()
    assert not document.file.storage.exists(document.file.name)


def test_the_file_of_another_answer_is_not_taken_away(client, clsm, person):
    mine, other = make_draft(clsm), make_draft(clsm)
    join(client, other)
    document = other.documents.get()
    assert client.post(step_url(mine), typed(mine) | {"retirer": document.pk}).status_code == 404
    assert other.documents.exists()


def test_once_sent_files_stay_as_they_are(client, clsm, person):
    answer = make_draft(clsm)
    join(client, answer)
    document = answer.documents.get()
    answer.state = CensusState.SUBMITTED
    answer.save()
    client.post(step_url(answer), typed(answer) | {"retirer": document.pk})
    join(client, answer)
    assert list(answer.documents.all()) == [document]


@pytest.mark.parametrize("state", [CensusState.DRAFT, CensusState.SUBMITTED, CensusState.RECORDED])
def test_who_reads_a_file(client, clsm, person, state):
    answer = make_draft(clsm)
    join(client, answer)
    answer.state = state
    answer.save()
    address = reverse("census_document", args=[answer.documents.get().pk])
    sent = state != CensusState.DRAFT
    readers = [(person, True), (make_coordinator(make_clsm()), False), (former_coordinator(clsm), False)]
    readers += [(make_member(role), sent) for role in (ADMINISTRATION, MODERATION, EDITING, COACHING)]
    readers += [(make_member(COORDINATION), False)]
    for user, may in readers:
        client.force_login(user)
        response = client.get(address)
        assert (response.status_code == 200) is may, user
        b"".join(response.streaming_content if response.streaming else [])
        assert client.post(address).status_code == 405
    client.logout()
    assert "login" in client.get(address).url


def test_a_lost_file_is_not_found(client, clsm, person):
    answer = make_draft(clsm)
    join(client, answer)
    document = answer.documents.get()
    document.file.storage.delete(document.file.name)
    assert client.get(reverse("census_document", args=[document.pk])).status_code == 404


def test_the_public_card_shows_no_file(client, clsm, person):
    answer = make_answer(clsm=clsm)
    CensusDocument.objects.create(answer=answer, name="bilan-secret.pdf", mime_type="application/pdf", size=1, file="x")
    assert "bilan-secret" not in client.get(answer.url).content.decode()
