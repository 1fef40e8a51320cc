"""Dates as a French reader writes them: in words on the pages, the day first in the fields."""

import re
from datetime import UTC, date, datetime

import pytest
from django import forms
from django.template import Context, Template
from wagtail.admin.widgets import AdminDateInput, AdminDateTimeInput

from tests.architecture.sources import files, shown


def drawn(template: str, value: object) -> str:
    return Template(template).render(Context({"value": value}))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (date(2026, 9, 1), "1er septembre 2026"),
        (date(2026, 9, 2), "2 septembre 2026"),
        (date(2026, 9, 11), "11 septembre 2026"),
        (datetime(2026, 8, 31, 23, 30, tzinfo=UTC), "1er septembre 2026"),  # half past one in Paris
        (None, ""),
        ("hier", ""),
    ],
)
def test_the_first_of_a_month_is_an_ordinal(value, text):
    assert drawn("{{ value|long_date }}", value) == text


def test_the_same_holds_with_the_hour_or_without_the_year():
    first = datetime(2026, 10, 1, 8, 5, tzinfo=UTC)
    assert drawn('{{ value|long_date:"j F Y à H:i" }}', first) == "1er octobre 2026 à 10:05"
    assert drawn('{{ value|long_date:"j F" }}', first) == "1er octobre"


def test_every_template_uses_that_filter():
    pattern = re.compile(r"\|date:[\"']j ")
    assert [shown(path) for path in files(".html", ".txt") if pattern.search(path.read_text(encoding="utf-8"))] == []


def test_the_fields_of_the_admin_show_the_day_first_and_read_it_back():
    assert 'value="01/09/2026"' in AdminDateInput().render("day", date(2026, 9, 1))
    assert 'value="01/09/2026 10:05"' in AdminDateTimeInput().render("at", datetime(2026, 9, 1, 10, 5))
    assert forms.DateField().clean("01/09/2026") == forms.DateField().clean("2026-09-01") == date(2026, 9, 1)
