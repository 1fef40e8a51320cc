"""The form of a census answer, and the answer as text, by step and question.

A draft accepts any input: what cannot be parsed is shown again with its error. A field of an answer has three forms:
its value, what a form holds for it, and what a person reads.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, cast

from django import forms
from django.db.models import ForeignKey, ManyToManyField, Model
from django.forms.models import ModelChoiceIterator
from django.utils.datastructures import MultiValueDict

from caps_sheets.capitalisation.census.questionnaire import REQUIRED, STEPS, QuestionnaireStep, field_of, label_of
from caps_sheets.capitalisation.models import CensusAnswer
from network.models.covered_area import stored_covered_area
from network.territories.models import Commune
from portal.taxonomies.models import Term, Theme
from portal.taxonomies.widgets import TermCheckboxes

#: Number of choices that a phone shows at once; a longer list is collapsed.
SHORT_LIST = 10

YES, NO = "oui", "non"

YES_NO = ((YES, "Oui"), (NO, "Non"))

TERMS = ("objectives", "audiences", "settings", "action_types", "funders")

RADIOS = ("progress", "involvement", "evaluation", "wish")

LONG = {"description": 6, "partners": 3, "went_well": 4, "went_wrong": 4, "availability": 2, "access_needs": 2}

#: What browsers may fill in.
OWN = {
    "respondent_role": {"autocomplete": "organization-title"},
    "respondent_email": {"autocomplete": "email"},
}

LABELS = {
    "allows_publication": "autorisez-vous la fiche courte publique ?",
    "in_qpv": "l’action concerne-t-elle un quartier prioritaire (QPV) ?",
}

HELP = {
    "link": "Une adresse complète, par exemple https://www.exemple.fr/action",
    "themes": "Repris de votre profil : décochez ceux qui ne concernent pas cette action.",
    "communes": "Celles de votre profil : décochez celles où l’action n’a pas lieu.",
    "qpv_names": "Si l’action concerne un ou plusieurs quartiers prioritaires.",
    "access_needs": "Ce qui rendrait un entretien ou une visite difficile pour vous ou pour le porteur.",
    "respondent_email": "Pour que le Centre puisse vous répondre. Jamais affiché au public.",
    "allows_publication": (
        "Une fiche courte – intitulé, description, thèmes, publics, communes, dates, porteur – paraît sur le portail"
        " une fois l’action recensée. Vous pourrez changer d’avis en écrivant au Centre."
    ),
}


class GroupedThemes(ModelChoiceIterator):
    """The active themes and those already chosen, under their objective."""

    def __iter__(self) -> Any:
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        themes = self.queryset.select_related("objective").order_by("objective__order", "order", "name")
        for objective, group in groupby(themes, key=lambda theme: theme.objective):
            yield (objective.label, [self.choice(theme) for theme in group])


class ThemeField(forms.ModelChoiceField):
    iterator = GroupedThemes


class ThemesField(forms.ModelMultipleChoiceField):
    iterator = GroupedThemes


class YesNoField(forms.TypedChoiceField):
    """Yes, no, or not answered: None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            choices=YES_NO, coerce=lambda value: value == YES, empty_value=None, widget=forms.RadioSelect, **kwargs
        )


class AnswerForm(forms.Form):
    """Some fields of one answer. Required ones are marked so, but an empty one is never an error here."""

    use_required_attribute = False

    def __init__(self, answer: CensusAnswer, names: Iterable[str], typed: Mapping[str, list[str]]) -> None:
        super().__init__(MultiValueDict({name: list(values) for name, values in typed.items()}))
        self.fields = {name: build_field(answer, name) for name in names}

    def full_clean(self) -> None:
        super().full_clean()
        for name, errors in list(self.errors.items()):
            if any(error.code == "required" for error in errors.as_data()):
                del self.errors[name]


@dataclass(frozen=True)
class Question:
    """One field in a step: a long list is collapsed, unless an answer is required or cannot be parsed."""

    field: forms.BoundField
    is_long: bool
    count: int
    is_open: bool


def questions(form: AnswerForm) -> list[Question]:
    return [_question(field) for field in form]


def _question(field: forms.BoundField) -> Question:
    is_list = isinstance(field.field, forms.ModelMultipleChoiceField)
    count = len(field.value() or []) if is_list else 0
    is_long = is_list and len(cast(Any, field.field).choices) > SHORT_LIST
    return Question(field, is_long, count, bool(field.errors) or (field.field.required and not count))


def build_field(answer: CensusAnswer, name: str) -> forms.Field:
    model_field = field_of(name)
    options: dict[str, Any] = {"required": name in REQUIRED, "help_text": HELP.get(name, model_field.help_text)}
    label = LABELS.get(name, str(model_field.verbose_name))
    options["label"] = label[0].upper() + label[1:]
    if name in ("main_theme", "themes"):
        return _theme_field(answer, name, options)
    if name == "communes":
        return _communes_field(answer, options)
    if name in ("in_qpv", "allows_publication"):
        return YesNoField(**options)
    if name in RADIOS:
        choices = [(value, text[0].upper() + text[1:]) for value, text in model_field.choices]
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **options)
    if name in TERMS:
        # A form field built outside a ModelForm ignores limit_choices_to.
        options["queryset"] = Term.objects.filter(**model_field.get_limit_choices_to())
    field = model_field.formfield(**options, **_widget(name))
    field.widget.attrs |= OWN.get(name, {})
    return field


def _widget(name: str) -> dict[str, Any]:
    if name in LONG:
        return {"widget": forms.Textarea(attrs={"rows": LONG[name]})}
    if name in ("start_date", "end_date"):
        return {"widget": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})}
    if name == "link":
        return {"assume_scheme": "https"}
    return {"widget": TermCheckboxes} if name in TERMS else {}


def _theme_field(answer: CensusAnswer, name: str, options: dict[str, Any]) -> forms.Field:
    if name == "main_theme":
        chosen = Theme.objects.filter(pk__in=[answer.main_theme_id] if answer.main_theme_id else [])
        return ThemeField(Theme.objects.filter(is_active=True) | chosen, empty_label="À choisir", **options)
    chosen = Theme.objects.filter(pk__in=answer.themes.values("pk"))
    return ThemesField(Theme.objects.filter(is_active=True) | chosen, widget=forms.CheckboxSelectMultiple, **options)


def _communes_field(answer: CensusAnswer, options: dict[str, Any]) -> forms.Field:
    kept = Commune.objects.filter(pk__in=answer.communes.values("pk"))
    communes = (stored_covered_area(answer.clsm_id) | kept).order_by("name", "code")
    return forms.ModelMultipleChoiceField(communes, widget=forms.CheckboxSelectMultiple, **options)


Raw = list[str]

#: Maximum length stored of an input that cannot be parsed: more than any field accepts.
LONGEST = 20_000


def normalised(values: Iterable[str]) -> Raw:
    """The input as compared and stored: no empty value, Unix line ends, no null character, sorted."""
    cleaned = (value.replace("\x00", "").replace("\r\n", "\n").strip()[:LONGEST] for value in values)
    return sorted(value for value in cleaned if value)


def raw_value(answer: CensusAnswer, name: str) -> Raw:
    """The form value of ``name``: the last input, valid or not."""
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
    """The text of ``raw`` (as stored): labels of the choices, dates in French, « – » for nothing."""
    raw = raw_value(answer, name) if raw is None else raw
    if not raw:
        return "–"
    field = field_of(name)
    if isinstance(field, ManyToManyField | ForeignKey):
        return ", ".join(map(str, _rows(field.related_model, raw))) or "–"
    labels = dict(field.flatchoices) or ({YES: "Oui", NO: "Non"} if field.get_internal_type() == "BooleanField" else {})
    return ", ".join(_text(field.get_internal_type(), labels.get(value, value)) for value in raw)


def _rows(model: type[Model], raw: Sequence[str]) -> list[Model]:
    """In the order of the vocabulary; deleted rows are left out."""
    keys = [value for value in raw if value.isdigit() or model._meta.pk.get_internal_type() == "CharField"]
    return list(model._default_manager.filter(pk__in=keys))


def _text(kind: str, text: str) -> str:
    if kind != "DateField":
        return text
    try:
        return f"{date.fromisoformat(text):%d/%m/%Y}"
    except ValueError:
        return text


@dataclass(frozen=True)
class SummaryLine:
    """``text`` is « – » without an answer."""

    name: str
    label: str
    text: str
    is_required: bool
    is_unreadable: bool


@dataclass(frozen=True)
class SummaryPart:
    step: QuestionnaireStep
    lines: list[SummaryLine]


def summary(answer: CensusAnswer) -> list[SummaryPart]:
    """Every question of the questionnaire, answered or not, in a fixed number of queries."""
    return [SummaryPart(step, [line(answer, name) for name in step.fields]) for step in STEPS]


def line(answer: CensusAnswer, name: str) -> SummaryLine:
    label = label_of(name)
    is_unreadable = name in answer.typed
    return SummaryLine(name, label[0].upper() + label[1:], readable(answer, name), name in REQUIRED, is_unreadable)
