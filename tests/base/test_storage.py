"""A file is stored whole or not at all; a disk without room, a body without its end are said and leave nothing."""

import errno
import io
import os
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.core.handlers.wsgi import WSGIRequest
from django.core.management import CommandError, call_command
from django.db import models, transaction
from django.http import UnreadablePostError
from django.test import TestCase
from django.urls import reverse
from wagtail.models import Collection

from caps_sheets.capitalisation.census.editions import discard
from caps_sheets.capitalisation.census.services import CensusState
from caps_sheets.capitalisation.interviews.files import read_file
from caps_sheets.capitalisation.models import CensusDocument, FileKind, PrivateFile
from portal.base import storage
from portal.base.storage import NO_ROOM_MESSAGE, WholeFileStorage
from portal.base.whole_bodies import WholeBody
from portal.medialib.models import PortalDocument, PortalImage, PortalMedia
from portal.medialib.private_files import DOCUMENTS, checked_type
from portal.medialib.repairs import FEW, file_fields
from portal.site_setup.roles import EDITING
from tests.factories.capitalisation import make_answer, make_member
from tests.factories.documents import make_document
from tests.factories.imports import make_import
from tests.factories.interviews import make_file, make_interview, make_user
from tests.factories.medialib import make_audio, make_image, silent_mp3
from tests.factories.podcasts import make_authorisation, make_episode
from tests.medialib.photos import jpeg

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def full(*args: object, **kwargs: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def half_then_full(self: File, chunk_size: int | None = None) -> Iterator[bytes]:
    yield b"moitie"
    full()


def left_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


class TestStorage:
    @pytest.fixture
    def files(self, tmp_path) -> WholeFileStorage:
        return WholeFileStorage(tmp_path)

    def test_nothing_is_left_of_a_file_that_did_not_fit(self, files, tmp_path, monkeypatch):
        monkeypatch.setattr(ContentFile, "chunks", half_then_full)
        with pytest.raises(OSError, match="No space"):
            files.save("dossier/son.mp3", ContentFile(b"moitie et reste"))
        assert left_in(tmp_path) == []

    def test_two_files_of_one_name_are_both_kept(self, files, tmp_path, monkeypatch):
        """Even when both asked for a free name at the same instant."""
        exists, first_answers = files.exists, iter([False, False])
        monkeypatch.setattr(files, "exists", lambda name: next(first_answers, exists(name)))
        first, second = (files.save("a/son.mp3", ContentFile(content)) for content in (b"un", b"deux"))
        assert first == "a/son.mp3" != second
        assert sorted(path.read_bytes() for path in left_in(tmp_path)) == [b"deux", b"un"]

    def test_the_rights_are_those_of_the_group(self, files, tmp_path):
        upload = TemporaryUploadedFile("grand.bin", "audio/mpeg", 4, None)
        upload.write(b"long"), upload.seek(0)
        for name, content in (("a/b/court.bin", ContentFile(b"court")), ("a/b/grand.bin", upload)):
            path = Path(files.path(files.save(name, content)))
            assert path.stat().st_mode & 0o777 == 0o640
            assert {folder.stat().st_mode & 0o777 for folder in (path.parent, path.parent.parent)} == {0o750}
        upload.close()


@pytest.mark.django_db
class TestFullDisk:
    """``before``: seen by the check of the form; ``during``: the last bytes went to somebody else meanwhile."""

    PLACES = {
        "image": ("wagtailimages:add", [], ("photo.jpg", jpeg()), PortalImage),
        "document": ("wagtaildocs:add", [], ("charte.pdf", PDF), PortalDocument),
        "sound": ("wagtailmedia:add", ["audio"], ("son.mp3", silent_mp3(10)), PortalMedia),
    }

    def post(self, client, place: str):
        address, arguments, (name, content), _ = self.PLACES[place]
        fields = {"title": "Titre saisi", "tags": "", "file": SimpleUploadedFile(name, content)}
        fields["collection"] = Collection.get_first_root_node().pk
        return client.post(reverse(address, args=arguments), fields)

    @pytest.mark.parametrize("place", PLACES)
    def test_is_said_beside_the_field_and_what_was_typed_stays(self, admin_client, monkeypatch, place):
        monkeypatch.setattr(storage.os, "posix_fallocate", full)
        response = self.post(admin_client, place)
        assert response.context["form"].errors == {"file": [NO_ROOM_MESSAGE]}
        assert "Titre saisi" in response.content.decode()
        assert not self.PLACES[place][3].objects.exists()

    @pytest.mark.parametrize("place", PLACES)
    def test_that_comes_during_the_writing_is_no_fault(self, admin_client, settings, tmp_path, monkeypatch, place):
        settings.PRIVATE_MEDIA_ROOT, settings.MEDIA_ROOT = tmp_path, tmp_path / "mediatheque"
        monkeypatch.setattr(storage.FileSystemStorage, "_save", full)
        with transaction.atomic():  # what the failed save undoes is its own, not the transaction of the test
            response = self.post(admin_client, place)
        assert response.status_code == 507
        assert "Le disque du serveur est plein. Rien n’a été gardé à moitié" in response.content.decode()
        assert not self.PLACES[place][3].objects.exists() and left_in(tmp_path) == []

    @pytest.mark.parametrize(
        "check",
        [
            lambda file: read_file(FileKind.DOCUMENT, file),
            lambda file: checked_type(file, DOCUMENTS, len(PDF)),
        ],
    )
    def test_is_said_for_private_files_too(self, monkeypatch, check):
        assert check(SimpleUploadedFile("charte.pdf", PDF))
        monkeypatch.setattr(storage.os, "posix_fallocate", full)
        with pytest.raises(ValidationError, match="Le disque du serveur est plein"):
            check(SimpleUploadedFile("charte.pdf", PDF))


@pytest.mark.parametrize("cut", [0, 1, 400])
def test_a_body_without_its_end_is_not_taken_for_the_whole(cut):
    body = b"titre=Bonjour&texte=" + b"a" * 800
    seen = []

    def application(environ: dict, start_response: object) -> list[bytes]:
        try:
            seen.append(WSGIRequest(environ).POST["texte"])
        except UnreadablePostError:
            seen.append("cut")
        return []

    environ = {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body[: len(body) - cut]),
    }
    WholeBody(application)(environ, lambda *args: None)
    assert seen == (["cut"] if cut else ["a" * 800])


PAPER = ContentFile(PDF, name="papier.pdf")
#: Every model of ours that holds a file → a row whose deletion, with all that hangs from it, must leave no file.
ROWS: dict[str, Callable[[], models.Model]] = {
    "portal_medialib.PortalImage": lambda: make_image(consent_file=PAPER),
    "portal_medialib.PortalRendition": lambda: make_image().get_rendition("width-10").image,
    "portal_medialib.PortalDocument": lambda: PortalDocument.objects.create(title="Papier", file=PAPER),
    "portal_medialib.PortalMedia": make_audio,
    "caps_capitalisation.PrivateFile": lambda: make_file(make_interview()).interview,
    "caps_capitalisation.CensusDocument": lambda: (
        CensusDocument.objects.create(
            answer=make_answer(state=CensusState.DRAFT),
            file=PAPER,
            name="papier.pdf",
            mime_type="application/pdf",
            size=9,
        ).answer
    ),
    "caps_sheets.DocumentImport": lambda: make_document(make_member(EDITING), file=PAPER),
    "portal_imports.TableImport": lambda: make_import("census", make_member(EDITING), file=PAPER),
    "caps_podcasts.VoiceAuthorisation": lambda: make_authorisation(make_episode(live=False), file=PAPER).episode,
}


def test_every_model_with_a_file_is_listed():
    assert {field.model._meta.label for field in file_fields()} == set(ROWS)


@pytest.mark.django_db
@pytest.mark.parametrize("label", ROWS)
def test_a_file_leaves_with_its_row_once_that_is_certain(label):
    for cache in caches.all():
        cache.clear()  # Wagtail remembers a rendition by the number of its image, which another test had
    made = ROWS[label]()
    model = apps.get_model(label)
    found = [getattr(row, field.attname) for row in model.objects.all() for field in row._meta.fields
             if isinstance(field, models.FileField)]  # fmt: skip
    kept = [(file.storage, file.name) for file in found if file]
    assert kept and all(storage.exists(name) for storage, name in kept)
    with TestCase.captureOnCommitCallbacks(execute=True):
        made.delete()
        assert all(storage.exists(name) for storage, name in kept), "the transaction may still keep the row"
    assert not model.objects.exists() and not any(storage.exists(name) for storage, name in kept)


@pytest.mark.django_db
def test_the_files_of_a_discarded_draft_of_the_census_go_with_it():
    document = ROWS["caps_capitalisation.CensusDocument"]().documents.get()
    with TestCase.captureOnCommitCallbacks(execute=True):
        discard(document.answer, by=make_user())
    assert not document.file.storage.exists(document.file.name)


@pytest.mark.django_db
class TestFilesThatNoRowNames:
    """What stays on the disk when a transaction is undone, or when a process is killed before its end."""

    @pytest.fixture(autouse=True)
    def folder(self, settings, tmp_path, monkeypatch) -> Path:
        settings.MEDIA_ROOT = tmp_path / "mediatheque"
        for field in file_fields():
            if field.storage is not default_storage:
                monkeypatch.setitem(field.storage.__dict__, "location", str(tmp_path))
        return tmp_path

    def undone(self, label: str) -> None:
        with suppress(ZeroDivisionError), transaction.atomic():
            ROWS[label]()
            raise ZeroDivisionError

    def age(self, folder: Path) -> None:
        before = time.time() - timedelta(days=1, minutes=1).total_seconds()
        for path in left_in(folder):
            os.utime(path, (before, before))

    @pytest.mark.parametrize("label", ROWS)
    def test_go_the_day_after_and_no_other(self, label, folder):
        ROWS[label]()
        named = set(left_in(folder))
        self.undone(label)
        assert named and set(left_in(folder)) > named
        self.age(folder)
        kept = folder / "entretiens" / "en-cours.pdf"
        kept.parent.mkdir(exist_ok=True)
        kept.write_bytes(PDF)
        call_command("purge_files", "--dry-run")
        assert set(left_in(folder)) > named | {kept}
        call_command("purge_files")
        assert set(left_in(folder)) == named | {kept}

    @pytest.mark.parametrize("more", [0, 1])
    def test_nothing_goes_when_the_database_is_another(self, folder, more):
        for number in range(FEW + more):
            PrivateFile._meta.get_field("file").storage.save(f"entretiens/{number}.pdf", ContentFile(PDF))
        self.age(folder)
        with pytest.raises(CommandError, match="Est-ce la bonne base") if more else nullcontext():
            call_command("purge_files")
        assert len(left_in(folder)) == (FEW + 1 if more else 0)
