"""What the fields of every form have in common."""

import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import get_resolver

from caps_sheets.capitalisation.census.questionnaire import QUESTIONNAIRE
from portal.base.questionnaires.forms import AnswerForm
from portal.users import forms as account_forms
from tests.factories.capitalisation import make_answer
from tests.factories.network import make_clsm

OURS = ("portal.", "network.", "caps_sheets.", "search.")
ABOUT_A_PERSON = re.compile(r"email|first_name|last_name|phone|job_title|respondent_role|password|login|^code$|postal")


def every_form(base=forms.BaseForm):
    assert get_resolver().url_patterns  # the views import their forms
    for each in base.__subclasses__():
        yield each
        yield from every_form(each)


def test_every_field_about_a_person_says_what_the_browser_may_write_in_it():
    """« off » where it is about somebody else."""
    silent = {
        f"{form.__module__}.{form.__name__}.{name}"
        for form in every_form()
        if form.__module__.startswith(OURS) and not form.__name__.startswith("Account")
        for name, field in getattr(form, "base_fields", {}).items()
        if ABOUT_A_PERSON.search(name) and not isinstance(field, forms.BooleanField)
        if not field.widget.attrs.get("autocomplete")
    }
    assert silent == set()


@pytest.mark.django_db
def test_so_does_every_question_of_the_census():
    """Its fields are built while it runs."""
    form = AnswerForm(QUESTIONNAIRE, make_answer(), QUESTIONNAIRE.fields, {})
    asked = {name for name in form.fields if ABOUT_A_PERSON.search(name)}
    assert asked == {"respondent_role", "respondent_email"}
    assert [name for name in asked if not form.fields[name].widget.attrs.get("autocomplete")] == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["AccountCreationForm", "AccountEditForm"])
def test_the_forms_of_accounts_propose_nothing_of_who_fills_them(name):
    form = getattr(account_forms, name)()
    for field in ("email", "first_name", "last_name", "job_title"):
        assert form.fields[field].widget.attrs["autocomplete"] == "off"


def test_a_refused_form_names_each_field_in_a_summary_that_has_the_focus(client, home):
    url = f"/vous-coordonnez/{make_clsm().pk}/"
    page = client.post(url, {"first_name": "Camille", "email": "pas-une-adresse", "start": "31/02/2026"})
    text = page.content.decode()
    summary = text[text.index("data-error-summary") :].partition("</ul>")[0]
    assert 'tabindex="-1" autofocus' in text[text.index("data-error-summary") - 40 : text.index("data-error-summary")]
    for name, label in (("email", "Adresse e-mail"), ("start", "En poste depuis le"), ("last_name", "Nom")):
        assert f'<a href="#id_{name}">{label}' in summary
    assert "<title>Erreur : Vous coordonnez ce CLSM" in text
    assert 'value="Camille"' in text and 'value="31/02/2026"' in text
    assert 'aria-invalid="true"' in text
    assert 'aria-describedby="id_start_error"' in text


def test_a_page_without_an_error_says_none_in_its_title(client, home):
    assert "<title>Vous coordonnez ce CLSM" in client.get(f"/vous-coordonnez/{make_clsm().pk}/").content.decode()


def test_the_summary_says_that_a_chosen_file_is_lost():
    class FileForm(forms.Form):
        file = forms.FileField(label="Fichier")
        choices = forms.MultipleChoiceField(label="Choix", choices=[("a", "A")], widget=forms.CheckboxSelectMultiple)

    text = render_to_string("components/error_summary.html", {"form": FileForm({}, {})})
    assert "sauf un fichier choisi\xa0: choisissez-le de nouveau" in text
    assert 'href="#id_choices_0"' in text  # the first box: the group itself takes no focus


def test_errors_are_shown_in_one_way():
    """The summary that takes the focus is one file; beside a field, so is the line, but for rows that are no form."""
    root = Path(settings.BASE_DIR) / "templates"
    files = {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in root.rglob("*.html")}
    rows = ("capitalisation/interviews/answer_row", "search/promotion_line", "imports/line", "imports/refused_line")
    by_hand = {f"wagtailadmin/{name}.html" for name in rows}
    lines = {name for name, text in files.items() if 'class="error-message"' in text}
    assert lines == {"components/field_error.html", *by_hand}
    assert [name for name, text in files.items() if "data-error-summary" in text] == ["components/error_summary.html"]
    alerts = re.compile(r"{% if (?:problems|\w*form\.(?:non_field_)?errors) %}\s*<div")
    assert [name for name, text in files.items() if alerts.search(text)] == []
