"""One writing for each e-mail address, whatever it was pasted from."""

import pytest
from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from hypothesis import given
from hypothesis import strategies as st

from portal.base.characters import INVISIBLE
from portal.base.emails import EmailField, EmailFormField, canonical_email, read_email
from portal.moderation.models import ErrorReport
from tests.base.test_form_fields import every_form

#: Those of the set of hidden characters that are written one by one in the set.
HIDDEN = [character for character in INVISIBLE if character != "-"]


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("zoe.f@ville.example\u200b", "zoe.f@ville.example"),
        ("\u200bcoordination@portail.example", "coordination@portail.example"),
        ("  zoe.d@ville.example  ", "zoe.d@ville.example"),
        ("\u00a0zoe.e@ville.example\u00a0", "zoe.e@ville.example"),
        ("\u202azoe@ville.example\u202c", "zoe@ville.example"),
        ("\u2066zoe@ville.example\u2069", "zoe@ville.example"),
        ("\u202fzoe\u2060@ville\u00ad.example\ufeff", "zoe@ville.example"),
        ("ZOE.D@Ville.Example", "zoe.d@ville.example"),
        ("zoe+clsm@ville.example", "zoe+clsm@ville.example"),
        ("zoe@cabinet.photography", "zoe@cabinet.photography"),
        ("zoe.o'brien@ville.example", "zoe.o'brien@ville.example"),
        ("zoe.o’brien@ville.example", "zoe.o'brien@ville.example"),
        ("zoe@saint‑denis.example", "zoe@saint-denis.example"),
        ("zoe@mairie-évry.fr", "zoe@mairie-évry.fr"),
        ("zoe@mairie-e\u0301vry.fr", "zoe@mairie-évry.fr"),
        ("zoe@xn--mairie-vry-h7a.fr", "zoe@mairie-évry.fr"),
        ("zoe＠ville．example", "zoe@ville.example"),
    ],
)
def test_what_nobody_sees_is_mended_without_a_word(typed, address):
    assert EmailFormField().clean(typed) == address
    assert (read_email(typed).address, read_email(typed).dropped) == (address, "")


ALONE = "Écrivez l’adresse seule : « zoe@ville.example »."
MEANT = "Corrigez l’adresse : vouliez-vous dire « zoe@ville.example » ?"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("mailto:zoe@ville.example", ALONE),
        ("MailTo:zoe@ville.example?subject=Bonjour", ALONE),
        ("Zoé <zoe@ville.example>", ALONE),
        ('"Élan, Zoé" <zoe@ville.example>;', ALONE),
        ("<mailto:zoe@ville.example>", ALONE),
        ("[zoe@ville.example](mailto:zoe@ville.example)", ALONE),
        ("zoe@ville.example.", ALONE),
        ("zoe@ville.example;", ALONE),
        ("zoe@ville.example (secrétariat)", ALONE),
        ("zoe@ville,example", MEANT),
        ("Zoé <zoe@ville,example>", MEANT),
        ("zoe @ville. example", MEANT),
        ("zoe[at]ville.example", MEANT),
        ("zoe (arobase) ville.example", MEANT),
        ("zoe@ville.example, paul@ville.example", "Écrivez une seule adresse."),
        ("zoe@ville.example;paul@ville.example", "Écrivez une seule adresse."),
        ("zoe@@ville.example", "Écrivez une seule adresse."),
        ("zoe.ville.example", "Il manque « @ » : écrivez une adresse complète, par exemple clsm@ville.example."),
        (
            "zoé@ville.example",
            "Avant « @ », une adresse n’a ni accent ni ponctuation à la suite : corrigez-la, par exemple "
            "clsm@ville.example.",
        ),
        ("clsm@", "Après « @ », écrivez le nom complet du site, avec son point : par exemple clsm@ville.example."),
        ("zoe@ville", "Après « @ », écrivez le nom complet du site, avec son point : par exemple clsm@ville.example."),
        (
            "zoe@la ville",
            "Une adresse ne contient pas d’espace : corrigez-la, par exemple clsm@ville.example.",
        ),
    ],
)
def test_what_is_refused_says_what_to_do(typed, said):
    with pytest.raises(ValidationError) as refusal:
        EmailFormField().clean(typed)
    assert refusal.value.messages == [said]


@pytest.mark.parametrize("typed", ["mailto:zoe@ville.example", "Zoé <ZOE@ville.example>", "zoe@ville.example."])
def test_a_table_takes_the_address_and_says_what_it_left(typed):
    assert read_email(typed).dropped == "seule l’adresse « zoe@ville.example » est gardée"
    assert read_email(typed).address == "zoe@ville.example"


LOCAL = st.from_regex(r"[a-z0-9]{1,8}([.+'-][a-z0-9]{1,8}){0,2}", fullmatch=True)
DOMAIN = st.from_regex(r"[a-zéèà]{1,12}(-[a-z0-9]{1,8})?\.example", fullmatch=True)


@given(LOCAL, DOMAIN, st.data())
def test_any_writing_of_one_address_reads_the_same(local, domain, data):
    address = f"{local}@{domain}"
    letters = []
    for letter in address:
        letters += [
            data.draw(st.sampled_from(["", "", "", *HIDDEN])),
            data.draw(st.sampled_from([letter, letter.upper()])),
        ]
    spaces = st.text(" \t\n\xa0\u202f\u2009", max_size=3)
    typed = data.draw(spaces) + "".join(letters) + data.draw(spaces)
    assert read_email(typed).address == address and not read_email(typed).dropped
    wrapped = data.draw(st.sampled_from(["mailto:{}", "Zoé Élan <{}>", "<{}>", "{}.", "{} ;"])).format(typed.strip())
    assert read_email(wrapped).address == address and read_email(wrapped).dropped


@given(st.text() | st.text("@.,<>;:()[]\"' éa\u200b-", max_size=40))
def test_any_text_is_read_or_refused(text):
    assert canonical_email(canonical_email(text)) == canonical_email(text)
    try:
        address = read_email(text).address
    except ValidationError as refusal:
        assert refusal.messages[0].endswith((".", "?"))
    else:
        assert read_email(address).dropped == "" and read_email(address).address == address


def test_every_form_and_every_model_reads_addresses_so():
    others = {
        f"{form.__module__}.{form.__name__}.{name}"
        for form in every_form()
        if form.__module__.startswith(("portal.", "network.", "caps_sheets.", "search."))
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field, forms.EmailField) and not isinstance(field, EmailFormField)
    }
    stored = {
        field
        for model in apps.get_models()
        if model.__module__.startswith(("portal.", "network.", "caps_sheets.", "search."))
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.EmailField) and not isinstance(field, EmailField)
    }
    assert (others, stored) == (set(), set())


@pytest.mark.django_db
def test_whatever_saves_or_looks_up_uses_one_writing(home):
    report = ErrorReport.objects.create(page=home, message="Un lien ne s’ouvre plus.", email=" ZOE@ville.example\u200b")
    assert report.email == "zoe@ville.example"
    ErrorReport.objects.filter(pk=report.pk).update(email="Paul@Ville.example\u00ad")
    assert ErrorReport.objects.get(email="\u200bPAUL@ville.example").email == "paul@ville.example"
    ErrorReport.objects.bulk_create([ErrorReport(page=home, message="Un autre lien.", email="Lou@ville.example ")])
    assert ErrorReport.objects.filter(email="lou@ville.example").exists()
