"""The forms of the page of a case file. Each carries the revision of the file that was on screen."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django import forms
from django.forms import BoundField
from wagtail.admin.widgets import AdminDateInput

from caps_sheets.capitalisation.case_files.edits import DETAILS, CriterionInput
from caps_sheets.capitalisation.case_files.permissions import possible_owners
from caps_sheets.capitalisation.case_files.queries import FramingLine
from caps_sheets.capitalisation.models import MAX_SCORE, CaseFile, FramingCriterion, Stage
from portal.users.models import User

YES, NO = "oui", "non"


class SeenForm(forms.Form):
    """``revision``: that of the file when the form was shown."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class MoveForm(SeenForm):
    reason = forms.CharField(
        label="Motif interne",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Lu au Centre et par l’accompagnateur·rice du dossier, jamais par le CLSM.",
    )
    message = forms.CharField(
        label="Message au CLSM",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Facultatif. Ajouté à l’avis que reçoit le CLSM, et montré sur sa page.",
    )
    due_on = forms.DateField(required=False, widget=AdminDateInput)

    def __init__(
        self, *args: Any, needs_reason: bool, writes_to_clsm: bool, leads_to: Stage | None, **kwargs: Any
    ) -> None:
        """``leads_to``: the stage after the decision, if it differs; it has its own due date."""
        super().__init__(*args, **kwargs)
        if needs_reason:
            self.fields["reason"].required = True
            self.fields["reason"].error_messages["required"] = "Dites le motif de cette décision."
        else:
            del self.fields["reason"]
        if not writes_to_clsm:
            del self.fields["message"]
        if leads_to is None:
            del self.fields["due_on"]
        else:
            self.fields["due_on"].label = f"Échéance de l’étape « {leads_to.label} »"


class OwnerForm(SeenForm):
    owner = forms.ModelChoiceField(
        label="Accompagnateur·rice", queryset=User.objects.none(), required=False, empty_label="personne"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = possible_owners()  # type: ignore[attr-defined]


class DetailsForm(forms.ModelForm):
    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    class Meta:
        model = CaseFile
        fields = DETAILS
        widgets = {
            "due_on": AdminDateInput,
            "carrier_agreed_on": AdminDateInput,
            "plan_validated_on": AdminDateInput,
            "contacts": forms.Textarea(attrs={"rows": 3}),
            "schedule": forms.Textarea(attrs={"rows": 3}),
            "notes": forms.Textarea(attrs={"rows": 5}),
        }

    def say_what_was_saved(self, current: CaseFile) -> None:
        """Beside each field that somebody else changed, its current value: nothing is overwritten silently."""
        for name in self._meta.fields:  # type: ignore[union-attr]
            saved = getattr(current, name)
            if saved != self.cleaned_data.get(name):
                shown = saved.strftime("%d/%m/%Y") if hasattr(saved, "strftime") else saved
                self.add_error(name, f"Enregistré entre-temps : {shown or 'rien'}.")


class GridLine(NamedTuple):
    """One criterion of the grid with its bound fields."""

    criterion: FramingCriterion
    value: BoundField
    comment: BoundField


class FramingForm(SeenForm):
    """The whole grid: oui / non for blocking criteria, 0 to 3 for the others; everything may be left empty."""

    def __init__(self, *args: Any, lines: list[FramingLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            self.fields[_name("value", line)] = _value_field(line)
            self.fields[_name("comment", line)] = forms.CharField(
                label=f"Commentaire : {line.criterion}",
                required=False,
                initial=line.answer.comment if line.answer else "",
                widget=forms.Textarea(attrs={"rows": 1}),
            )

    @property
    def blocking_lines(self) -> Iterator[GridLine]:
        return (line for line in self._grid() if line.criterion.is_blocking)

    @property
    def weighted_lines(self) -> Iterator[GridLine]:
        return (line for line in self._grid() if not line.criterion.is_blocking)

    def answers(self) -> list[CriterionInput]:
        return [self._answer(line) for line in self.lines]

    def _grid(self) -> Iterator[GridLine]:
        for line in self.lines:
            yield GridLine(line.criterion, self[_name("value", line)], self[_name("comment", line)])

    def _answer(self, line: FramingLine) -> CriterionInput:
        value, comment = self.cleaned_data[_name("value", line)], self.cleaned_data[_name("comment", line)]
        if line.criterion.is_blocking:
            return CriterionInput(line.criterion, is_met=value == YES if value else None, comment=comment)
        return CriterionInput(line.criterion, score=int(value) if value else None, comment=comment)


def _name(kind: str, line: FramingLine) -> str:
    return f"{kind}_{line.criterion.pk}"


def _value_field(line: FramingLine) -> forms.ChoiceField:
    blocking = line.criterion.is_blocking
    choices = [(YES, "oui"), (NO, "non")] if blocking else [(str(n), str(n)) for n in range(MAX_SCORE + 1)]
    return forms.ChoiceField(
        label=line.criterion.label,
        help_text=line.criterion.help,
        choices=[("", "sans réponse"), *choices],
        required=False,
        initial=_initial(line),
    )


def _initial(line: FramingLine) -> str:
    if line.answer is None:
        return ""
    if line.criterion.is_blocking:
        return {True: YES, False: NO, None: ""}[line.answer.is_met]
    return "" if line.answer.score is None else str(line.answer.score)
