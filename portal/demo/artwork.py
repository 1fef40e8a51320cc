"""The artwork of the demonstration show: the line of the logo as a sound wave, square, drawn by this code."""

from io import BytesIO
from math import pi, sin

from django.core.files.images import ImageFile
from PIL import Image, ImageDraw
from wagtail.models import Collection

from portal.demo import lookups
from portal.demo.images import APRICOT, FOREST, PAPER, SAND
from portal.medialib.models import PortalImage

TITLE = "Fil et onde : pochette du podcast"
SIDE = 3000  # drawn twice as large as it is kept: smooth edges
KEPT = 1500  # pixels: directories require 1400 to 3000
BARS = 13
WIDTH = 96


def drawing() -> Image.Image:
    """Bars of varying heights, linked by one line, the middle one highlighted."""
    picture = Image.new("RGB", (SIDE, SIDE), FOREST)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((300, 300, SIDE - 300, SIDE - 300), fill=PAPER)
    draw.ellipse((620, 620, SIDE - 620, SIDE - 620), fill=SAND)
    middle = BARS // 2
    tops = []
    for rank in range(BARS):
        x = SIDE / 2 + (rank - middle) * 160
        half = 120 + 520 * sin(pi * (rank + 1) / (BARS + 1)) ** 2 * (0.55 + 0.45 * sin(rank * 2.1) ** 2)
        box = (x - WIDTH / 2, SIDE / 2 - half, x + WIDTH / 2, SIDE / 2 + half)
        draw.rounded_rectangle(box, radius=WIDTH / 2, fill=APRICOT if rank == middle else FOREST)
        tops.append((x, SIDE / 2 - half - 110))
    draw.line(tops, fill=FOREST, width=22, joint="curve")
    for rank in (0, middle, BARS - 1):
        x, y = tops[rank]
        fill = APRICOT if rank == middle else PAPER
        draw.ellipse((x - 58, y - 58, x + 58, y + 58), fill=fill, outline=FOREST, width=22)
    return picture


def content() -> bytes:
    """The PNG file, a few tens of kilobytes."""
    file = BytesIO()
    drawing().resize((KEPT, KEPT), Image.Resampling.LANCZOS).quantize(32).save(file, "PNG", optimize=True)
    return file.getvalue()


def artwork() -> PortalImage:
    """The artwork in the library, stored once."""
    image = PortalImage.objects.filter(title=TITLE).first()
    if image:
        return image
    return PortalImage.objects.create(
        title=TITLE,
        file=ImageFile(BytesIO(content()), name="pochette-podcast.png"),
        credit="Portail CLSM",
        licence=lookups.licence("cc-by-sa-4-0"),
        collection=Collection.objects.filter(name="Podcast").first() or Collection.get_first_root_node(),
    )
