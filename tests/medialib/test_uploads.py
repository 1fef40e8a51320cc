"""Audio uploads: eight fakes refused and three true sounds accepted, in the library and in the chooser (A14)."""

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.models import Collection

from portal.medialib.models import PortalMedia
from tests.factories.medialib import make_audio, silent_m4a, silent_mp3

pytestmark = pytest.mark.django_db

HTML = b"<!doctype html><html><body><script>alert(1)</script></body></html>" * 20
ID3 = b"ID3\x03\x00\x00\x00\x00\x00\x0a" + bytes(10)
XING = b"\xff\xfb\x90\xc4" + bytes(32) + b"Xing" + b"\x00\x00\x00\x03" + (9_000).to_bytes(4, "big") * 2


def zipped() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("son.mp3", silent_mp3(2))
    return target.getvalue()


FAKES = {
    "web page": ("page.mp3", HTML),
    "program": ("setup.mp3", b"MZ\x90\x00" + bytes(4_000)),
    "web page behind an ID3 header": ("mixte.mp3", ID3 + HTML),
    "empty file": ("vide.mp3", b""),
    "cut file": ("coupe.mp3", XING + bytes(400)),
    "archive": ("archive.mp3", zipped()),
    "SVG": ("image.mp3", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
    "wrong extension": ("son.m4a", silent_mp3(5)),
}
TRUE = {
    "MP3": ("Épisode n°1 – été.mp3", silent_mp3(10), "audio/mpeg"),
    "MP3 with ID3": ("id3.mp3", ID3 + silent_mp3(10), "audio/mpeg"),
    "M4A": ("son.m4a", silent_m4a(10), "audio/mp4"),
}
PLACES = {
    "library": (lambda: reverse("wagtailmedia:add", args=["audio"]), ""),
    "chooser": (lambda: reverse("wagtailmedia:chooser_upload", args=["audio"]), "media-chooser-upload-"),
}


def upload(client, place: str, name: str, content: bytes):
    address, prefix = PLACES[place]
    file = SimpleUploadedFile(name, content, content_type="audio/mpeg")
    form = {"title": "Son", "file": file, "tags": "", "collection": Collection.get_first_root_node().pk}
    return client.post(address(), {f"{prefix}{name}": value for name, value in form.items()})


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("fake", FAKES)
def test_fake_is_refused_beside_the_file(admin_client, place, fake):
    response = upload(admin_client, place, *FAKES[fake])
    form = response.context["form"] if place == "library" else response.context["uploadforms"]["audio"]
    assert set(form.errors) == {"file"}, form.errors
    assert len(form.errors["file"]) == 1
    assert not PortalMedia.objects.exists()


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", TRUE)
def test_true_sound_is_accepted_and_described(admin_client, place, kind):
    name, content, mime_type = TRUE[kind]
    upload(admin_client, place, name, content)
    media = PortalMedia.objects.get()
    assert media.mime_type == mime_type
    assert media.duration == pytest.approx(10, abs=0.3)
    assert media.file_size == len(content)
    assert len(media.version) == 12
    assert media.file.name.isascii()
    assert " " not in media.file.name


def test_too_heavy_file_is_refused(admin_client, settings):
    settings.AUDIO_MAX_UPLOAD_SIZE = 10_000
    response = upload(admin_client, "library", "son.mp3", silent_mp3(10))
    assert "dépasse la taille maximale" in str(response.context["form"].errors["file"])


def test_video_is_not_offered_and_refused(admin_client):
    make_audio()
    address = reverse("wagtailmedia:add", args=["video"])
    assert address not in admin_client.get(reverse("wagtailmedia:index")).text
    file = SimpleUploadedFile("film.mp4", silent_m4a(2))
    response = admin_client.post(address, {"title": "Film", "file": file, "tags": ""})
    assert "Seuls les fichiers audio" in str(response.context["form"].errors["file"])


def test_code_paths_meet_the_same_check():
    with pytest.raises(ValidationError):
        make_audio(content=HTML)


def test_another_file_gets_another_version():
    media = make_audio(seconds=5)
    first = media.version
    media.file = SimpleUploadedFile("autre.mp3", silent_mp3(8))
    media.save()
    assert media.version != first
    assert media.duration == pytest.approx(8, abs=0.3)


def test_saving_the_title_keeps_the_file(admin_client):
    media = make_audio(title="Ancien titre")
    admin_client.post(
        reverse("wagtailmedia:edit", args=[media.pk]),
        {"title": "Nouveau", "tags": "", "collection": media.collection_id},
    )
    media.refresh_from_db()
    assert (media.title, media.file_size) == ("Nouveau", media.file.size)
