"""A picture as the portal stores it: its pixels, upright and in sRGB, without metadata.

Position, device, date, captions, comments, previews, colour profiles and trailing data are dropped, because the file
is written again from its pixels alone. A photo of an iPhone (HEIC) becomes a JPEG, which every browser shows; a photo
larger than any page needs is reduced. Both are said in ``CleanPicture.note``.

Memory is bounded by the pixels of the header, before anything is decoded: 64 million, or 120 million for a JPEG, which
libjpeg decodes at a half or less of its size.
"""

import io
import struct
import warnings
import zlib
from math import sqrt
from pathlib import PurePath
from typing import Any

import filetype
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from PIL import Image, ImageCms, ImageOps, ImageSequence
from pillow_heif import HeifImagePlugin  # noqa: F401 - Pillow reads HEIC once it is imported

UNREADABLE = "Cette image est incomplète ou illisible : exportez-la de nouveau, en JPEG ou en PNG."
#: Format detected from the bytes → extensions allowed for it, and how it is written again.
FORMATS: dict[str, tuple[set[str], dict[str, Any]]] = {
    "JPEG": ({".jpg", ".jpeg"}, {"quality": 95, "subsampling": 0}),
    "PNG": ({".png"}, {}),
    "GIF": ({".gif"}, {"comment": b""}),
    "WEBP": ({".webp"}, {"quality": 95, "method": 4}),
    "AVIF": ({".avif"}, {"quality": 90}),
    "HEIF": ({".heic", ".heif"}, {}),
}
#: Formats that browsers do not show → the one in which they are stored.
STORED_AS = {"HEIF": "JPEG"}
NAMES = {"HEIF": "HEIC"}
OTHER_FORMAT = (
    "Ce format d’image n’est pas accepté. "
    f"Formats possibles : {', '.join(NAMES.get(kind, kind) for kind in FORMATS)}. Exportez-la en JPEG ou en PNG."
)
#: What Pillow and its plug-ins raise for damaged bytes.
DAMAGED = (
    OSError, ValueError, TypeError, SyntaxError, EOFError, MemoryError, ArithmeticError, LookupError, RuntimeError,
    struct.error, zlib.error,
)  # fmt: skip
EXTENSIONS = {extension for extensions, _ in FORMATS.values() for extension in extensions}
#: Other names of a JPEG, that Windows and web browsers give.
NAMES_OF_JPEG = {".jfif", ".jpe", ".pjpeg"}
#: Phones store a photo and its previews as « several pictures in one JPEG ».
SAME_AS = {"MPO": "JPEG"}
#: Pixels of a JPEG, for which ``settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS`` does not hold.
JPEG_PIXELS = 120_000_000
#: Pixels that are kept: four thousand by four thousand, more than the largest rendition needs.
KEPT_PIXELS = 16_000_000
#: The other pictures in these files are the previews and the bursts of a phone, not frames.
ONE_PICTURE = {"JPEG", "HEIF"}
#: The metadata needed to render a picture; everything else is dropped.
DRAWN_WITH = {"transparency", "background", "loop", "duration", "disposal"}
#: The modes that each format supports; any other becomes RGB, or RGBA.
MODES = {"JPEG": {"L", "RGB"}, "PNG": {"1", "L", "LA", "P", "RGB", "RGBA", "I;16"}}


class CleanPicture(ContentFile):
    """Written by ``clean_picture``: guaranteed to hold nothing but pixels.

    ``note`` says in French what was changed in the picture itself; empty if nothing was.
    """

    note = ""


def clean_picture(file: File) -> CleanPicture:
    """``file`` with nothing but its pixels. Raises ``ValidationError`` with the reason of a refusal in French."""
    if isinstance(file, CleanPicture):
        return file
    if not file.size:
        raise ValidationError("Ce fichier est vide.", code="empty")
    file.seek(0)
    try:
        with warnings.catch_warnings():
            # Pillow's limit on pixels is replaced by ours, read from the header; damaged metadata is dropped anyway.
            warnings.simplefilter("ignore")
            with Image.open(file, formats=list(FORMATS)) as picture:
                kind = SAME_AS.get(picture.format or "", picture.format or "")
                _check(picture, kind, file.name or "")
                cleaned = _cleaned(picture, kind, PurePath(file.name or ""))
    except Image.DecompressionBombError:
        is_jpeg = PurePath(file.name or "").suffix.lower() in FORMATS["JPEG"][0]
        raise _too_large(JPEG_PIXELS if is_jpeg else settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS) from None
    except DAMAGED as error:
        if _is_other_format(file):
            raise ValidationError(OTHER_FORMAT, code="format") from error
        raise ValidationError(UNREADABLE, code="unreadable") from error
    return cleaned


def _is_other_format(file: File) -> bool:
    """By name, or by bytes when the name has the extension of another format."""
    file.seek(0)
    kind = filetype.image_match(file.read(8192))
    names = {PurePath(file.name or "").suffix.lower()} | ({f".{kind.extension}"} if kind else set())
    return not names <= EXTENSIONS


def _check(picture: Image.Image, kind: str, name: str) -> None:
    extensions, _ = FORMATS[kind]
    if PurePath(name).suffix.lower() not in EXTENSIONS | NAMES_OF_JPEG:
        raise ValidationError(
            f"Le contenu de cette image est du {NAMES.get(kind, kind)} : "
            f"son nom doit finir par « {min(sorted(extensions), key=len)} ».",
            code="extension",
        )
    frames = 1 if kind in ONE_PICTURE else getattr(picture, "n_frames", 1)
    limit = JPEG_PIXELS if kind == "JPEG" else settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS
    if picture.width * picture.height * frames > limit:
        raise _too_large(limit)


def _too_large(limit: int) -> ValidationError:
    return ValidationError(
        f"Cette image dépasse {limit // 1_000_000} millions de pixels : réduisez-la avant de l’envoyer.", code="pixels"
    )


def _cleaned(picture: Image.Image, kind: str, name: PurePath) -> CleanPicture:
    before, stored = picture.size, STORED_AS.get(kind, kind)
    pictures = _frames(picture, kind)
    kept_pixels = KEPT_PIXELS if len(pictures) == 1 else None  # an animation is never reduced
    frames = [_pixels(frame, stored, kept_pixels) for frame in pictures]
    after = frames[0].size
    notes = [f"convertie de {NAMES[kind]} en {stored}"] if stored != kind else []
    if after not in {before, before[::-1]}:
        notes.append(f"réduite de {_size(max(before), min(before))} à {_size(max(after), min(after))} pixels")
    is_named_so = name.suffix.lower() in FORMATS[stored][0]
    kept_name = name if is_named_so else name.with_suffix(min(sorted(FORMATS[stored][0]), key=len))
    if not is_named_so and stored == kind:
        notes.append(f"renommée en « {kept_name.suffix} », d’après son contenu")
    cleaned = CleanPicture(_written(frames, stored, picture), name=kept_name.name)
    cleaned.note = f"Image {' et '.join(notes)}." if notes else ""
    return cleaned


def _size(*sides: int) -> str:
    return " × ".join(f"{side:,}".replace(",", "\u202f") for side in sides)


def _written(frames: list[Image.Image], kind: str, picture: Image.Image) -> bytes:
    options: dict[str, Any] = dict(FORMATS[kind][1])
    if len(frames) > 1:
        options |= {"save_all": True, "append_images": frames[1:], "loop": picture.info.get("loop", 0)}
        options |= {"duration": [frame.info.get("duration", 100) for frame in frames]}
    target = io.BytesIO()
    frames[0].save(target, format=kind, **options)
    return target.getvalue()


def _frames(picture: Image.Image, kind: str) -> list[Image.Image]:
    if kind in ONE_PICTURE or getattr(picture, "n_frames", 1) == 1:
        return [picture]
    return [frame.copy() for frame in ImageSequence.Iterator(picture)]


def _pixels(picture: Image.Image, kind: str, kept_pixels: int | None) -> Image.Image:
    if kept_pixels and picture.width * picture.height > kept_pixels:
        picture.draft(None, _scaled(picture.size, kept_pixels))
    picture.load()
    info: dict[str | tuple[int, int], Any] = {name: value for name, value in picture.info.items() if name in DRAWN_WITH}
    ImageOps.exif_transpose(picture, in_place=True)
    smaller = _reduced(picture, kept_pixels) if kept_pixels else picture
    drawn = _as_srgb(smaller, kind)
    drawn = drawn.copy() if drawn is picture else drawn
    drawn.info = info
    return drawn


def _scaled(size: tuple[int, int], pixels: int) -> tuple[int, int]:
    """The size of the same shape that holds ``pixels``."""
    share = sqrt(pixels / (size[0] * size[1]))
    return max(1, round(size[0] * share)), max(1, round(size[1] * share))


def _reduced(picture: Image.Image, pixels: int) -> Image.Image:
    """Palettes and black and white become colours and greys, so that the reduction is smooth."""
    if picture.width * picture.height <= pixels:
        return picture
    if picture.mode in {"1", "P", "PA"}:
        picture = picture.convert({"1": "L"}.get(picture.mode, "RGBA" if picture.has_transparency_data else "RGB"))
    reduced = picture.resize(_scaled(picture.size, pixels), Image.Resampling.LANCZOS, reducing_gap=2.0)
    reduced.info = picture.info
    return reduced


def _as_srgb(picture: Image.Image, kind: str) -> Image.Image:
    """Its colours in sRGB, as every screen shows them without a profile, in a mode that ``kind`` supports."""
    if kind == "JPEG" and picture.has_transparency_data:
        picture = _on_white(picture)
    full = "RGBA" if picture.has_transparency_data else "RGB"
    if profile := picture.info.get("icc_profile"):
        if picture.mode in {"P", "PA", "LA"}:
            picture = picture.convert(full)
        if picture.mode in {"L", "RGB", "RGBA", "CMYK"}:
            picture = _converted(picture, profile) or picture
    return picture if picture.mode in MODES.get(kind, {"L", "P", "RGB", "RGBA"}) else picture.convert(full)


def _on_white(picture: Image.Image) -> Image.Image:
    """What is transparent must not show again the colours that it hid."""
    with_alpha = picture.convert("RGBA")
    drawn = Image.new("RGB", picture.size, "white")
    drawn.paste(with_alpha, mask=with_alpha.getchannel("A"))
    drawn.info = {name: value for name, value in picture.info.items() if name == "icc_profile"}
    return drawn


def _converted(picture: Image.Image, profile: bytes) -> Image.Image | None:
    """None for a broken profile."""
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(picture, own, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None
