"""The private files of interviews: checked at upload, read by those who may, dated, never reachable otherwise."""

import io
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from caps_sheets.capitalisation.interviews.files import SAME_READING, file_due_on
from caps_sheets.capitalisation.models import Consent, FileAccess, FileKind, Interview, PrivateFile, Stage
from network.models import CoordinatorAssignment
from portal.base.dates import add_months
from portal.site_setup.roles import ADMINISTRATION, COACHING, COORDINATION, EDITING, MODERATION
from tests.factories.capitalisation import make_case_file, make_member
from tests.factories.interviews import make_file, make_interview
from tests.factories.medialib import silent_m4a, silent_mp3
from tests.factories.network import make_coordinator
from tests.medialib import photos

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(client):
    member = make_member(MODERATION)
    client.force_login(member)
    return member


@pytest.fixture(scope="module")
def held(module_db) -> Interview:
    """An interview of a case file that somebody owns."""
    return make_interview(make_case_file(stage=Stage.COLLECTION, owner=make_member(COACHING)))


@pytest.fixture
def interview(held) -> Interview:
    return Interview.objects.get(pk=held.pk)


def add(client, interview: Interview, kind: str, name: str, content: bytes, title: str = ""):
    form = {"kind": kind, "title": title, "file": SimpleUploadedFile(name, content, content_type="audio/mpeg")}
    return client.post(reverse("interview_add_file", args=[interview.pk]), form)


def body(response) -> bytes:
    """All that was sent; the test client closes a stream once it is read."""
    return b"".join(response.streaming_content) if response.streaming else response.content


def ods() -> bytes:
    file = io.BytesIO()
    with ZipFile(file, "w") as archive:
        archive.writestr("content.xml", "<a/>")
    return file.getvalue()


ZIP = b"PK\x03\x04" + bytes(300)
ACCEPTED = [
    (FileKind.AUDIO, "camille-exemple.mp3", silent_mp3(), "audio/mpeg"),
    (FileKind.AUDIO, "camille-exemple.m4a", silent_m4a(), "audio/mp4"),
    (FileKind.TRANSCRIPT, "texte.txt", "Né à l’été.".encode(), "text/plain; charset=UTF-8"),
    (FileKind.TRANSCRIPT, "texte.vtt", b"WEBVTT\n", "text/plain; charset=UTF-8"),
    (FileKind.TRANSCRIPT, "texte.txt", "Né à l’été.".encode("cp1252"), "text/plain; charset=Windows-1252"),
    (FileKind.DOCUMENT, "liste.csv", "Né à l’été.".encode("utf-16"), "text/plain; charset=UTF-16"),
    (FileKind.CONSENT, "accord.pdf", b"%PDF-1.7\n" + bytes(300), "application/pdf"),
    (FileKind.DOCUMENT, "bilan.ods", ods(), "application/vnd.oasis.opendocument.spreadsheet"),
]


@pytest.mark.parametrize(("kind", "name", "content", "mime_type"), ACCEPTED)
def test_accepted_files_are_stored_privately_under_a_name_that_says_nothing(
    client, member, interview, kind, name, content, mime_type
):
    assert add(client, interview, kind, name, content).status_code == 302
    file = PrivateFile.objects.get()
    assert (file.mime_type, file.size, file.uploaded_by) == (mime_type, len(content), member)
    stored = Path(file.file.path)
    assert stored.is_relative_to(settings.PRIVATE_MEDIA_ROOT) and Path(name).stem not in file.file.name
    assert not stored.is_relative_to(settings.MEDIA_ROOT)
    assert body(client.get(reverse("interview_file", args=[file.uuid]))) == content


@pytest.mark.parametrize(("name", "content"), [("accord.jpg", photos.jpeg()), ("accord.png", photos.png())])
def test_a_photographed_paper_is_kept_without_its_position(client, member, interview, name, content):
    add(client, interview, FileKind.CONSENT, name, content)
    file = PrivateFile.objects.get()
    stored = body(client.get(reverse("interview_file", args=[file.uuid])))
    assert photos.MARK not in stored and stored[:3] == content[:3]
    assert (file.size, file.digest) == (len(stored), sha256(stored).hexdigest()[:12])


@pytest.mark.parametrize(("encoding", "said"), [("utf-8", ""), ("cp1252", "lu en Windows-1252"), ("utf-16", "UTF-16")])
def test_the_encoding_of_a_text_is_said_without_a_word_of_it(client, member, interview, encoding, said):
    add(client, interview, FileKind.TRANSCRIPT, "texte.txt", "Né à l’été.".encode(encoding))
    response = client.get(reverse("interview_file", args=[PrivateFile.objects.get().uuid]))
    assert body(response).decode(response.charset) == "Né à l’été."
    page = client.get(reverse("interview", args=[interview.pk])).content.decode()
    assert "Le fichier est ajouté." in page and said in page
    assert ("n’est pas en UTF-8" in page) == bool(said)
    assert "Né à l’été" not in page


REFUSED = [
    (FileKind.AUDIO, "entretien.mp3", b"ID3" + b"<html>" * 100, "n’est pas un son"),
    (FileKind.AUDIO, "entretien.wav", silent_mp3(), "doit finir par"),
    (FileKind.TRANSCRIPT, "texte.html", b"<script>", "Formats acceptés"),
    (FileKind.TRANSCRIPT, "texte.txt", b"a\x00b", "pas du texte"),
    (FileKind.TRANSCRIPT, "texte.pdf", b"<html>" + bytes(300), "ne correspond pas à son nom (« .pdf »)"),
    (FileKind.CONSENT, "accord.svg", b"<svg/>", "Formats acceptés"),
    (FileKind.CONSENT, "accord.png", b"%PDF-1.7\n" + bytes(300), "ne correspond pas à son nom (« .png »)"),
    (FileKind.CONSENT, "accord.jpg", b"\xff\xd8\xff\xe0" + bytes(300), "incomplète ou illisible"),
    (FileKind.DOCUMENT, "page.html", b"<html>", "Formats acceptés"),
    (FileKind.DOCUMENT, "bilan.ods", ZIP, "ne correspond pas à son nom (« .ods »)"),
    (FileKind.DOCUMENT, "vide.txt", b"", "vide"),
]


@pytest.mark.parametrize(("kind", "name", "content", "message"), REFUSED)
def test_what_a_file_is_not_is_said_beside_the_field(client, member, interview, kind, name, content, message):
    page = add(client, interview, kind, name, content, title="Bilan").content.decode()
    assert message in page
    assert 'value="Bilan"' in page, "what was typed stays"
    assert not PrivateFile.objects.exists()


def test_a_file_that_is_too_big_is_refused(client, member, interview, settings):
    settings.WAGTAILDOCS_MAX_UPLOAD_SIZE = 1024**2
    page = add(client, interview, FileKind.DOCUMENT, "gros.txt", b"a" * (1024**2 + 1)).content.decode()
    assert "taille maximale de 1\xa0Mo" in page or "taille maximale de 1 Mo" in page


def test_the_consent_covers_what_is_stored(client, member):
    without = make_interview(consent=False)
    page = add(client, without, FileKind.TRANSCRIPT, "texte.txt", b"Bonjour").content.decode()
    assert "Enregistrez d’abord le consentement" in page
    add(client, without, FileKind.CONSENT, "accord.pdf", b"%PDF-1.7\n" + bytes(300))
    Consent.objects.create(interview=without, text_version="2026-1", given_on=date(2026, 3, 3))
    page = add(client, without, FileKind.AUDIO, "son.mp3", silent_mp3()).content.decode()
    assert "ne permet pas l’enregistrement" in page
    assert list(PrivateFile.objects.values_list("kind", flat=True)) == [FileKind.CONSENT]


def test_the_player_asks_for_ranges(client, member, interview):
    file = make_file(interview)
    url = reverse("interview_file", args=[file.uuid])
    response = client.get(url, headers={"range": "bytes=10-19"})
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes 10-19/{file.size}"
    assert body(response) == silent_mp3()[10:20]
    whole = client.get(url)
    assert whole["Content-Disposition"].startswith("inline") and whole["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in whole["Cache-Control"] and "private" in whole["Cache-Control"]
    assert len(body(whole)) == file.size
    assert client.get(url, headers={"range": f"bytes={file.size}-"}).status_code == 416
    assert client.post(url).status_code == 405


def test_what_is_not_a_sound_is_downloaded_never_shown(client, member, interview):
    file = make_file(interview, FileKind.TRANSCRIPT)
    response = client.get(reverse("interview_file", args=[file.uuid]))
    assert response["Content-Disposition"].startswith("attachment")
    body(response)


def test_every_reading_is_noted_once(client, member, interview):
    file = make_file(interview)
    url = reverse("interview_file", args=[file.uuid])
    for wanted in (None, "bytes=100-", "bytes=5000-"):
        body(client.get(url, headers={"range": wanted} if wanted else {}))
    client.head(url)
    assert FileAccess.objects.filter(file=file, user=member).count() == 1
    assert ModelLogEntry.objects.filter(action="capitalisation.file_read", user=member).count() == 1
    FileAccess.objects.update(at=timezone.now() - SAME_READING - timedelta(minutes=1))
    body(client.get(url, headers={"range": "bytes=100-"}))
    assert FileAccess.objects.count() == 2, "a piece asked for later is a new reading"
    page = client.get(reverse("interview_file_accesses", args=[file.uuid])).content.decode()
    assert str(member) in page


def test_a_piece_out_of_the_blue_is_noted_too(client, member, interview):
    file = make_file(interview)
    body(client.get(reverse("interview_file", args=[file.uuid]), headers={"range": "bytes=1-"}))
    assert FileAccess.objects.count() == 1


def test_a_transcript_is_reviewed_once(client, member, interview):
    sound, transcript = make_file(interview), make_file(interview, FileKind.TRANSCRIPT)
    for file in (sound, transcript):
        client.post(reverse("interview_file_review", args=[file.uuid]))
    sound.refresh_from_db()
    transcript.refresh_from_db()
    assert (sound.reviewed_at, transcript.reviewed_by) == (None, member)


def test_the_date_of_deletion_moves_within_its_limits(client, member, interview):
    file = make_file(interview)
    url = reverse("interview_file_date", args=[file.uuid])
    today = timezone.localdate()
    latest = add_months(today, 24)
    for refused in (today - timedelta(days=1), latest + timedelta(days=1)):
        assert "Choisissez une date" in client.post(url, {"delete_on": refused.isoformat()}).content.decode()
    assert "Saisissez une date valide" in client.post(url, {"delete_on": "demain"}).content.decode()
    client.post(url, {"delete_on": latest.isoformat()})
    file.refresh_from_db()
    assert file.delete_on == latest
    client.post(url, {"delete_on": ""})
    file.refresh_from_db()
    assert file.delete_on is None
    assert file_due_on(file) == latest, "the usual rule"


def test_a_file_is_deleted_by_hand_with_a_reason(client, member, interview):
    file = make_file(interview, title="Entretien")
    stored, url = file.file.path, reverse("interview_file_delete", args=[file.uuid])
    client.get(url)
    client.post(url, {"reason": ""})
    assert Path(stored).exists(), "a GET deletes nothing, nor a POST without reason"
    client.post(url, {"reason": "Demande de la personne"})
    assert not Path(stored).exists()
    file.refresh_from_db()
    assert (file.file.name, file.title, file.deleted_on) == ("", "", timezone.localdate())
    entry = ModelLogEntry.objects.get(action="capitalisation.file_deleted")
    assert entry.user == member and entry.data["reason"] == "Demande de la personne"
    assert client.get(reverse("interview_file", args=[file.uuid])).status_code == 404


def test_a_storage_that_resists_is_said(client, member, interview, monkeypatch):
    file = make_file(interview)

    def refuse(storage, name):
        raise OSError("disque en lecture seule")

    monkeypatch.setattr(FileSystemStorage, "delete", refuse)
    url = reverse("interview_file_delete", args=[file.uuid])
    assert "n’a pas pu être supprimé" in client.post(url, {"reason": "Demande"}).content.decode()
    file.refresh_from_db()
    assert file.deleted_on is None


def test_a_file_lost_by_the_storage_is_a_404(client, member, interview):
    file = make_file(interview)
    Path(file.file.path).unlink()
    assert client.get(reverse("interview_file", args=[file.uuid])).status_code == 404
    assert not FileAccess.objects.exists()


def addresses(file: PrivateFile) -> list[str]:
    """Every address that somebody may guess for a private file."""
    name = file.file.name
    leaf = name.rpartition("/")[2]
    return [
        file.file.url,
        f"/media/{name}",
        f"/media/private/{name}",
        f"/media/../private/{name}",
        f"/private/{name}",
        f"/documents/{file.pk}/{leaf}",
        f"/documents/{file.uuid}/",
        f"/audio/{file.uuid}/{file.digest}/entretien.mp3",
        f"/{name}",
        f"/static/{name}",
        f"/recensement/documents/{file.pk}/",
        f"/admin/media/{file.pk}/fichier/",
        f"/admin/capitalisation/fichiers/{file.pk}/",
    ]


PEOPLE = {
    ADMINISTRATION: True,
    MODERATION: True,
    EDITING: True,
    COACHING: False,
    COORDINATION: False,
    "coordination du CLSM": False,
    "ancienne coordination": False,
    "anonyme": False,
}


def sign_in(client, who: str, interview: Interview) -> None:
    clsm = interview.case_file.answer.clsm
    if who == "anonyme":
        return
    if who == "coordination du CLSM":
        person = make_coordinator(clsm)
        person.groups.set(make_member(COORDINATION).groups.all())
    elif who == "ancienne coordination":
        person = make_coordinator(clsm)
        person.groups.set(make_member(COORDINATION).groups.all())
        CoordinatorAssignment.objects.filter(user=person).update(end=date(2022, 1, 1))
    else:
        person = make_member(who)
    client.force_login(person)


@pytest.mark.parametrize("kind", [FileKind.AUDIO, FileKind.TRANSCRIPT, FileKind.CONSENT])
@pytest.mark.parametrize("who", PEOPLE)
def test_nothing_private_is_reached_by_any_address_without_the_right(client, interview, who, kind):
    file = make_file(interview, kind)
    secret = Path(file.file.path).read_bytes()
    sign_in(client, who, interview)
    for address in addresses(file):
        response = client.get(address)
        assert secret not in body(response), address
    response = client.get(reverse("interview_file", args=[file.uuid]))
    assert (response.status_code == 200) is PEOPLE[who]
    assert (secret == body(response)) is PEOPLE[who]
    assert FileAccess.objects.exists() is PEOPLE[who]


def test_the_owner_of_another_file_reads_nothing_and_the_owner_of_this_one_does(client):
    owner, other = make_member(COACHING), make_member(COACHING)
    make_case_file(owner=other)
    file = make_file(make_interview(make_case_file(stage=Stage.COLLECTION, owner=owner)), FileKind.TRANSCRIPT)
    url = reverse("interview_file", args=[file.uuid])
    for person, opens in ((other, False), (owner, True)):
        client.force_login(person)
        response = client.get(url)
        assert (response.status_code == 200) is opens
        body(response)
    file.interview.case_file.owner = other
    file.interview.case_file.save()
    assert client.get(url).status_code == 404, "a file handed over is no longer read"
