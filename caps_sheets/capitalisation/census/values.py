"""The three faces of a field of an answer: its value, what a form holds for it, and what a person reads."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import ForeignKey, ManyToManyField, Model

from caps_sheets.capitalisation.census.completeness import field_of
from caps_sheets.capitalisation.census.forms import NO, YES
from caps_sheets.capitalisation.models import CensusAnswer

Raw = list[str]
#: Characters kept of one field typed in a way that cannot be read: more than any field accepts.
LONGEST = 20_000


def normalised(values: Iterable[str]) -> Raw:
    """What was typed, as it is compared and kept: no empty value, Unix line ends, no null character, sorted."""
    cleaned = (value.replace("\x00", "").replace("\r\n", "\n").strip()[:LONGEST] for value in values)
    return sorted(value for value in cleaned if value)


def raw_value(answer: CensusAnswer, name: str) -> Raw:
    """What the form holds for ``name``: what was typed last, readable or not."""
    if name in answer.typed:
        return list(answer.typed[name])
    field = field_of(name)
    if isinstance(field, ManyToManyField):
        return sorted(str(row.pk) for row in getattr(answer, name).all())
    value = getattr(answer, field.attname if isinstance(field, ForeignKey) else name)
    return normalised([raw_text(value)])


def raw_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    return value.isoformat() if isinstance(value, date) else str(value)


def readable(answer: CensusAnswer, name: str, raw: Sequence[str] | None = None) -> str:
    """What a person reads of ``raw`` (what is saved): labels of the choices, dates in French, « – » for nothing."""
    raw = raw_value(answer, name) if raw is None else raw
    if not raw:
        return "–"
    field = field_of(name)
    if isinstance(field, ManyToManyField | ForeignKey):
        return ", ".join(map(str, _rows(field.related_model, raw))) or "–"
    labels = dict(field.flatchoices) or ({YES: "Oui", NO: "Non"} if field.get_internal_type() == "BooleanField" else {})
    return ", ".join(_text(field.get_internal_type(), labels.get(value, value)) for value in raw)


def _rows(model: type[Model], raw: Sequence[str]) -> list[Model]:
    """In the order of the vocabulary; what no longer exists is left out."""
    keys = [value for value in raw if value.isdigit() or model._meta.pk.get_internal_type() == "CharField"]
    return list(model._default_manager.filter(pk__in=keys))


def _text(kind: str, text: str) -> str:
    if kind != "DateField":
        return text
    try:
        return f"{date.fromisoformat(text):%d/%m/%Y}"
    except ValueError:
        return text
