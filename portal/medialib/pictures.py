"""A picture as the portal stores it: its pixels, upright and in sRGB, without metadata.

Position, device, date, captions, comments, previews, colour profiles and trailing data are dropped, because the file
is written again from its pixels alone.
"""

import io
import warnings
from pathlib import PurePath
from typing import Any

import filetype
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from PIL import Image, ImageCms, ImageOps, ImageSequence

UNREADABLE = "Cette image est incomplète ou illisible : exportez-la de nouveau, en JPEG ou en PNG."
#: Format detected from the bytes → extensions allowed for it, and how it is written again.
FORMATS: dict[str, tuple[set[str], dict[str, Any]]] = {
    "JPEG": ({".jpg", ".jpeg"}, {"quality": 95, "subsampling": 0}),
    "PNG": ({".png"}, {}),
    "GIF": ({".gif"}, {"comment": b""}),
    "WEBP": ({".webp"}, {"quality": 95, "method": 4}),
    "AVIF": ({".avif"}, {"quality": 90}),
}
OTHER_FORMAT = f"Ce format d’image n’est pas accepté. Formats possibles : {', '.join(FORMATS)}."
EXTENSIONS = {extension for extensions, _ in FORMATS.values() for extension in extensions}
#: Phones store a photo and its previews as « several pictures in one JPEG ».
SAME_AS = {"MPO": "JPEG"}
#: The metadata needed to render a picture; everything else is dropped.
DRAWN_WITH = {"transparency", "background", "loop", "duration", "disposal"}
#: The modes that each format supports; any other becomes RGB, or RGBA.
MODES = {"JPEG": {"L", "RGB"}, "PNG": {"1", "L", "LA", "P", "RGB", "RGBA", "I;16"}}


class CleanPicture(ContentFile):
    """Written by ``clean_picture``: guaranteed to hold nothing but pixels."""


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
                content = _written(picture, kind)
    except Image.DecompressionBombError:
        raise _too_large() from None
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, OverflowError, IndexError) as error:
        if _is_other_format(file):
            raise ValidationError(OTHER_FORMAT, code="format") from error
        raise ValidationError(UNREADABLE, code="unreadable") from error
    return CleanPicture(content, name=PurePath(file.name or "").name)


def _is_other_format(file: File) -> bool:
    """By name, or by bytes when the name has the extension of another format."""
    file.seek(0)
    kind = filetype.image_match(file.read(8192))
    names = {PurePath(file.name or "").suffix.lower()} | ({f".{kind.extension}"} if kind else set())
    return not names <= EXTENSIONS


def _check(picture: Image.Image, kind: str, name: str) -> None:
    extensions, _ = FORMATS[kind]
    if PurePath(name).suffix.lower() not in extensions:
        raise ValidationError(
            f"Le contenu de cette image est du {kind} : son nom doit finir par « {min(extensions, key=len)} ».",
            code="extension",
        )
    if picture.width * picture.height * getattr(picture, "n_frames", 1) > settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS:
        raise _too_large()


def _too_large() -> ValidationError:
    millions = settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS // 1_000_000
    return ValidationError(
        f"Cette image dépasse {millions} millions de pixels : réduisez-la avant de l’envoyer.", code="pixels"
    )


def _written(picture: Image.Image, kind: str) -> bytes:
    frames = [_pixels(frame, kind) for frame in _frames(picture, kind)]
    options: dict[str, Any] = dict(FORMATS[kind][1])
    if len(frames) > 1:
        options |= {"save_all": True, "append_images": frames[1:], "loop": picture.info.get("loop", 0)}
        options |= {"duration": [frame.info.get("duration", 100) for frame in frames]}
    target = io.BytesIO()
    frames[0].save(target, format=kind, **options)
    return target.getvalue()


def _frames(picture: Image.Image, kind: str) -> list[Image.Image]:
    """The previews that a phone adds to a JPEG are not frames."""
    if kind == "JPEG" or getattr(picture, "n_frames", 1) == 1:
        return [picture]
    return [frame.copy() for frame in ImageSequence.Iterator(picture)]


def _pixels(picture: Image.Image, kind: str) -> Image.Image:
    picture.load()
    info: dict[str | tuple[int, int], Any] = {name: value for name, value in picture.info.items() if name in DRAWN_WITH}
    upright = ImageOps.exif_transpose(picture)
    drawn = _as_srgb(upright, kind)
    drawn = drawn.copy() if drawn is picture else drawn
    drawn.info = info
    return drawn


def _as_srgb(picture: Image.Image, kind: str) -> Image.Image:
    """Its colours in sRGB, as every screen shows them without a profile, in a mode that ``kind`` supports."""
    full = "RGBA" if picture.has_transparency_data and kind != "JPEG" else "RGB"
    if profile := picture.info.get("icc_profile"):
        if picture.mode in {"P", "PA", "LA"}:
            picture = picture.convert(full)
        if picture.mode in {"L", "RGB", "RGBA", "CMYK"}:
            picture = _converted(picture, profile) or picture
    return picture if picture.mode in MODES.get(kind, {"L", "P", "RGB", "RGBA"}) else picture.convert(full)


def _converted(picture: Image.Image, profile: bytes) -> Image.Image | None:
    """None for a broken profile."""
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(picture, own, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None
