"""Admin forms of terms and themes, and the form fields by which a public form asks for themes."""

from itertools import groupby
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils.text import slugify
from wagtail.admin.forms import WagtailAdminModelForm

from portal.taxonomies.models import Term


class SluggedForm(WagtailAdminModelForm):
    """The identifier is derived from the label if left empty, and frozen once saved: URLs and files use it."""

    label_field = "label"

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False
        if self.instance.pk:
            self.fields["slug"].disabled = True

    def clean_slug(self) -> str:
        return self.cleaned_data["slug"] or slugify(self.cleaned_data.get(self.label_field, ""))


class TermForm(SluggedForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        parents = Term.objects.filter(parent=None)
        if self.instance.pk:
            self.fields["vocabulary"].disabled = True
            parents = parents.filter(vocabulary=self.instance.vocabulary).exclude(pk=self.instance.pk)
        self.fields["parent"].queryset = parents


class ThemeForm(SluggedForm):
    label_field = "name"


class GroupedThemes(ModelChoiceIterator):
    """The themes under their objective."""

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
