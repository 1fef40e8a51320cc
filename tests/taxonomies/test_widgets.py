from html.parser import HTMLParser

import pytest
from django import forms
from django.http import QueryDict
from wagtail.admin.forms.tags import TagField

from portal.taxonomies.models import Term, Theme, Vocabulary
from portal.taxonomies.widgets import TermCheckboxes, ThemeCheckboxes
from tests.factories.network import make_term, make_theme


class Boxes(HTMLParser):
    """Reads the checkboxes of a widget: value → checked."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: dict[str, bool] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag == "input":
            self.found[names["value"] or ""] = "checked" in names


class ThemesForm(forms.Form):
    themes = TagField(tag_model=Theme, widget=ThemeCheckboxes, required=False)


class AudiencesForm(forms.Form):
    audiences = forms.ModelMultipleChoiceField(
        Term.objects.filter(vocabulary=Vocabulary.AUDIENCE), widget=TermCheckboxes, required=False
    )


@pytest.mark.django_db
def test_themes_with_commas_survive_the_round_trip():
    theme = make_theme("environnement", name="Santé mentale et environnement (logement, nature)")
    make_theme("suicide", objective="prevention", name="Prévention du suicide")
    posted = QueryDict(mutable=True)
    posted.setlist("themes", [theme.name, "Thème inventé"])
    form = ThemesForm(posted)
    assert form.is_valid()
    assert form.cleaned_data["themes"] == [theme.name]
    html = str(ThemesForm(initial={"themes": [theme]})["themes"])
    assert Boxes(html).found == {theme.name: True, "Prévention du suicide": False}
    assert "<legend>Parcours</legend>" in html
    assert Boxes(str(form["themes"])).found[theme.name]


@pytest.mark.django_db
def test_a_retired_theme_is_shown_only_where_it_is_chosen():
    theme = make_theme("ancien", is_active=False)
    assert theme.name not in Boxes(str(ThemesForm()["themes"])).found
    assert theme.name in Boxes(str(ThemesForm(initial={"themes": [theme]})["themes"])).found


@pytest.mark.django_db
def test_terms_are_grouped_under_their_parent():
    parent = make_term(Vocabulary.AUDIENCE, "age", "Âge")
    child = make_term(Vocabulary.AUDIENCE, "adultes", "Adultes")
    Term.objects.filter(pk=child.pk).update(parent=parent)
    lone = make_term(Vocabulary.AUDIENCE, "elus", "Élus")
    html = str(AudiencesForm(initial={"audiences": [child.pk]})["audiences"])
    assert Boxes(html).found == {str(lone.pk): False, str(child.pk): True}
    assert "<legend>Âge</legend>" in html
    assert AudiencesForm({"audiences": [child.pk]}).is_valid()
