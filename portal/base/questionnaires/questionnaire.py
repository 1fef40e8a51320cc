"""A questionnaire: its steps and questions, what is required to send it, and the answers as a person reads them.

A room declares a subclass of ``Questionnaire`` over a model that inherits from ``TypedAnswer``.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst

from portal.base.locks import locked
from portal.base.questionnaires import values
from portal.base.questionnaires.fields import day_of, form_field
from portal.base.questionnaires.models import TypedAnswer
from portal.base.questionnaires.values import Raw

Answer = TypeVar("Answer", bound=TypedAnswer)


@dataclass(frozen=True)
class QuestionnaireStep:
    """A minute or two of questions. ``key`` is part of the URL; ``fields`` are names of model fields."""

    key: str
    title: str
    lede: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class MissingAnswer:
    """One answer to give or to correct before sending. ``url`` leads to its step."""

    field: str
    label: str
    step: QuestionnaireStep
    url: str


@dataclass(frozen=True)
class SummaryLine:
    """``text`` is « – » without an answer; ``is_unreadable``: the input cannot be parsed."""

    label: str
    text: str
    is_unreadable: bool


@dataclass(frozen=True)
class SummaryPart:
    step: QuestionnaireStep
    lines: list[SummaryLine]
    url: str


class Questionnaire(Generic[Answer]):
    """The questions about one model.

    ``required`` fields are asked for before sending; a draft is saved without them. ``labels``, ``help_texts`` and
    ``widgets`` are those of a ``ModelForm``, where they differ from the model field.
    """

    model: type[Answer]
    steps: tuple[QuestionnaireStep, ...] = ()
    required: Collection[str] = ()
    labels: Mapping[str, str] = {}
    help_texts: Mapping[str, str] = {}
    widgets: Mapping[str, forms.Widget | type[forms.Widget]] = {}
    #: First and last day of a period: the second is not before the first.
    periods: Collection[tuple[str, str]] = ()

    def step_url(self, answer: Answer, step: QuestionnaireStep) -> str:
        raise NotImplementedError

    def start_url(self, answer: Answer) -> str:
        return self.step_url(answer, self.steps[0])

    def closed_reason(self, answer: Answer) -> str:
        """Why ``answer`` accepts no more input, in a French sentence; empty while it does."""
        return ""

    @cached_property
    def fields(self) -> tuple[str, ...]:
        return tuple(name for step in self.steps for name in step.fields)

    def find_step(self, key: str) -> QuestionnaireStep | None:
        return next((step for step in self.steps if step.key == key), None)

    def step_with(self, field: str) -> QuestionnaireStep:
        """The step that holds ``field``."""
        return next(step for step in self.steps if field in step.fields)

    def next_step(self, step: QuestionnaireStep) -> QuestionnaireStep | None:
        """The step after ``step``; None after the last, where the answer is checked and sent."""
        place = self.steps.index(step) + 1
        return self.steps[place] if place < len(self.steps) else None

    def field_of(self, name: str) -> Any:
        """The model field; typed Any, because Django's relations have no common interface."""
        return self.model._meta.get_field(name)

    def label_of(self, name: str) -> str:
        return str(self.field_of(name).verbose_name)

    def build_field(self, answer: Answer, name: str) -> forms.Field:
        """The form field of ``name``; a subclass gives the choices that depend on ``answer``."""
        is_end = name in dict(self.periods).values()
        return form_field(self.field_of(name), self.widgets.get(name), is_end=is_end, **self.field_options(name))

    def field_options(self, name: str) -> dict[str, Any]:
        """The options that every form field takes."""
        return {
            "required": name in self.required,
            "label": capfirst(self.labels.get(name, self.label_of(name))),
            "help_text": self.help_texts.get(name, self.field_of(name).help_text),
        }

    def lock(self, answer: Answer) -> Answer:
        """``answer`` as stored, locked until the end of the transaction."""
        return locked(answer)

    def period_errors(self, answer: Answer, names: Collection[str]) -> dict[str, str]:
        """Field among ``names`` → why its saved day does not go with that of another field."""
        errors = {}
        for first, last in self.periods:
            start, end = getattr(answer, first), getattr(answer, last)
            if last in names and start and end and end < start:
                errors[last] = f"La fin précède le début ({start:%d/%m/%Y}) : corrigez l’un ou l’autre."
        return errors

    def save(self, answer: Answer) -> None:
        """Store ``answer`` and the values that ``set_value`` gave it."""
        answer.save()

    def normalised(self, name: str, typed: Iterable[str]) -> Raw:
        """The input of ``name`` as compared and stored: the same day, however it is written, is no change."""
        raw = values.normalised(typed)
        if self.field_of(name).get_internal_type() != "DateField":
            return raw
        return [self._day_text(name, text) for text in raw]

    def _day_text(self, name: str, text: str) -> str:
        try:
            return day_of(text, is_end=name in dict(self.periods).values()).isoformat()
        except ValidationError:
            return text

    def raw_value(self, answer: Answer, name: str) -> Raw:
        """The form value of ``name``: the last input, valid or not."""
        if name in answer.typed:
            return list(answer.typed[name])
        return values.raw_value(answer, self.field_of(name))

    def set_value(self, answer: Answer, name: str, value: Any) -> None:
        """Give ``answer`` a cleaned value. The caller saves ``answer``."""
        values.set_value(answer, self.field_of(name), value)

    def readable(self, name: str, raw: Sequence[str]) -> str:
        return values.readable(self.field_of(name), raw)

    def missing_answers(self, answer: Answer) -> list[MissingAnswer]:
        """Required fields that are empty, and inputs that cannot be parsed, in the order of the declaration."""
        empty = (name for name in self.required if name not in answer.typed and self.is_empty(answer, name))
        missing = [self.missing_answer(answer, name, self.label_of(name)) for name in empty]
        unreadable = [self.missing_answer(answer, name, f"{self.label_of(name)} (à corriger)") for name in answer.typed]
        return missing + unreadable

    def missing_answer(self, answer: Answer, name: str, label: str) -> MissingAnswer:
        step = self.step_with(name)
        return MissingAnswer(name, label, step, self.step_url(answer, step))

    def is_empty(self, answer: Answer, name: str) -> bool:
        return values.is_empty(answer, self.field_of(name))

    def summary(self, answer: Answer) -> list[SummaryPart]:
        """Every question, answered or not, in a fixed number of queries."""
        return [
            SummaryPart(step, list(self._lines(answer, step.fields)), self.step_url(answer, step))
            for step in self.steps
        ]

    def _lines(self, answer: Answer, names: Iterable[str]) -> Iterable[SummaryLine]:
        for name in names:
            text = self.readable(name, self.raw_value(answer, name))
            yield SummaryLine(capfirst(self.label_of(name)), text, name in answer.typed)
