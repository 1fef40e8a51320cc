"""Nothing that leads to a person is kept without being declared in the register of personal data."""

import re

from django.apps import apps
from django.db import models
from wagtail.models import Page

from portal.users.models import User
from portal.users.privacy.registry import holdings, processing_activities

NAMES_A_PERSON = re.compile(r"^(?:first|last)_name$|(?:^|_)phone$")
#: Apps whose free texts are written about people’s work: a name may slip in. Pages are public and name functions only.
WRITTEN_ABOUT_PEOPLE = {"caps_capitalisation", "caps_sheets", "network", "network_messages", "portal_moderation"}
#: Free texts that no person is the subject of.
ABOUT_NOBODY = {
    "caps_capitalisation.FramingCriterion.help",
    "caps_capitalisation.InterviewQuestion.label",
    "caps_capitalisation.InterviewQuestion.prompts",
    "caps_capitalisation.VerbatimAgreement.quote",  # as published: an agreement is found by its words
}


def reaches_a_person(field: models.Field) -> bool:
    by_account = isinstance(field, models.ForeignKey) and field.related_model is User
    by_name = isinstance(field, models.CharField) and bool(NAMES_A_PERSON.search(field.name))
    return by_account or by_name or isinstance(field, models.EmailField)


def personal_fields() -> set[str]:
    """Every field of every installed app that leads to a person, Wagtail’s and allauth’s included."""
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_concrete_fields
        if reaches_a_person(field)
    }


def test_every_field_that_leads_to_a_person_is_declared():
    declared = {f"{each.model}.{name}" for each in holdings() for name in (each.field, *each.clears)}
    assert sorted(personal_fields() - declared) == []


def test_what_is_declared_exists_and_is_declared_once():
    named = [(each.model_class._meta.label, each.field) for each in holdings()]
    assert len(named) == len(set(named))
    for each in holdings():
        assert each.field_object.is_relation or isinstance(each.field_object, models.EmailField), each
        fields = {field.name for field in each.model_class._meta.get_fields()}
        assert {*each.clears, *each.hidden} <= fields, each
        assert each.model == each.model_class._meta.label, each


def free_texts() -> set[str]:
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in WRITTEN_ABOUT_PEOPLE and not issubclass(model, Page)
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.TextField)
    }


def test_free_texts_lose_the_name_of_an_erased_person():
    mentioned = {
        f"{each.model}.{name}" for one in processing_activities() for each in one.mentions for name in each.fields
    }
    assert sorted(free_texts() - mentioned - ABOUT_NOBODY) == []
    assert sorted(ABOUT_NOBODY - free_texts()) == []


def test_what_is_mentioned_exists_and_can_be_named():
    for each in (mention for one in processing_activities() for mention in one.mentions):
        assert each.model == each.model_class._meta.label and len(each.label) > 5
        kinds = models.TextField | models.CharField | models.JSONField
        assert all(isinstance(each.model_class._meta.get_field(name), kinds) for name in each.fields), each
