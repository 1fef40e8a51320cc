"""Checkboxes for the controlled vocabularies, grouped so that a long list is easy to scan.

``FieldPanel("themes", widget=ThemeCheckboxes)`` on a field of ``Theme`` tags (taggit),
``FieldPanel("audiences", widget=TermCheckboxes)`` on a many-to-many field of ``Term``.
A retired term (``is_active`` false) is shown only where it is already chosen.
"""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from django import forms
from taggit.utils import parse_tags

from portal.taxonomies.models import Term, Theme


class GroupedCheckboxes(forms.CheckboxSelectMultiple):
    """One fieldset per group; the legend is the name of the group. A script folds a long list, and searches it."""

    template_name = "taxonomies/widgets/grouped_checkboxes.html"

    class Media:
        css = {"all": ["css/admin-checkboxes.css"]}
        js = ["js/admin-choices.js"]


class ThemeCheckboxes(GroupedCheckboxes):
    """The themes under their objective. Reads and writes the format of taggit's ``TagField``: quoted names."""

    def format_value(self, value: Any) -> list[str]:
        if isinstance(value, str):
            return parse_tags(value)
        return [str(getattr(tag, "name", tag)) for tag in value or []]

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list:
        themes = [
            theme for theme in Theme.objects.select_related("objective") if theme.is_active or theme.name in value
        ]
        self.choices = [
            (objective.label, [(theme.name, theme.name) for theme in group])
            for objective, group in groupby(themes, key=lambda theme: theme.objective)
        ]
        return super().optgroups(name, value, attrs)

    def value_from_datadict(self, data: Mapping, files: Mapping, name: str) -> str:
        names = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        return ", ".join(item if item.startswith('"') else f'"{item}"' for item in names if item)


class TermCheckboxes(GroupedCheckboxes):
    """The terms of a vocabulary; those that have children head a group and cannot be chosen themselves."""

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list:
        terms = [choice.instance for choice, _ in self.choices if choice]  # type: ignore[union-attr]  # a model’s choices
        grouped = GroupedCheckboxes(choices=grouped_choices(terms, set(value)))
        return grouped.optgroups(name, value, attrs)


def grouped_choices(terms: Iterable[Term], chosen: set[str]) -> list[tuple]:
    """Choices of a select: ``(label, [(pk, label), …])`` for a group, ``(pk, label)`` for a lone term."""
    terms = list(terms)
    headings = {term.parent_id for term in terms if term.parent_id}
    shown = [term for term in terms if str(term.pk) in chosen or (term.is_active and term.pk not in headings)]
    lone = [(term.pk, term.label) for term in shown if term.parent_id is None]
    groups = [
        (heading.label, [(term.pk, term.label) for term in shown if term.parent_id == heading.pk])
        for heading in terms
        if heading.pk in headings
    ]
    return [*lone, *(group for group in groups if group[1])]
