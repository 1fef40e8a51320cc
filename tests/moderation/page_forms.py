"""The editor of a page as a browser opens it: what its form would send without a change."""

from typing import Any

from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from wagtail.blocks import FieldBlock, ListBlock, StreamBlock, StructBlock
from wagtail.blocks.base import BlockField
from wagtail.models import Page

Posted = dict[str, Any]


def opened(client: Client, page: Page) -> Posted:
    """What the form of ``page`` holds once it is open: its inputs, and the blocks that scripts put there.

    Without its CSRF value, by which a form sent twice is known before it gets here.
    """
    response = client.get(editor(page))
    assert response.status_code == 200, response
    form = BeautifulSoup(response.content, "html.parser").select_one("form[data-edit-form]")
    assert form is not None
    posted: Posted = {}
    for field in form.select("input[name], select[name], textarea[name]"):
        for value in _values(field):
            posted.setdefault(field["name"], []).append(value)
    del posted["csrfmiddlewaretoken"]
    bound = response.context["form"]
    for name, field in bound.fields.items():
        if isinstance(field, BlockField):
            posted |= _block(field.block, bound[name].value(), name)
    return posted


def editor(page: Page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def _values(field: Any) -> list[str]:
    kind = field.get("type")
    if field.name == "select":
        chosen = field.select("option[selected]") or ([] if field.has_attr("multiple") else field.select("option")[:1])
        return [option.get("value", option.text) for option in chosen]
    if field.name == "textarea":
        # A parser drops the first line end, a browser ends its lines with two characters.
        return [field.text.removeprefix("\n").replace("\r\n", "\n").replace("\n", "\r\n")]
    if kind in ("submit", "button", "file") or (kind in ("checkbox", "radio") and not field.has_attr("checked")):
        return []
    return [field.get("value", "on" if kind == "checkbox" else "")]


def _block(block: Any, value: Any, prefix: str) -> Posted:
    if isinstance(block, StreamBlock):
        children = [(child.block_type, child.block, child.value, child.id) for child in value]
    elif isinstance(block, ListBlock):
        children = [("item", block.child_block, child.value, child.id) for child in value.bound_blocks]
    elif isinstance(block, StructBlock):
        parts = [_block(child, value[name], f"{prefix}-{name}") for name, child in block.child_blocks.items()]
        return {name: each for part in parts for name, each in part.items()}
    else:
        assert isinstance(block, FieldBlock), block
        shown = block.field.widget.format_value(block.value_for_form(value))
        is_box = block.field.widget.__class__.__name__ == "CheckboxInput"
        return ({prefix: "on"} if value else {}) if is_box else {prefix: "" if shown is None else shown}
    posted: Posted = {f"{prefix}-count": str(len(children))}
    for rank, (kind, child, inner, identifier) in enumerate(children):
        start = f"{prefix}-{rank}"
        posted |= {f"{start}-deleted": "", f"{start}-order": str(rank), f"{start}-type": kind}
        posted |= {f"{start}-id": identifier or ""} | _block(child, inner, f"{start}-value")
    return posted
