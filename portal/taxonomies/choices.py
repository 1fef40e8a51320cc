"""The choices of the vocabularies of a form, read in one query."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.forms import BaseForm, ModelChoiceField
from django.forms.models import ModelChoiceIterator

from portal.taxonomies.models import Term


class TermChoices(ModelChoiceIterator):
    """Those of Django, from terms that were read with those of the other fields."""

    def __init__(self, field: Any, read: Callable[[], list[Term]]) -> None:
        super().__init__(field)
        self.read = read

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        for term in self.read():
            yield self.choice(term)

    def __len__(self) -> int:
        return len(self.read()) + (self.field.empty_label is not None)

    def __bool__(self) -> bool:
        return len(self) > 0


def share_terms(forms: Iterable[BaseForm]) -> None:
    """Let the fields of ``forms`` that hold terms of one vocabulary read them together, once they are shown."""
    fields: list[Any] = [field for form in forms for field in form.fields.values() if _vocabulary(field)]
    read: dict[str, list[Term]] = defaultdict(list)

    def terms_of(vocabulary: str) -> list[Term]:
        if not read:
            for term in Term.objects.filter(vocabulary__in={_vocabulary(field) for field in fields}):
                read[term.vocabulary].append(term)
        return read[vocabulary]

    for field in fields:
        vocabulary = _vocabulary(field)
        field.iterator = lambda field, vocabulary=vocabulary: TermChoices(field, lambda: terms_of(vocabulary))
        field.widget.choices = field.choices


def _vocabulary(field: Any) -> str:
    """That of a field of terms; empty for another one."""
    limits: Any = field.limit_choices_to if isinstance(field, ModelChoiceField) else None
    is_one = isinstance(limits, dict) and list(limits) == ["vocabulary"] and field.queryset.model is Term
    return str(limits["vocabulary"]) if is_one else ""
