"""What every private file shares: types read from the bytes, names that say nothing, a download that is never kept."""

import io
from zipfile import ZipFile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.fields.files import FieldFile
from django.http import Http404
from django.test import RequestFactory

from caps_sheets.capitalisation.models import PrivateFile
from portal.medialib.models import stored_name
from portal.medialib.private_files import (
    DOCUMENTS,
    SIGNED,
    TYPES,
    checked_file,
    checked_type,
    serve_private,
    shown_name,
    shown_types,
)
from tests.medialib import photos

PDF = b"%PDF-1.7\n" + bytes(300)
MB = 1024**2


def archive(member: str) -> bytes:
    file = io.BytesIO()
    with ZipFile(file, "w") as written:
        written.writestr(member, "<a/>")
    return file.getvalue()


def future_archive() -> bytes:
    """An archive whose version no program reads yet."""
    content = bytearray(archive("word/document.xml"))
    content[content.index(b"PK\x01\x02") + 6] = 99
    return bytes(content)


def body(response) -> bytes:
    content = b"".join(response) if response.streaming else response.content
    response.close()
    return content


CONTENTS = {
    "pdf": PDF,
    "jpg": b"\xff\xd8\xff\xe0" + bytes(300),
    "jpeg": b"\xff\xd8\xff\xe0" + bytes(300),
    "png": b"\x89PNG\r\n\x1a\n" + bytes(300),
    "docx": archive("word/document.xml"),
    "xlsx": archive("xl/workbook.xml"),
    "pptx": archive("ppt/presentation.xml"),
    "odt": archive("content.xml"),
    "ods": archive("content.xml"),
    "odp": archive("content.xml"),
    "txt": "Né à l’été.".encode(),
    "vtt": b"WEBVTT\n",
    "srt": b"1\n",
    "csv": b"a;b\n",
}


@pytest.mark.parametrize("extension", TYPES)
def test_each_type_is_told_by_its_content(extension):
    file = SimpleUploadedFile(f"Bilan.{extension.upper()}", CONTENTS[extension], content_type="text/html")
    assert checked_type(file, TYPES, MB) == TYPES[extension].format("UTF-8")
    assert file.read() == CONTENTS[extension], "nothing is left out of what is then stored"


@pytest.mark.parametrize(
    ("name", "content", "code", "reason"),
    [
        ("vide.pdf", b"", "empty", "Ce fichier est vide."),
        ("lourd.pdf", PDF + bytes(MB), "size", "Ce fichier dépasse la taille maximale de 1 Mo."),
        ("page.html", b"<html>", "extension", "Formats acceptés : PDF, JPG, PNG, DOCX, XLSX, PPTX, ODT, ODS, ODP."),
        ("bilan", PDF, "extension", "pas accepté"),
        ("page.pdf", b"<html><script>", "type", "Le contenu de ce fichier ne correspond pas à son nom (« .pdf »)."),
        ("photo.png", PDF, "type", "(« .png »)"),
        ("texte.docx", archive("content.xml"), "type", "(« .docx »)"),
        ("texte.docx", b"PK\x03\x04" + bytes(300), "type", "(« .docx »)"),
        ("texte.docx", future_archive(), "type", "(« .docx »)"),
    ],
)
def test_refusal_says_what_is_accepted(name, content, code, reason):
    with pytest.raises(ValidationError) as refused:
        checked_type(SimpleUploadedFile(name, content), DOCUMENTS, MB)
    assert refused.value.code == code and reason in refused.value.message


@pytest.mark.parametrize(("name", "content"), [("accord.jpg", photos.jpeg(6)), ("accord.PNG", photos.png())])
def test_a_picture_is_stored_with_nothing_but_its_pixels(name, content):
    assert photos.MARK in content
    checked = checked_file(SimpleUploadedFile(name, content), SIGNED, MB)
    stored = checked.file.read()
    assert photos.MARK not in stored and b"Exif" not in stored
    assert checked.file.name == name and checked.mime_type.startswith("image/")


def test_a_paper_that_is_no_picture_stays_as_it_is():
    assert checked_file(SimpleUploadedFile("accord.pdf", PDF), SIGNED, MB).file.read() == PDF


def test_a_damaged_picture_is_refused():
    with pytest.raises(ValidationError, match="incomplète ou illisible"):
        checked_file(SimpleUploadedFile("accord.jpg", CONTENTS["jpg"]), SIGNED, MB)


@pytest.mark.parametrize("content", [b"a\x00b", b"\x89PNG\r\n\x1a\n\x00\x00\xe9", b"\xff\xfea\x00\x00\x00"])
def test_text_is_text_whatever_its_name(content):
    with pytest.raises(ValidationError, match="n’est pas du texte : enregistrez-le en texte brut, ou en PDF"):
        checked_type(SimpleUploadedFile("texte.vtt", content), ("vtt",), MB)


@pytest.mark.parametrize(
    ("encoding", "charset"),
    [
        ("utf-8-sig", "UTF-8"),
        ("cp1252", "Windows-1252"),
        ("mac_roman", "Macintosh"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16LE"),
    ],
)
def test_a_text_is_served_in_the_encoding_of_its_program(encoding, charset):
    file = SimpleUploadedFile("texte.srt", "Né à l’été, à l’hôpital.".encode(encoding))
    assert checked_type(file, ("srt",), MB) == f"text/plain; charset={charset}"


def test_signed_paper_is_a_scan_or_a_photograph():
    assert shown_types(SIGNED) == "PDF, JPG, PNG"
    with pytest.raises(ValidationError, match="Formats acceptés : PDF, JPG, PNG"):
        checked_type(SimpleUploadedFile("accord.docx", CONTENTS["docx"]), SIGNED, MB)


def test_stored_name_tells_nothing_and_the_shown_one_keeps_its_extension():
    first, second = (stored_name("accords", "Camille Exemple.PDF") for _ in range(2))
    assert first != second
    assert first.startswith("accords/") and first.endswith(".pdf") and "amille" not in first
    shown = shown_name(SimpleUploadedFile(f"{'é' * 200}.pdf", PDF))
    assert (len(shown), shown[-5:]) == (149, "é.pdf")


@pytest.mark.django_db  # closing a response looks at the connections
class TestDownload:
    @pytest.fixture
    def file(self) -> FieldFile:
        field = PrivateFile._meta.get_field("file")
        return FieldFile(PrivateFile(), field, field.storage.save(stored_name("essais", "a.pdf"), ContentFile(PDF)))

    def serve(self, file: FieldFile, method: str = "get", *, is_inline: bool = False, **headers: str):
        self.noted: list[int] = []
        return serve_private(
            getattr(RequestFactory(), method)("/", headers=headers),
            file,
            content_type="application/pdf",
            name="Compte rendu d’été.pdf",
            note=self.noted.append,
            is_inline=is_inline,
        )

    def test_is_noted_complete_and_never_kept_nor_run(self, file):
        response = self.serve(file)
        assert (body(response), self.noted) == (PDF, [0])
        assert response["Content-Type"] == "application/pdf"
        assert {"private", "no-store"} == set(response["Cache-Control"].split(", "))
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "default-src 'none'"
        assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''Compte%20rendu%20d")

    def test_sound_is_played_in_the_page(self, file):
        response = self.serve(file, is_inline=True)
        assert response["Content-Disposition"].startswith("inline; filename*=")
        body(response)

    def test_part_is_noted_by_its_first_byte(self, file):
        response = self.serve(file, range="bytes=10-19")
        assert (response.status_code, body(response)) == (206, PDF[10:20])
        assert self.noted == [10]

    def test_nothing_is_noted_when_nothing_is_sent(self, file):
        whole = self.serve(file)
        known, _ = whole["ETag"], body(whole)
        for method, headers, status in (
            ("head", {}, 200),
            ("get", {"if-none-match": known}, 304),
            ("get", {"range": "bytes=9999-"}, 416),
        ):
            assert (self.serve(file, method, **headers).status_code, self.noted) == (status, [])

    def test_web_server_sends_it_where_it_may(self, file, settings):
        settings.MEDIA_SENDFILE = "x-accel"
        response = self.serve(file)
        assert response["X-Accel-Redirect"] == f"/fichiers-prives/{file.name}"
        assert (response["Cache-Control"], self.noted) == ("private, no-store", [0])
        assert response["Content-Disposition"].startswith("attachment")

    def test_lost_file_is_not_found_and_not_noted(self, file):
        file.storage.delete(file.name)
        with pytest.raises(Http404):
            self.serve(file)
        assert self.noted == []
