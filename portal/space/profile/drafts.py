"""The answers of a profile in the content of a revision: read as a form holds them, written as Wagtail stores them.

Reading the stored content costs no query, where a draft read as a page makes one for each linked row.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import ForeignKey, ManyToManyField, Model

from network.models import ClsmPage
from portal.base.questionnaires.values import NO, YES, Raw, normalised
from portal.space.profile.lists import PARTS, Part
from portal.space.profile.plain_text import to_html, to_text

Content = dict[str, Any]
DESCRIPTION, THEMES = "description", "themes"


def stored_raw(content: Mapping[str, Any], name: str) -> Raw:
    """What a form holds for ``name``."""
    if name in PARTS:
        return PARTS[name].normalised(_cells(PARTS[name], content.get(name) or ()))
    if name == THEMES:
        return sorted(str(item["tag"]) for item in content.get("theme_items") or ())
    value = content.get(name)
    if name == DESCRIPTION:
        return normalised([to_text(value or "")])
    if isinstance(ClsmPage._meta.get_field(name), ManyToManyField):
        return sorted(str(key) for key in value or ())
    return normalised([_text(value)])


def write(content: Content, name: str, value: Any, page_id: int) -> None:
    """Give ``content`` a cleaned value."""
    if name in PARTS:
        content[name] = _children(PARTS[name], content.get(name) or (), value or (), page_id)
    elif name == THEMES:
        content["theme_items"] = _theme_items(content.get("theme_items") or (), value or (), page_id)
    elif name == DESCRIPTION:
        content[name] = to_html(value or "")
    else:
        content[name] = _stored(ClsmPage._meta.get_field(name), value)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return YES if value else NO
    return "" if value is None else str(value)


def _stored(field: Any, value: Any) -> Any:
    if isinstance(field, ManyToManyField):
        return [row.pk for row in value or ()]
    if value is None or value == "":
        if field.null:
            return None
        return False if field.get_internal_type() == "BooleanField" else ""
    if isinstance(value, Model):
        return value.pk
    if isinstance(field, ForeignKey):
        return field.target_field.to_python(value)
    return value.isoformat() if isinstance(value, date) else value


def _cells(part: Part, children: Sequence[Mapping[str, Any]]) -> list[str]:
    ordered = sorted(children, key=lambda child: child.get("sort_order") or 0)
    return [_text(child.get(column)) for child in ordered for column in part.columns]


def _children(
    part: Part, before: Sequence[Mapping[str, Any]], rows: Sequence[Mapping[str, Any]], page_id: int
) -> list[Content]:
    """The rows as children of the page. One that did not change keeps its key; so does, in order, one that did."""
    stored = [{column: _cell(part, column, row[column]) for column in part.columns} for row in rows]
    left = sorted(before, key=lambda child: child.get("sort_order") or 0)
    kept: dict[int, Mapping[str, Any]] = {}
    for place, row in enumerate(stored):
        same = next((child for child in left if all(child.get(key) == value for key, value in row.items())), None)
        if same is not None:
            kept[place] = same
            left.remove(same)
    children = []
    for place, row in enumerate(stored):
        child = kept.get(place) or (left.pop(0) if left else {"pk": None, "page": page_id})
        children.append({**child, **row, "sort_order": place})
    return children


def _cell(part: Part, column: str, value: Any) -> Any:
    """A cell of a draft may lack what publication requires."""
    field = part.model_field(column)
    if value in (None, "") and isinstance(field, ForeignKey):
        return None
    if value in (None, "") and column in part.preset:
        return field.default
    if value in (None, ""):
        return "" if field.empty_strings_allowed and not field.null else None
    return _stored(field, value)


def _theme_items(before: Sequence[Mapping[str, Any]], themes: Sequence[Model], page_id: int) -> list[Content]:
    kept = {item["tag"]: dict(item) for item in before}
    return [kept.get(theme.pk) or {"pk": None, "tag": theme.pk, "content_object": page_id} for theme in themes]
