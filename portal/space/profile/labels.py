"""The answers of a profile as a person reads them: what their keys name is read at once, one query for each table."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import ForeignKey, ManyToManyField, Model
from django.utils.text import capfirst

from network.models import ClsmPage
from portal.base.questionnaires.values import Raw, readable
from portal.space.profile.drafts import THEMES
from portal.space.profile.lists import PARTS, Part, rows_by_key
from portal.taxonomies.models import Theme

NOTHING = "–"


class Labels:
    def __init__(self, answers: Iterable[tuple[str, Sequence[str]]]) -> None:
        keys: dict[type[Model], set[str]] = defaultdict(set)
        for name, raw in answers:
            for model, key in _keys(name, raw):
                keys[model].add(key)
        self.rows = {
            model: {str(key): row for key, row in rows_by_key(model, wanted).items()} for model, wanted in keys.items()
        }

    def text(self, name: str, raw: Sequence[str]) -> str:
        if not raw:
            return NOTHING
        if name in PARTS:
            return "\n".join(self._row(PARTS[name], row) for row in PARTS[name].rows(raw))
        if model := _model(name):
            texts = [(order, str(row)) for order, row in self._named(model, raw)]
            return ", ".join(text for _, text in sorted(texts)) or NOTHING
        field: Any = ClsmPage._meta.get_field(name)
        is_choice = bool(field.choices) or field.get_internal_type() == "BooleanField"
        return capfirst(readable(field, raw)) if is_choice else readable(field, raw)

    def _row(self, part: Part, cells: Sequence[str]) -> str:
        texts = []
        for column, cell in zip(part.columns, cells, strict=True):
            field = part.model_field(column)
            if not cell:
                continue
            if isinstance(field, ForeignKey):
                texts.append(str(self.rows.get(field.related_model, {}).get(cell, NOTHING)))
            else:
                texts.append(readable(field, [cell]))
        return " – ".join(texts) or capfirst(part.name_of_row)

    def _named(self, model: type[Model], raw: Sequence[str]) -> Iterator[tuple[int, Any]]:
        known = self.rows.get(model, {})
        for key in raw:
            if key in known:
                yield getattr(known[key], "order", 0), known[key]


def _model(name: str) -> Any:
    """The table that the keys of ``name`` belong to; None for a plain value."""
    if name == THEMES:
        return Theme
    field = ClsmPage._meta.get_field(name)
    return field.related_model if isinstance(field, ForeignKey | ManyToManyField) else None


def _keys(name: str, raw: Raw | Sequence[str]) -> Iterator[tuple[Any, str]]:
    if name in PARTS:
        part = PARTS[name]
        for row in part.rows(raw):
            for column, cell in zip(part.columns, row, strict=True):
                if cell and isinstance(part.model_field(column), ForeignKey):
                    yield part.model_field(column).related_model, cell
    elif model := _model(name):
        for key in raw:
            yield model, key
