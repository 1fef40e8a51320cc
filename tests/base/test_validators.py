"""What people type in several rooms: a function and never a person, a day that has come."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from portal.base.validators import check_function, past_day


@pytest.mark.parametrize("text", ["infirmière de CMP", "Élue à la santé", "Directrice du GEM, 2 sites", ""])
def test_function_is_kept_as_it_is(text):
    assert check_function(text) == text


@pytest.mark.parametrize("text", ["Mme Exemple", "le Dr Exemple", "camille@ville.example", "06 12 34 56 78"])
def test_person_is_refused_where_a_function_is_asked(text):
    with pytest.raises(ValidationError, match="sans nom ni coordonnées"):
        check_function(text)


def test_day_is_today_in_paris_at_the_latest(month_end):
    today = timezone.localdate()
    assert past_day(today) == today
    with pytest.raises(ValidationError, match="à venir"):
        past_day(today + timedelta(days=1))
