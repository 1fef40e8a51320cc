"""Abstract pictures for a few sheets: the line of the logo, drawn from the slug, the same at every run."""

import random
from io import BytesIO
from math import pi, sin

from django.core.files.images import ImageFile
from PIL import Image, ImageDraw
from wagtail.models import Collection

from portal.demo import lookups
from portal.medialib.models import PortalImage

SIZE = (2400, 1350)  # drawn twice as large, then reduced: smooth edges
SHOWN = (1200, 675)
PAPER, FOREST, APRICOT, SAND = "#FBF8F3", "#0F5C4D", "#E07A3F", "#ECE3D3"
ILLUSTRATED = (
    "stages-croises",
    "cine-debat-adolescents",
    "logement-et-bailleurs",
    "jardin-partage",
    "precarite-cafe-mobile",
)
POINTS = 240


def thread(slug: str) -> Image.Image:
    """One line with nodes over broad soft bands. ``slug`` is the seed."""
    draw_from = random.Random(slug)  # noqa: S311 - a drawing, not a secret
    picture = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(picture)
    width, height = SIZE
    for _ in range(3):
        left, radius = draw_from.randrange(width), draw_from.randrange(240, 600)
        top = draw_from.randrange(height)
        draw.ellipse((left - radius, top - radius, left + radius, top + radius), fill=SAND)
    line = curve(draw_from)
    draw.line(line, fill=FOREST, width=18, joint="curve")
    for rank in range(5):
        x, y = line[draw_from.randrange(16, 40) + 44 * rank]
        draw.ellipse((x - 48, y - 48, x + 48, y + 48), fill=APRICOT if rank == 2 else PAPER, outline=FOREST, width=18)
    return picture


def curve(draw_from: random.Random) -> list[tuple[float, float]]:
    """The points of the line, from the left edge to the right one: three waves added."""
    width, height = SIZE
    waves = [(draw_from.uniform(0.6, 2.2), draw_from.uniform(0, 2 * pi), draw_from.uniform(80, 260)) for _ in range(3)]
    return [
        (
            x * width / POINTS,
            height / 2 + sum(size * sin(turns * 2 * pi * x / POINTS + at) for turns, at, size in waves),
        )
        for x in range(POINTS + 1)
    ]


def content(slug: str) -> bytes:
    """The PNG file of a picture, a few kilobytes."""
    file = BytesIO()
    thread(slug).resize(SHOWN, Image.Resampling.LANCZOS).quantize(48).save(file, "PNG", optimize=True)
    return file.getvalue()


def illustration(slug: str) -> PortalImage | None:
    """The picture of a sheet in the library, or None if it has none."""
    if slug not in ILLUSTRATED:
        return None
    title = f"Fil et nœuds : {slug.replace('-', ' ')}"
    image = PortalImage.objects.filter(title=title).first()
    if image:
        return image
    return PortalImage.objects.create(
        title=title,
        file=ImageFile(BytesIO(content(slug)), name=f"fil-{slug}.png"),
        credit="Portail CLSM",
        licence=lookups.licence("cc-by-sa-4-0"),
        collection=Collection.objects.filter(name="Fiches CAPS").first() or Collection.get_first_root_node(),
    )
