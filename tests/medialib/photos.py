"""Photos as phones and editors write them: in each format, every place that can hold a note holds ``MARK``."""

import io
from collections.abc import Callable

from django.core.files.base import ContentFile
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

MARK = b"MarqueDePosition"
TEXT = MARK.decode()
XMP = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><Latitude>{TEXT}</Latitude></x:xmpmeta>".encode()
GPS, MAKE, ORIENTATION = 0x8825, 0x010F, 0x0112
#: Two colours, so that a rotation shows: red above, blue below.
RED, BLUE = (200, 30, 30), (30, 30, 200)
SIZE = (80, 60)


def two_colours(size: tuple[int, int] = SIZE, mode: str = "RGB") -> Image.Image:
    picture = Image.new("RGB", size, RED)
    picture.paste(BLUE, (0, size[1] // 2, *size))
    return picture.convert(mode)


def exif(orientation: int = 1) -> bytes:
    notes = Image.Exif()
    notes[MAKE], notes[ORIENTATION] = TEXT, orientation
    notes[GPS] = {1: "N", 2: (43.0, 37.0, 0.0), 3: "E", 4: (3.0, 30.0, 0.0), 29: TEXT}
    return notes.tobytes()


def profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes().replace(b"sRGB built-in", MARK[:13])


def jpeg(orientation: int = 1, size: tuple[int, int] = SIZE) -> bytes:
    """With a caption of IPTC and something after its end, where phones put a short film."""
    content = written(
        two_colours(size), "JPEG", exif=exif(orientation), comment=MARK, xmp=XMP, icc_profile=profile(), quality=95
    )
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\x00\x00" + len(MARK).to_bytes(4, "big") + MARK
    segment = b"\xff\xed" + (len(iptc) + 2).to_bytes(2, "big") + iptc
    return content[:2] + segment + content[2:] + MARK


def mpo() -> bytes:
    return written(
        two_colours(), "MPO", save_all=True, append_images=[two_colours()], exif=exif(6), comment=MARK, quality=95
    )


def png(orientation: int = 1) -> bytes:
    notes = PngInfo()
    notes.add_text("Comment", TEXT)
    notes.add_itxt("XML:com.adobe.xmp", XMP.decode())
    notes.add_text("Location", TEXT, zip=True)
    return written(two_colours(), "PNG", pnginfo=notes, exif=exif(orientation), icc_profile=profile()) + MARK


def gif() -> bytes:
    return written(
        two_colours(mode="P"),
        "GIF",
        save_all=True,
        append_images=[two_colours((80, 60)).rotate(180)],
        duration=[120, 240],
        loop=0,
        comment=MARK,
    )


def webp(orientation: int = 1) -> bytes:
    notes = {"exif": exif(orientation), "xmp": XMP, "icc_profile": profile()}
    return written(two_colours(), "WEBP", **notes)


def avif() -> bytes:
    return written(two_colours(), "AVIF", exif=exif(), xmp=XMP, icc_profile=profile())


def heic(orientation: int = 1) -> bytes:
    return written(two_colours(), "HEIF", exif=exif(orientation), xmp=XMP, quality=90)


def written(picture: Image.Image, kind: str, **options: object) -> bytes:
    target = io.BytesIO()
    picture.save(target, format=kind, **options)
    return target.getvalue()


PHOTOS: dict[str, Callable[[], bytes]] = {
    "photo.jpg": lambda: jpeg(6),
    "photo.jpeg": mpo,
    "photo.png": lambda: png(6),
    "photo.gif": gif,
    "photo.webp": lambda: webp(6),
    "photo.avif": avif,
}


def photo(name: str = "photo.jpg", content: bytes | None = None) -> ContentFile:
    return ContentFile(PHOTOS[name]() if content is None else content, name=name)
