"""A draft may be almost empty: every page type shows itself with a title alone."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.models import Page, get_page_models

from portal.base.checks import is_ours
from tests.factories.site import make_site

LABELS = {config.label for config in apps.get_app_configs() if is_ours(config)}
PAGE_TYPES = [page_type for page_type in get_page_models() if page_type._meta.app_label in LABELS]


@pytest.mark.django_db
@pytest.mark.parametrize("page_type", PAGE_TYPES, ids=lambda page_type: page_type.__name__)
def test_empty_draft_is_shown(page_type):
    make_site()
    parent = Page.objects.type(*page_type.allowed_parent_page_models()).order_by("path").first().specific
    page = page_type(title="Page vide", slug="page-vide", live=False)
    parent.add_child(instance=page)
    draft = page.save_revision().as_object()
    response = draft.make_preview_request()
    assert response.status_code == 200
    assert response.content.decode().count("<h1") == 1


def pieces(block: blocks.Block) -> Iterator[blocks.Block]:
    """What the streams inside ``block`` are made of."""
    is_list = isinstance(block, blocks.ListBlock)
    children = [block.child_block] if is_list else getattr(block, "child_blocks", {}).values()
    for child in children:
        if isinstance(block, blocks.StreamBlock):
            yield child
        yield from pieces(child)


#: By template: most of them serve in several sections.
PIECES = {
    piece.meta.template: piece
    for page_type in PAGE_TYPES
    for field in page_type._meta.get_fields()
    if isinstance(field, StreamField)
    for piece in pieces(field.stream_block)
    if isinstance(piece, blocks.StructBlock | blocks.ListBlock)
}


def hollow(block: blocks.Block, is_null: bool) -> Any:
    """What is stored of ``block`` when its lists have one item, and its other sub-fields are missing, or null."""
    if isinstance(block, blocks.ListBlock):
        return [{"type": "item", "value": hollow(block.child_block, is_null), "id": "1"}]
    if not isinstance(block, blocks.StructBlock):
        return None
    stored = {name: hollow(child, is_null) for name, child in block.child_blocks.items()}
    return {name: value for name, value in stored.items() if value is not None or is_null}


@pytest.mark.parametrize("is_null", [False, True], ids=["missing", "null"])
@pytest.mark.parametrize("piece", PIECES.values(), ids=map(str, PIECES))
def test_a_sub_field_without_a_value_prints_nothing(piece: blocks.Block, is_null: bool) -> None:
    assert "None" not in piece.render(piece.to_python(hollow(piece, is_null)))
