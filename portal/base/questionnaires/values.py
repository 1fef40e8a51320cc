"""The value of a model field as a form holds it, and as a person reads it."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import ForeignKey, ManyToManyField, Model

from portal.base.numbers import posted_number

Raw = list[str]

#: Characters of a text whose field sets no other limit.
LONGEST = 20_000

YES, NO = "oui", "non"

YES_NO = ((YES, "Oui"), (NO, "Non"))


def normalised(values: Iterable[str]) -> Raw:
    """The input as compared and stored: no empty value, Unix line ends, no null character, sorted."""
    cleaned = (value.replace("\x00", "").replace("\r\n", "\n").strip() for value in values)
    return sorted(value for value in cleaned if value)


def raw_value(row: Model, field: Any) -> Raw:
    """What a form holds for the saved value of ``field``."""
    if isinstance(field, ManyToManyField):
        return sorted(str(related.pk) for related in getattr(row, field.name).all())
    value = getattr(row, field.attname if isinstance(field, ForeignKey) else field.name)
    return normalised([_raw_text(value)])


def is_empty(row: Model, field: Any) -> bool:
    value: Any = getattr(row, field.name)
    if isinstance(field, ManyToManyField):
        return not value.exists() if row.pk else True
    return value is None or (isinstance(value, str) and not value.strip())


def set_value(row: Model, field: Any, value: Any) -> None:
    """Give ``row`` a cleaned value, or none. A relation to many is written at once, the rest by the next ``save()``."""
    if isinstance(field, ManyToManyField):
        getattr(row, field.name).set(value or [])
    else:
        empty = "" if field.empty_strings_allowed and not field.null else None
        setattr(row, field.name, empty if value is None else value)


def readable(field: Any, raw: Sequence[str]) -> str:
    """The text of ``raw``: labels of the choices, dates in French, « – » for nothing."""
    if not raw:
        return "–"
    if isinstance(field, ManyToManyField | ForeignKey):
        return ", ".join(map(str, _rows(field.related_model, raw))) or "–"
    kind = field.get_internal_type()
    labels = dict(field.flatchoices) or (dict(YES_NO) if kind == "BooleanField" else {})
    return ", ".join(_readable_text(kind, labels.get(value, value)) for value in raw)


def _raw_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    return value.isoformat() if isinstance(value, date) else str(value)


def _rows(model: type[Model], raw: Sequence[str]) -> list[Model]:
    """In the order of the vocabulary; deleted rows are left out."""
    is_text = model._meta.pk.get_internal_type() == "CharField"
    keys = [value for value in raw if is_text or posted_number(value)]
    return list(model._default_manager.filter(pk__in=keys))


def _readable_text(kind: str, text: str) -> str:
    if kind != "DateField":
        return text
    try:
        return f"{date.fromisoformat(text):%d/%m/%Y}"
    except ValueError:
        return text
