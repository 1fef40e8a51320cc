"""A public sheet of every block, filled with what breaks a layout; ``manage.py shell`` runs it in the tested portal."""

from typing import Any

from wagtail import blocks

from caps_sheets.models import CapsSheetPage
from network.models import ClsmPage
from tests.factories.sheets import TEXT, make_sheet

WORD = "anticonstitutionnellement" * 8
ADDRESS = "https://exemple.example/" + "un-chemin-qui-ne-finit-pas/" * 12 + "?" + "a=1&b=2&" * 20
RICH = (
    f"<h3>{WORD}</h3><p>{WORD} <a href='{ADDRESS}'>{ADDRESS}</a> <b>{WORD}</b></p>"
    f"<ul><li>{WORD}</li><li>{ADDRESS}</li></ul><p>Une phrase ordinaire, pour la mesure.</p>"
)
TITLE = "Interdisciplinarité psychosociale départementale : " + "désinstitutionnalisation" * 3


#: The first that fits; a chooser is left empty.
LEAVES: tuple[tuple[type[blocks.Block], Any], ...] = (
    (blocks.RichTextBlock, RICH),
    (blocks.BooleanBlock, True),
    (blocks.IntegerBlock, 123456789),
    (blocks.DateBlock, "2026-11-30"),
    (blocks.URLBlock, ADDRESS),
    (blocks.CharBlock, f"{WORD} {ADDRESS}"),
    (blocks.TextBlock, f"{WORD} {ADDRESS}"),
)


def filled(block: blocks.Block) -> Any:
    """A hostile value of ``block``, whatever it is made of."""
    if isinstance(block, blocks.StructBlock):
        return {name: filled(child) for name, child in block.child_blocks.items()}
    if isinstance(block, blocks.StreamBlock):
        found = ((name, filled(child)) for name, child in block.child_blocks.items() if not chooses(child))
        return [{"type": name, "value": value} for name, value in found]
    if isinstance(block, blocks.ListBlock):
        return [filled(block.child_block)] * 2
    if isinstance(block, blocks.ChoiceBlock):
        return next(str(value) for value, _ in block.field.choices if value)
    value = next((value for kind, value in LEAVES if isinstance(block, kind)), None)
    longest = getattr(getattr(block, "field", None), "max_length", None)
    return value[:longest] if isinstance(value, str) else value


def chooses(block: blocks.Block) -> bool:
    """Whether ``block`` needs a picture, a file or a page."""
    if isinstance(block, blocks.StructBlock) and type(block).__name__ != "ImageBlock":
        return any(chooses(child) for child in block.child_blocks.values())
    return type(block).__name__ == "ImageBlock" or (isinstance(block, blocks.ChooserBlock) and block.required)


def make() -> str:
    """The address of the sheet."""
    stream = CapsSheetPage._meta.get_field("body").stream_block
    sections = {name: [*TEXT.get(name, []), *filled(child)] for name, child in stream.child_blocks.items()}
    sheet = make_sheet(
        title=TITLE[:120],
        slug="mots-sans-fin",
        hook=f"{WORD} {ADDRESS}"[:200],
        summary="<p>" + "mot " * 160 + f"{WORD}</p>",
        key_points=[("point", WORD[:150])] * 5,
        facilitator=WORD[:100],
        qpv_names=WORD,
        clsms=[ClsmPage.objects.live().first()],
        sections=sections,
    )
    return str(sheet.url)
