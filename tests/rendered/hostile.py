"""Texts that break what forgets to escape them, filled into every text that the database holds.

The marks begin a text, so that what is cut keeps them: a tag ``<zz9>``, attributes ``zz8`` and ``zz6`` for whoever
leaves quotes; then a script's end, a template variable, an entity, right-to-left, an emoji, a word without end.
"""

from collections.abc import Iterator
from html import escape
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models.functions import Concat, Substr
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Collection, Page, Revision, TaskState

from portal.base.checks import is_ours

MARK = "\"zz8='zz6=<zz9>"
HOSTILE = (
    MARK + '</script>{{ "zz7-gabarit"|upper }}&amp;l’été d\'« ici » 🙂 مرحبا ' + "Anticonstitutionnellement" * 4 + " "
)
RICH = f"<p>{escape(HOSTILE)}</p>"
#: What no person writes (keys, fingerprints, types), and what has a form of its own, read by the tests of its room.
KEYS = {
    "action",
    "chapters",
    "code",
    "digest",
    "event",
    "external_code",
    "file_hash",
    "filter_spec",
    "focal_point_key",
    "import_key",
    "key",
    "kind",
    "link",
    "mime_type",
    "object_key",
    "password",
    "path",
    "section",
    "sender_hash",
    "siren",
    "stamp",
    "step",
    "text_key",
    "text_version",
    "token_hash",
    "transcript",
    "url_path",
    "version",
}
NOT_TEXT = (models.SlugField, models.URLField, models.EmailField)


def fill_every_text() -> None:
    """Each text field of each of our models; the latest draft of a page says the same as its row."""
    for model in apps.get_models():
        ours = is_ours(apps.get_app_config(model._meta.app_label)) or model in (Page, Collection, TaskState)
        if ours and model._meta.managed and not model._meta.proxy:
            values = dict(_values(model))
            if values:
                model._base_manager.update(**values)
    for page in Page.objects.filter(depth__gt=1).exclude(latest_revision=None).specific():
        Revision.objects.filter(pk=page.latest_revision_id).update(content=page.serializable_data())


def _values(model: type[models.Model]) -> Iterator[tuple[str, Any]]:
    for field in model._meta.local_fields:
        if field.primary_key or field.choices or field.unique or field.name in KEYS or isinstance(field, NOT_TEXT):
            continue
        if isinstance(field, StreamField):
            yield field.name, field.stream_block.to_python(example(field.stream_block))
        elif isinstance(field, (models.CharField, models.TextField)) and (field.max_length or 999) > len(MARK):
            text = models.Value(RICH if isinstance(field, RichTextField) else HOSTILE)
            joined = Concat(text, field.name, output_field=models.TextField())
            yield field.name, Substr(joined, 1, field.max_length) if field.max_length else joined


def example(block: blocks.Block) -> Any:
    """A stored value that holds every block once, its texts hostile."""
    if isinstance(block, blocks.StreamBlock):
        return [{"type": name, "value": example(child)} for name, child in block.child_blocks.items()]
    if isinstance(block, blocks.ListBlock):
        return [{"type": "item", "id": str(rank), "value": example(block.child_block)} for rank in range(2)]
    if isinstance(block, blocks.StructBlock):
        return {name: example(child) for name, child in block.child_blocks.items()}
    if isinstance(block, blocks.ChooserBlock):
        return block.model_class.objects.values_list("pk", flat=True).last()
    for kind, value in EXAMPLES.items():
        if isinstance(block, kind):
            return value
    return _table(block) if isinstance(block, TypedTableBlock) else _choice(block)


def _table(block: TypedTableBlock) -> dict[str, Any]:
    """A column with its heading, one without."""
    [(name, cell)] = block.child_blocks.items()
    columns = [{"type": name, "heading": HOSTILE}, {"type": name, "heading": ""}]
    return {"columns": columns, "rows": [{"values": [example(cell), example(cell)]}], "caption": HOSTILE}


def _choice(block: blocks.Block) -> str:
    if isinstance(block, blocks.ChoiceBlock):
        return str(next(value for value, label in block.field.choices if value and isinstance(label, str)))
    raise TypeError(type(block))


EXAMPLES: dict[type[blocks.Block], Any] = {
    blocks.RichTextBlock: RICH,
    blocks.CharBlock: HOSTILE,
    blocks.TextBlock: HOSTILE,
    blocks.URLBlock: "https://exemple.example/?a=1&b=2",
    blocks.EmailBlock: "a@exemple.example",
    blocks.BooleanBlock: True,
    blocks.IntegerBlock: 1,
    blocks.DecimalBlock: "1.5",
    blocks.FloatBlock: 1.5,
    blocks.DateBlock: "2026-03-02",
}
