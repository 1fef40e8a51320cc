"""What is kept of a picture: its pixels, upright, in the right colours, and not a byte of the rest."""

import io
import re
import struct
import zlib
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st
from PIL import Image, ImageCms
from wagtail.models import Collection

from portal.medialib import pictures
from portal.medialib.models import PortalImage
from portal.medialib.pictures import clean_picture
from tests.factories.medialib import make_image
from tests.medialib.photos import BLUE, MARK, PHOTOS, RED, SIZE, exif, heic, jpeg, photo, png, two_colours, written

#: What a file needs to be drawn; Pillow finds nothing else in it.
NEEDED = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "version", "background", "transparency"}
NEEDED |= {"duration", "loop", "extension", "timestamp"}


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def is_near(pixel: tuple[int, ...], colour: tuple[int, ...], gap: int = 8) -> bool:
    return all(abs(one - other) <= gap for one, other in zip(pixel[:3], colour, strict=True))


@pytest.mark.parametrize("name", PHOTOS)
def test_nothing_but_pixels_is_kept(name):
    original = PHOTOS[name]()
    assert MARK in original or b"zTXt" in original, "the photo of the test has its notes"
    content = clean_picture(photo(name)).read()
    kept = opened(content)
    assert MARK not in content and b"PhoneMaker" not in content
    assert set(kept.info) <= NEEDED and not kept.getexif()
    assert kept.format == {"photo.jpeg": "JPEG"}.get(name, opened(original).format)
    assert clean_picture(ContentFile(content, name=name)).read()[:2] == content[:2]


@pytest.mark.parametrize("name", ["photo.jpg", "photo.jpeg", "photo.png", "photo.webp"])
def test_a_photo_taken_on_its_side_stands_upright(name):
    """Orientation 6: the top of the scene is on the right, so that what was above comes to the right."""
    kept = opened(clean_picture(photo(name)).read()).convert("RGB")
    assert kept.size == SIZE[::-1]
    assert is_near(kept.getpixel((SIZE[1] - 5, 40)), RED) and is_near(kept.getpixel((5, 40)), BLUE)


def test_frames_of_an_animation_keep_their_time():
    kept = opened(clean_picture(photo("photo.gif")).read())
    assert kept.n_frames == 2
    times = []
    for frame in range(2):
        kept.seek(frame)
        times.append(kept.info["duration"])
    assert times == [120, 240]


def swapped_profile() -> bytes:
    """sRGB with its red and its green exchanged: what is green in the file is red on the screen."""
    content = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return content.replace(b"rXYZ", b"?XYZ", 1).replace(b"gXYZ", b"rXYZ", 1).replace(b"?XYZ", b"gXYZ", 1)


@pytest.mark.parametrize(("mode", "kind"), [("RGB", "JPEG"), ("RGBA", "PNG"), ("P", "PNG")])
def test_colours_of_another_profile_are_those_of_the_screen(mode, kind):
    name = f"a.{kind.lower()}"
    green = written(Image.new("RGB", SIZE, (0, 200, 0)).convert(mode), kind, icc_profile=swapped_profile())
    kept = opened(clean_picture(ContentFile(green, name=name)).read()).convert("RGB")
    assert is_near(kept.getpixel((5, 5)), (200, 0, 0))
    broken = written(Image.new("RGB", SIZE, RED), kind, icc_profile=b"rien")
    assert is_near(opened(clean_picture(ContentFile(broken, name=name)).read()).getpixel((5, 5)), RED)


def test_cmyk_and_odd_modes_have_the_right_colours():
    cmyk = written(Image.new("CMYK", SIZE, (10, 20, 30, 40)), "JPEG", quality=95)
    kept = opened(clean_picture(ContentFile(cmyk, name="a.jpg")).read())
    assert kept.mode == "RGB" and is_near(kept.getpixel((40, 30)), (207, 198, 189))
    clear = Image.new("RGBA", SIZE, (*RED, 0))
    assert opened(clean_picture(ContentFile(written(clear, "PNG"), name="a.png")).read()).getpixel((1, 1))[3] == 0
    palette = Image.new("P", SIZE, 0)
    palette.putpalette([*RED, *BLUE])
    see_through = written(palette, "PNG", transparency=0)
    kept = opened(clean_picture(ContentFile(see_through, name="a.png")).read()).convert("RGBA")
    assert kept.getpixel((1, 1))[3] == 0
    deep = written(Image.new("I;16", SIZE, 40_000), "PNG")
    assert opened(clean_picture(ContentFile(deep, name="a.png")).read()).getpixel((1, 1)) == 40_000


def bomb(side: int = 20_000) -> bytes:
    """A PNG of that side, in a few kilobytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((side // 8 + 1) * side), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def declared_jpeg(width: int, height: int) -> bytes:
    """A small JPEG whose header announces that size."""
    content = written(two_colours((8, 8)), "JPEG")
    place = content.index(b"\xff\xc0") + 5
    return content[:place] + height.to_bytes(2, "big") + width.to_bytes(2, "big") + content[place + 4 :]


OTHERS = "format d’image n’est pas accepté. Formats possibles : JPEG, PNG, GIF, WEBP, AVIF, HEIC. Exportez-la en JPEG"
REFUSED = {
    "bomb": ("bombe.png", bomb, "64 millions de pixels"),
    "just too large": ("grande.png", lambda: bomb(8_001), "64 millions de pixels"),
    "cut": ("coupee.jpg", lambda: jpeg(size=(900, 600))[:4_000], "incomplète ou illisible"),
    "cut PNG": ("coupee.png", lambda: png()[:150], "incomplète ou illisible"),
    "web page": ("page.jpg", lambda: b"<!doctype html><script>alert(1)</script>" * 20, "incomplète ou illisible"),
    "PNG named PDF": ("faux.pdf", png, "son nom doit finir par « .png »"),
    "SVG": ("logo.svg", lambda: b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', OTHERS),
    "BMP": ("photo.bmp", lambda: written(Image.new("RGB", SIZE), "BMP"), OTHERS),
    "TIFF named JPEG": ("photo.jpg", lambda: written(Image.new("RGB", SIZE), "TIFF"), OTHERS),
    "cut HEIC": ("coupee.heic", lambda: heic()[:-40], "incomplète ou illisible"),
    "HEIC without an extension": ("photo", heic, "du HEIC : son nom doit finir par « .heic »"),
    "huge JPEG": ("photo.jpg", lambda: declared_jpeg(12_000, 10_001), "120 millions de pixels"),
    "empty": ("vide.jpg", lambda: b"", "vide"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("place", ["library", "chooser"])
@pytest.mark.parametrize(
    ("name", "content", "kept", "note"),
    [
        ("photo.jfif", jpeg, ".jpg", "Image renommée en « .jpg », d’après son contenu."),
        ("faux.jpg", png, ".png", "Image renommée en « .png », d’après son contenu."),
        ("photo.jpg", heic, ".jpg", "Image convertie de HEIC en JPEG."),
    ],
)
def test_a_picture_under_the_name_of_another_format_is_kept_under_its_own(
    admin_client, place, name, content, kept, note
):
    send(admin_client, place, SimpleUploadedFile(name, content(), content_type="image/jpeg"))
    image = PortalImage.objects.get()
    assert (image.filename[-4:], image.upload_note) == (kept, note)


@pytest.mark.django_db
@pytest.mark.parametrize("place", ["library", "chooser", "several"])
@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_picture_is_refused_beside_the_field(admin_client, place, case):
    name, content, said = REFUSED[case]
    file = SimpleUploadedFile(name, content(), content_type="image/jpeg")
    response = send(admin_client, place, file)
    assert response.status_code == 200
    assert said in found_errors(place, response)
    assert not PortalImage.objects.exists()


def send(client, place: str, file: SimpleUploadedFile):
    address, prefix, name = {
        "library": ("wagtailimages:add", "", "file"),
        "chooser": ("wagtailimages_chooser:create", "image-chooser-upload-", "image-chooser-upload-file"),
        "several": ("wagtailimages:add_multiple", "", "files[]"),
    }[place]
    root = Collection.get_first_root_node()
    fields = {f"{prefix}title": "Photo", f"{prefix}tags": "", f"{prefix}collection": root.pk, name: file}
    return client.post(reverse(address), fields)


def found_errors(place: str, response) -> str:
    if place == "library":
        return " ".join(response.context["form"].errors["file"])
    return response.json()["error_message"] if place == "several" else response.json()["htmlFragment"]


@pytest.mark.django_db
@pytest.mark.parametrize("place", ["library", "chooser", "several"])
def test_every_upload_keeps_pixels_only(admin_client, place):
    response = send(admin_client, place, SimpleUploadedFile("photo.jpg", jpeg(6), content_type="image/jpeg"))
    image = PortalImage.objects.get()
    assert response.status_code in {200, 302} and image.is_clean
    assert (image.width, image.height) == SIZE[::-1], "as it is shown"
    with image.file.open() as kept:
        assert image.file_size == len(kept.read())
    replaced = SimpleUploadedFile("autre.png", png(), content_type="image/png")
    admin_client.post(
        reverse("wagtailimages:edit", args=[image.pk]),
        {"title": "P", "file": replaced, "tags": "", "collection": image.collection_id},
    )
    image.refresh_from_db()
    assert image.is_clean and image.filename.endswith(".png")
    assert_no_mark_on_the_disk()


@pytest.mark.django_db
def test_a_picture_saved_by_code_keeps_pixels_only():
    image = make_image(file=photo())
    image.file.save("apres.jpg", photo(), save=False)  # as Wagtail does after a multiple upload
    copy = PortalImage(title="Copie")
    copy.file.save("photo.jpg", photo(), save=False)
    copy.save()
    assert copy.is_clean and (copy.width, copy.height) == SIZE[::-1]
    image.file.storage.delete(image.file.name)
    assert_no_mark_on_the_disk()
    with pytest.raises(ValidationError, match="illisible"):
        clean_picture(photo(content=jpeg(size=(900, 600))[:4_000]))


def assert_no_mark_on_the_disk() -> None:
    files = [path for path in Path(settings.PRIVATE_MEDIA_ROOT).rglob("*") if path.is_file()]
    assert files and not [path for path in files if MARK in path.read_bytes()]


@pytest.mark.django_db
@pytest.mark.parametrize("place", ["library", "chooser", "several"])
def test_a_photo_of_an_iphone_becomes_an_upright_jpeg_and_the_screen_says_so(admin_client, place):
    response = send(admin_client, place, SimpleUploadedFile("IMG_1.HEIC", heic(6), content_type="image/heic"))
    image = PortalImage.objects.get()
    with image.file.open() as kept:
        content = kept.read()
    shown = opened(content)
    assert (shown.format, shown.size) == ("JPEG", SIZE[::-1])
    assert re.fullmatch(r"IMG_1\w*\.jpg", image.filename) and image.upload_note
    assert is_near(shown.getpixel((SIZE[1] - 5, 40)), RED, 12) and is_near(shown.getpixel((5, 40)), BLUE, 12)
    assert MARK not in content and image.is_clean
    edit = admin_client.get(reverse("wagtailimages:edit", args=[image.pk])).content.decode()
    assert "Image convertie de HEIC en JPEG." in edit
    if place == "several":
        assert "Image convertie de HEIC en JPEG." in response.json()["form"]
    replaced = SimpleUploadedFile("autre.png", png(), content_type="image/png")
    form = {"title": "P", "file": replaced, "tags": "", "collection": image.collection_id}
    admin_client.post(reverse("wagtailimages:edit", args=[image.pk]), form)
    image.refresh_from_db()
    assert image.upload_note == ""


def test_what_was_transparent_in_a_heic_is_white():
    clear = written(Image.new("RGBA", SIZE, (*RED, 0)), "HEIF", quality=90)
    kept = opened(clean_picture(ContentFile(clear, name="a.heif")).read())
    assert is_near(kept.getpixel((5, 5)), (255, 255, 255))


@pytest.mark.parametrize(("mode", "kept_mode"), [("RGB", "RGB"), ("1", "L"), ("P", "RGB"), ("LA", "LA")])
def test_a_large_picture_is_reduced_and_says_so(monkeypatch, mode, kept_mode):
    monkeypatch.setattr(pictures, "KEPT_PIXELS", 40 * 30)
    clean = clean_picture(ContentFile(written(two_colours((80, 60)).convert(mode), "PNG"), name="a.png"))
    kept = opened(clean.read())
    assert (kept.size, kept.mode, clean.note) == ((40, 30), kept_mode, "Image réduite de 80 × 60 à 40 × 30 pixels.")
    assert clean_picture(ContentFile(written(two_colours((40, 30)), "PNG"), name="a.png")).note == ""


def test_a_photo_of_a_camera_is_reduced_upright_without_decoding_it_whole():
    """8,000 × 6,000 pixels held on its side; libjpeg gives a half of each side."""
    camera = written(two_colours((8_000, 6_000)), "JPEG", exif=exif(6), quality=60)
    clean = clean_picture(ContentFile(camera, name="a.jpg"))
    kept = opened(clean.read())
    assert kept.size == (3_464, 4_619) and kept.width * kept.height <= 16_000_000 + 4_619
    assert is_near(kept.getpixel((3_400, 2_000)), RED) and is_near(kept.getpixel((60, 2_000)), BLUE)
    assert clean.note == "Image réduite de 8\u202f000 × 6\u202f000 à 4\u202f619 × 3\u202f464 pixels."


def test_an_animation_keeps_its_size_and_its_frames(monkeypatch):
    monkeypatch.setattr(pictures, "KEPT_PIXELS", 100)
    clean = clean_picture(photo("photo.gif"))
    kept = opened(clean.read())
    assert (kept.size, kept.n_frames, clean.note) == (SIZE, 2, "")


ORIGINALS = {name: make() for name, make in PHOTOS.items()} | {"photo.heic": heic(6)}


@settings_of_hypothesis(deadline=2_000)
@given(
    st.sampled_from(sorted(ORIGINALS)),
    st.lists(st.tuples(st.integers(0), st.binary(max_size=3)), max_size=6),
    st.data(),
)
def test_damaged_bytes_are_a_picture_or_a_refusal(name, damages, data):
    content = bytearray(ORIGINALS[name])
    for place, changed in damages:
        start = place % len(content)
        content[start : start + len(changed)] = changed
    end = data.draw(st.sampled_from([len(content), len(content) // 2, 40, 0]))
    try:
        kept = clean_picture(ContentFile(bytes(content[:end]), name=name))
    except ValidationError as refusal:
        assert refusal.messages[0].endswith(".")
    else:
        assert opened(kept.read()).size in {SIZE, SIZE[::-1]} or damages


def test_the_size_is_that_of_the_limit():
    """64 million pixels pass, one row more does not."""
    limit = settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS
    assert limit == 8_000 * 8_000
    small = two_colours((10, 10))
    assert clean_picture(ContentFile(written(small, "PNG"), name="a.png"))
