"""The forms of the editorial review: the grid, the checklist, the override."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from django import forms
from django.http import QueryDict

from caps_sheets.models import Answer, CapsSheetPage, Category, GridReview, OverrideKind, ReviewCriterion, SafeWording
from caps_sheets.models.parts import SheetPart, named
from caps_sheets.review.grid import ABOUT, Earlier, Filled, uncommented
from caps_sheets.review.services import offered_kinds

REASON = {"required": "Dites ce qui est à reprendre : l’autrice ou l’auteur lira ce motif."}


class Row(NamedTuple):
    """One criterion. ``parts``: where to read, none for the whole sheet; ``earlier``: this person’s answer about an
    earlier text, ``is_kept`` while the form still gives it.
    """

    criterion: ReviewCriterion
    answer: forms.BoundField
    comment: forms.BoundField
    parts: list[SheetPart]
    earlier: Earlier | None
    is_kept: bool


class GridForm(forms.Form):
    """One answer and one comment per criterion. An answer may be left empty."""

    reason = forms.CharField(
        label="Motif, si des modifications sont demandées",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Les « non » et leurs commentaires s’y ajoutent ; s’il y en a, ce motif est facultatif.",
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    read = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        criteria: Sequence[ReviewCriterion],
        review: GridReview | None,
        earlier: Mapping[int, Earlier],
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.criteria = {criterion.pk: criterion for criterion in criteria}
        self.earlier = earlier
        self.filled_in: dict[str, list[str]] = {}
        self.is_unsaved = False
        kept = {pk: one.answer for pk, one in earlier.items() if one.is_kept}
        answers = review.answers.all() if review else ()
        known = kept | {answer.criterion_id: answer for answer in answers if answer.value or answer.comment}
        for pk, criterion in self.criteria.items():
            answer = known.get(pk)
            self.fields[f"value-{pk}"] = forms.ChoiceField(
                label=criterion.label,
                choices=Answer.choices,
                required=False,
                widget=forms.RadioSelect,
                initial=answer.value if answer else None,
            )
            self.fields[f"comment-{pk}"] = forms.CharField(
                label=f"Commentaire sur « {criterion.label} »",
                required=False,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 1}),
                initial=answer.comment if answer else "",
            )

    def filled(self) -> Filled:
        data = self.cleaned_data
        return {pk: (data.get(f"value-{pk}", ""), data.get(f"comment-{pk}", "")) for pk in self.criteria}

    @property
    def says_no(self) -> bool:
        return any(value == Answer.NO for value, _ in self.filled().values())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for pk, message in uncommented(self.criteria, self.filled()).items():
            if f"comment-{pk}" not in self.errors:  # too long a comment is not a missing one
                self.add_error(f"comment-{pk}", message)
        return data

    def show_typed(self, data: QueryDict) -> None:
        """Show what was typed, without judging it."""
        self.is_unsaved = True
        self.initial.update({name: data[name] for name in self.fields if name in data})

    def say_yes(self, category: str, filled_in: Collection[str]) -> None:
        """« oui » to what has no answer yet in ``category``. ``filled_in``: the answers that were given so before."""
        for number in Category.values:
            names = [f"value-{pk}" for pk, criterion in self.criteria.items() if criterion.category == number]
            empty = [name for name in names if str(number) == category and not self._given(name)]
            self.initial.update(dict.fromkeys(empty, Answer.YES))
            known = [name for name in names if name in {*filled_in, *empty} and self._given(name) == Answer.YES]
            self.filled_in |= {str(number): known} if known else {}

    def _given(self, name: str) -> Any:
        """The value to show; a bound field would keep the one it had when it was first asked."""
        return self.get_initial_for_field(self.fields[name], name)

    def unsay_yes(self, category: str) -> None:
        """Take back the « oui » given to ``category`` as a whole."""
        self.initial.update(dict.fromkeys(self.filled_in.pop(category, []), ""))

    def rows(self, category: int) -> list[Row]:
        return [self._row(criterion) for criterion in self.criteria.values() if criterion.category == category]

    def _row(self, criterion: ReviewCriterion) -> Row:
        answer, earlier = self[f"value-{criterion.pk}"], self.earlier.get(criterion.pk)
        is_kept = earlier is not None and earlier.is_kept and answer.value() == earlier.answer.value
        return Row(
            criterion, answer, self[f"comment-{criterion.pk}"], named(ABOUT.get(criterion.key, ())), earlier, is_kept
        )


class SafeMessagingForm(forms.Form):
    items = forms.MultipleChoiceField(
        label="Ce que vous avez vérifié dans ce texte",
        choices=SafeWording.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)


class OverrideForm(forms.Form):
    kind = forms.ChoiceField(label="Ce que le Centre décide", widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Motif",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Il reste dans l’historique de la fiche, avec votre nom.",
        error_messages={"required": "Dites pourquoi le Centre passe outre."},
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, sheet: CapsSheetPage, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in offered_kinds(sheet)]  # type: ignore[attr-defined]

    def clean_kind(self) -> OverrideKind:
        return OverrideKind(self.cleaned_data["kind"])
