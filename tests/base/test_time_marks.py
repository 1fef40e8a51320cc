"""The form field of a moment in a sound."""

import pytest
from django import forms

from portal.base.time_marks import TimeMarkField


class MomentForm(forms.Form):
    moment = TimeMarkField(label="Moment", required=False)


@pytest.mark.parametrize(("typed", "seconds"), [("", None), ("12:30", 750), ("1:02:03", 3723), (" 0:00 ", 0)])
def test_a_moment_is_read_in_seconds(typed, seconds):
    form = MomentForm({"moment": typed})
    assert form.is_valid()
    assert form.cleaned_data["moment"] == seconds


def test_seconds_are_shown_as_a_moment():
    assert 'value="12:30"' in str(MomentForm(initial={"moment": 750})["moment"])
    assert 'value="00:00"' in str(MomentForm(initial={"moment": 0})["moment"])


def test_a_mistake_is_told_and_comes_back_as_typed():
    form = MomentForm({"moment": "12 h"})
    assert form.errors["moment"] == ["Écrivez le repère en minutes et secondes, par exemple 12:30."]
    assert 'value="12 h"' in str(form["moment"])


@pytest.mark.parametrize(
    ("initial", "typed", "changed"),
    [(750, "12:30", False), (750, "0:12:30", False), (None, "", False), (750, "", True), (0, "", True), (1, "x", True)],
)
def test_only_another_moment_is_a_change(initial, typed, changed):
    assert MomentForm({"moment": typed}, initial={"moment": initial}).has_changed() is changed
