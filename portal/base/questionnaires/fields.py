"""The form field of a question."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db.models import URLField
from django.forms.models import apply_limit_choices_to_to_formfield
from django.utils.text import capfirst

from portal.base.questionnaires.values import LONGEST, YES, YES_NO
from portal.base.tables.cells import dated


class YesNoField(forms.TypedChoiceField):
    """Yes, no, or not answered: None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            choices=YES_NO, coerce=lambda value: value == YES, empty_value=None, widget=forms.RadioSelect, **kwargs
        )


class DayField(forms.DateField):
    """A day as people write it: « 12/03/2024 », « mars 2024 », « 2024 ».

    A month or a year is its first day, or its last one (``is_end``): ``help_text`` says so before anybody types.
    """

    widget = forms.TextInput(attrs={"placeholder": "jj/mm/aaaa", "size": 16, "autocomplete": "off"})

    def __init__(self, *, is_end: bool = False, help_text: str = "", **kwargs: Any) -> None:
        month, year = ("au dernier jour", "au 31 décembre") if is_end else ("au 1er", "au 1er janvier")
        alone = f"Un mois ou une année suffit (« 03/2024 », « 2024 ») : la date est mise {month} du mois, ou {year}."
        super().__init__(help_text=" ".join(filter(None, (str(help_text), alone))), **kwargs)
        self.is_end = is_end

    def to_python(self, value: Any) -> date | None:
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value)
        return day_of(value, is_end=self.is_end)

    def prepare_value(self, value: Any) -> Any:
        try:
            return f"{date.fromisoformat(value):%d/%m/%Y}"
        except (TypeError, ValueError):
            return value


def day_of(text: str, *, is_end: bool = False) -> date:
    """Raise ``ValidationError`` in French."""
    try:
        written = dated(text, lambda remark: None, may_be_future=True)
    except ValueError:
        raise ValidationError(f"« {text} » n’est pas une date : écrivez 12/03/2024, 03/2024 ou 2024.") from None
    day = written.day
    if not is_end or written.precision == "jour":
        return day
    month = 12 if written.precision == "annee" else day.month
    return date(day.year, month, monthrange(day.year, month)[1])


def _validators(model_field: Any, field: forms.Field) -> Iterator[Any]:
    """Those of the form field, then those of the model that it does not have: only a ModelForm runs them by itself."""
    yield from field.validators
    if not model_field.is_relation:
        yield from (validator for validator in model_field.validators if validator not in field.validators)
    if isinstance(field, forms.CharField) and field.max_length is None:
        yield MaxLengthValidator(LONGEST)


def form_field(model_field: Any, widget: Any = None, *, is_end: bool = False, **options: Any) -> forms.Field:
    """The form field of ``model_field``. ``widget``: a widget or its class; ``RadioSelect`` has no empty choice.

    ``is_end``: the last day of a period.
    """
    kind = model_field.get_internal_type()
    if kind == "BooleanField":
        return YesNoField(**options)
    if widget is forms.RadioSelect:
        choices = [(value, capfirst(text)) for value, text in model_field.choices]
        return forms.ChoiceField(choices=choices, widget=widget, **options)
    if kind == "DateField":
        return DayField(is_end=is_end, validators=model_field.validators, **options)
    if isinstance(model_field, URLField):
        options["assume_scheme"] = "https"
    if widget is not None:
        options["widget"] = widget
    field = model_field.formfield(**options)
    field.validators = list(_validators(model_field, field))
    # Only a ModelForm does it by itself.
    apply_limit_choices_to_to_formfield(field)
    return field
