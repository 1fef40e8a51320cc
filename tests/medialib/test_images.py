"""Rights of images: credit, licence, consent of the people shown."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.utils import timezone
from wagtail.images.forms import get_image_form
from wagtail.images.tests.utils import get_test_image_file

from portal.medialib.models import PortalImage
from portal.medialib.rules import image_errors
from portal.users.models import User
from tests.factories.medialib import make_image, make_portrait
from tests.factories.sheets import make_sheet

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 3)


def test_image_with_its_rights_may_be_published():
    assert image_errors(make_image(), TODAY) == []
    assert image_errors(make_portrait(TODAY), TODAY) == []
    assert image_errors(None, TODAY) == []


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"credit": "  "}, "crédit"),
        ({"licence": None}, "licence"),
        ({"shows_people": True}, "autorisation"),
        ({"shows_people": True, "consent_until": TODAY - timedelta(days=1)}, "02/03/2026"),
    ],
)
def test_missing_right_is_said(fields, word):
    errors = image_errors(make_image(**fields), TODAY)
    assert len(errors) == 1
    assert word in errors[0]


def test_image_is_hidden_when_the_consent_ends():
    today = timezone.localdate()
    held = make_portrait(today)
    ended = make_portrait(today - timedelta(days=1))
    unsigned = make_portrait(None)
    assert (held.is_publishable, ended.is_publishable, unsigned.is_publishable) == (True, False, False)


@pytest.mark.parametrize("template", ["blocks/illustration.html", "blocks/captioned_image.html"])
def test_public_templates_hide_an_image_whose_consent_ended(template):
    ended = make_portrait(timezone.localdate() - timedelta(days=1))
    assert render_to_string(template, {"value": {"image": ended, "caption": "Atelier"}}).strip() == ""


def test_form_asks_until_when_people_agreed():
    image = make_image()
    user = User.objects.create_superuser(email="edition@clsm.example", password="x")
    fields = {"title": "Atelier", "credit": "Studio", "tags": "", "shows_people": "on", "description": ""}
    fields["collection"] = image.collection_id
    form_class = get_image_form(PortalImage)
    assert set(form_class(fields, instance=image, user=user).errors) == {"consent_until"}
    form = form_class(fields | {"consent_until": "2030-12-31"}, instance=image, user=user)
    assert form.is_valid(), form.errors
    assert form.save().consent_until == date(2030, 12, 31)


def another_picture() -> SimpleUploadedFile:
    return SimpleUploadedFile("autre.png", get_test_image_file().file.getvalue(), content_type="image/png")


def test_another_picture_behind_a_page_is_another_consent(references_noted):
    """What was read, described and agreed to was the former picture: the page chooses the new one."""
    image = make_portrait(TODAY + timedelta(days=3650))
    user = User.objects.create_superuser(email="edition@clsm.example", password="x")
    fields = {"title": "Atelier", "credit": "Studio", "tags": "", "description": "", "consent_until": "2036-12-31"}
    fields["collection"] = image.collection_id
    form_class = get_image_form(PortalImage)
    unused = form_class(fields, {"file": another_picture()}, instance=image, user=user)
    assert "file" not in unused.errors
    make_sheet(image=PortalImage.objects.get(pk=image.pk), live=False)
    used = form_class(fields, {"file": another_picture()}, instance=PortalImage.objects.get(pk=image.pk), user=user)
    assert "utilisé par une page" in str(used.errors["file"])
    kept = form_class(fields, instance=PortalImage.objects.get(pk=image.pk), user=user)
    assert "file" not in kept.errors
