"""The form of a step. A draft accepts any input: what cannot be parsed is shown again with its error."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.utils.datastructures import MultiValueDict

from portal.base.questionnaires.models import TypedAnswer
from portal.base.questionnaires.questionnaire import Answer, Questionnaire

#: Number of choices that a phone shows at once; a longer list is collapsed.
SHORT_LIST = 10


class AnswerForm(forms.Form):
    """Some fields of one answer. Required ones are marked so, but an empty one is never an error here."""

    use_required_attribute = False

    def __init__(
        self,
        questionnaire: Questionnaire[Answer],
        answer: Answer,
        names: Iterable[str],
        typed: Mapping[str, list[str]],
    ) -> None:
        super().__init__(MultiValueDict({name: list(values) for name, values in typed.items()}))
        self.fields = {name: questionnaire.build_field(answer, name) for name in names}

    def full_clean(self) -> None:
        super().full_clean()
        for name, errors in list(self.errors.items()):
            if any(error.code == "required" for error in errors.as_data()):
                del self.errors[name]


@dataclass(frozen=True)
class Question:
    """One field in a step.

    A long list is collapsed, unless an answer is required, cannot be parsed, or was ticked by nobody yet: what the
    portal filled in is sent with the rest, so it must be seen.
    """

    field: forms.BoundField
    is_long: bool
    count: int
    is_open: bool


def questions(form: AnswerForm, answer: TypedAnswer) -> list[Question]:
    return [_question(field, is_typed=field.name in answer.field_revisions) for field in form]


def _question(field: forms.BoundField, *, is_typed: bool) -> Question:
    is_list = isinstance(field.field, forms.ModelMultipleChoiceField)
    count = len(field.value() or []) if is_list else 0
    is_long = is_list and len(cast(Any, field.field).choices) > SHORT_LIST
    is_to_see = not is_typed if count else field.field.required
    return Question(field, is_long, count, bool(field.errors) or is_to_see)
