"""``mend_files``: what an earlier version stored is put in order, once, and a second run finds nothing to do."""

import io
import os
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.test import TestCase
from wagtail.users.models import UserProfile

from portal.base.checks import check_stored_files
from portal.medialib.models import PortalImage
from portal.users.models import User
from tests.factories.medialib import make_image
from tests.medialib.photos import MARK, SIZE, jpeg, png

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.PRIVATE_MEDIA_ROOT, settings.MEDIA_ROOT = tmp_path, tmp_path / "mediatheque"
    cache.clear()  # where Wagtail keeps renditions


def mend(**options: object) -> str:
    out = io.StringIO()
    with TestCase.captureOnCommitCallbacks(execute=True):
        call_command("mend_files", stdout=out, **options)
    return out.getvalue()


def stored_before(content: bytes, name: str = "photo.jpg") -> PortalImage:
    """An image as the portal stored it before: with all its notes, and with a rendition that repeats them."""
    image = make_image()
    image.get_rendition("width-40")
    rendition = image.renditions.get()
    for file in (image.file, rendition.file):
        Path(file.path).write_bytes(content)
    renamed = f"original_images/{name}"
    os.rename(image.file.path, Path(settings.MEDIA_ROOT) / renamed)
    PortalImage.objects.filter(pk=image.pk).update(file=renamed, file_hash="ancienne", cleaned_hash="")
    return PortalImage.objects.get(pk=image.pk)


def contents() -> list[bytes]:
    return [path.read_bytes() for path in Path(settings.PRIVATE_MEDIA_ROOT).rglob("*") if path.is_file()]


def test_photos_lose_their_notes_and_their_renditions_are_drawn_again():
    image = stored_before(jpeg(6))
    clean = make_image()
    before = clean.file_hash
    assert f"Image {image.pk} « {image} » : à nettoyer" in mend(dry_run=True)
    assert [content for content in contents() if MARK in content], "a dry run writes nothing"
    said = mend()
    assert "Images nettoyées : 1." in said
    image.refresh_from_db()
    assert image.is_clean and (image.width, image.height) == SIZE[::-1]
    assert not image.renditions.exists() and not [content for content in contents() if MARK in content]
    assert image.get_rendition("width-40").width == 40
    hashes = (image.file_hash, before)
    assert "Images nettoyées : 0." in mend()
    image.refresh_from_db(), clean.refresh_from_db()
    assert (image.file_hash, clean.file_hash) == hashes, "a clean picture is not written again"


def test_a_broken_picture_is_said_and_the_others_are_cleaned():
    broken, whole = stored_before(jpeg(size=(900, 600))[:4_000], "coupee.jpg"), stored_before(png(), "photo.png")
    out = io.StringIO()
    with pytest.raises(CommandError, match=r"restent à revoir : 1\."):
        call_command("mend_files", stdout=out)
    assert f"Image {broken.pk} « {broken} » : Cette image est incomplète" in out.getvalue()
    assert Path(broken.file.path).exists(), "nothing is lost"
    whole.refresh_from_db()
    assert whole.is_clean


def test_rights_and_group_are_those_of_the_folder():
    image = make_image()
    root, file = Path(settings.PRIVATE_MEDIA_ROOT), Path(image.file.path)
    assert file.stat().st_mode & 0o777 == 0o640 and file.parent.stat().st_mode & 0o777 == 0o750
    for path in (root, file.parent):
        path.chmod(0o755)
    file.chmod(0o644)
    assert [message.id for message in check_stored_files(None)] == ["portal.W002"]
    mend()
    assert file.stat().st_mode & 0o7777 == 0o640
    assert {path.stat().st_mode & 0o7777 for path in (root, file.parent)} == {0o2750}
    assert check_stored_files(None) == []
    assert "Droits corrigés : 0." in mend()


def test_a_folder_that_keeps_its_group_for_itself_is_said(settings):
    root = Path(settings.PRIVATE_MEDIA_ROOT)
    root.chmod(0o750)
    assert check_stored_files(None) == []
    settings.MEDIA_SENDFILE = "x-accel"
    assert [message.id for message in check_stored_files(None)] == ["portal.W003"]


def test_the_former_library_is_moved_and_nothing_is_replaced(tmp_path_factory):
    old = tmp_path_factory.mktemp("media")
    (old / "documents").mkdir()
    (old / "documents" / "charte.pdf").write_bytes(b"charte")
    (old / "documents" / "autre.pdf").write_bytes(b"ancien")
    kept = Path(settings.MEDIA_ROOT) / "documents" / "autre.pdf"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"nouveau")
    assert "Fichiers déplacés : 1." in mend(depuis=old)
    assert kept.with_name("charte.pdf").read_bytes() == b"charte" and kept.read_bytes() == b"nouveau"
    assert [path.name for path in old.rglob("*.pdf")] == ["autre.pdf"]


def test_photos_of_colleagues_are_forgotten_and_no_longer_asked_for(admin_client):
    user = User.objects.create_user(email="membre@clsm.example")
    profile = UserProfile.get_for_user(user)
    profile.avatar.save("portrait.jpg", ContentFile(jpeg()))
    assert "Photos de profil effacées : 1." in mend()
    profile.refresh_from_db()
    assert not profile.avatar and not contents()
    page = admin_client.get("/admin/account/").content.decode()
    assert "name_email" in page and "avatar-avatar" not in page
