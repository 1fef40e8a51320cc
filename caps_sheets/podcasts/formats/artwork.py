"""The artwork of a show, as directories require it (Apple: JPEG or PNG, square, 1400 to 3000 pixels)."""

from django.utils import timezone
from PIL import Image, UnidentifiedImageError

from portal.medialib.models import PortalImage
from portal.medialib.rules import image_errors

SMALLEST, LARGEST = 1400, 3000  # pixels
FORMATS = {"JPEG", "PNG"}

#: The rendition in the feed: a square JPEG in RGB within the limits, whatever the library holds. Never enlarged. Short,
#: because Wagtail truncates the name of the file to make room for it.
RENDITION = f"fill-{LARGEST}x{LARGEST}|format-jpeg"


def artwork_errors(image: PortalImage | None) -> list[str]:
    """Why directories would refuse ``image``, in French; no image, no error."""
    if image is None:
        return []
    image_format = read_format(image)
    if not image_format:
        return ["Le fichier de cette image est absent ou illisible : ajoutez-la de nouveau."]
    errors = image_errors(image, timezone.localdate())
    if image_format not in FORMATS:
        errors.append(f"La pochette doit être une image JPEG ou PNG ; celle-ci est au format {image_format}.")
    size = f"{image.width} × {image.height} px"
    if image.width != image.height:
        errors.append(f"La pochette doit être carrée ; celle-ci mesure {size}.")
    if not all(SMALLEST <= side <= LARGEST for side in (image.width, image.height)):
        errors.append(f"La pochette doit mesurer de {SMALLEST} à {LARGEST} px de côté ; celle-ci mesure {size}.")
    return errors


def read_format(image: PortalImage) -> str:
    """The format detected from the bytes (« JPEG », « PNG », « WEBP »…); empty if unknown."""
    try:
        with image.file.open("rb") as file, Image.open(file) as picture:
            return picture.format or ""
    except (OSError, ValueError, UnidentifiedImageError):
        return ""
