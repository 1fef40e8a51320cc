"""The form field of a question."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.db.models import URLField
from django.forms.models import apply_limit_choices_to_to_formfield
from django.utils.text import capfirst

from portal.base.questionnaires.values import LONGEST, YES, YES_NO


class YesNoField(forms.TypedChoiceField):
    """Yes, no, or not answered: None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            choices=YES_NO, coerce=lambda value: value == YES, empty_value=None, widget=forms.RadioSelect, **kwargs
        )


def _validators(model_field: Any, field: forms.Field) -> Iterator[Any]:
    """Those of the form field, then those of the model that it does not have: only a ModelForm runs them by itself."""
    yield from field.validators
    if not model_field.is_relation:
        yield from (validator for validator in model_field.validators if validator not in field.validators)
    if isinstance(field, forms.CharField) and field.max_length is None:
        yield MaxLengthValidator(LONGEST)


def form_field(model_field: Any, widget: Any = None, **options: Any) -> forms.Field:
    """The form field of ``model_field``. ``widget``: a widget or its class; ``RadioSelect`` has no empty choice."""
    kind = model_field.get_internal_type()
    if kind == "BooleanField":
        return YesNoField(**options)
    if widget is forms.RadioSelect:
        choices = [(value, capfirst(text)) for value, text in model_field.choices]
        return forms.ChoiceField(choices=choices, widget=widget, **options)
    if kind == "DateField" and widget is None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    if isinstance(model_field, URLField):
        options["assume_scheme"] = "https"
    if widget is not None:
        options["widget"] = widget
    field = model_field.formfield(**options)
    field.validators = list(_validators(model_field, field))
    # Only a ModelForm does it by itself.
    apply_limit_choices_to_to_formfield(field)
    return field
