"""Rights of images: credit, licence, consent of the people shown."""

from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from wagtail.images.forms import get_image_form
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, ModelLogEntry

from portal.medialib.forms import ASKED, CONSENT
from portal.medialib.models import PortalImage
from portal.medialib.rules import image_errors
from portal.users.models import User
from tests.factories.medialib import make_image, make_portrait
from tests.factories.sheets import make_sheet

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 3)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def test_image_with_its_rights_may_be_published():
    assert image_errors(make_image(), TODAY) == []
    assert image_errors(make_portrait(TODAY), TODAY) == []
    assert image_errors(None, TODAY) == []


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"credit": "  "}, "crédit"),
        ({"licence": None}, "licence"),
        ({"shows_people": True, "consent_file": "a.pdf"}, "jusqu’à quand"),
        ({"shows_people": True, "consent_until": TODAY}, "joignez l’autorisation"),
        ({"shows_people": True, "consent_file": "a.pdf", "consent_until": TODAY - timedelta(days=1)}, "02/03/2026"),
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


PLACES = {
    "library": ("wagtailimages:add", ""),
    "chooser": ("wagtailimages_chooser:create", "image-chooser-upload-"),
}


def signed() -> SimpleUploadedFile:
    return SimpleUploadedFile("Accord de Mme X.pdf", PDF, content_type="application/pdf")


def upload(client, place: str, **typed: object) -> str:
    """Post the form of ``place`` as it is shown, empty but for ``typed``; what it answers."""
    name, prefix = PLACES[place]
    fields: dict[str, object] = dict.fromkeys(
        ("title", "credit", "licence", "description", "tags", "consent_until"), ""
    )
    fields |= {"title": "Atelier", "collection": Collection.get_first_root_node().pk, "file": another_picture()}
    response = client.post(reverse(name), {f"{prefix}{key}": value for key, value in (fields | typed).items()})
    is_json = response["Content-Type"] == "application/json"
    return str(response.json().get("htmlFragment") or "") if is_json else response.content.decode()


@pytest.mark.parametrize("place", PLACES)
def test_an_upload_asks_credit_licence_description_and_the_signed_consent(admin_client, place):
    said = upload(admin_client, place)
    assert all(reason in said for reason in ASKED.values())
    rights = {"credit": "Studio", "licence": make_image().licence_id, "description": "Deux personnes au jardin."}
    said = upload(admin_client, place, **rights, shows_people="on")
    assert all(reason in said for reason in CONSENT.values()) and not any(reason in said for reason in ASKED.values())
    fake = SimpleUploadedFile("accord.pdf", b"MZ programme", content_type="application/pdf")
    said = upload(admin_client, place, **rights, shows_people="on", consent_until="2030-12-31", consent_file=fake)
    assert "ne correspond pas à son nom" in said and CONSENT["consent_file"] not in said
    assert not PortalImage.objects.filter(title="Atelier").exists()
    upload(admin_client, place, **rights, shows_people="on", consent_until="2030-12-31", consent_file=signed())
    image = PortalImage.objects.get(title="Atelier")
    assert image_errors(image, TODAY) == []
    assert "Accord" not in image.consent_file.name and "mediatheque" not in image.consent_file.path


def test_several_pictures_are_asked_for_the_same_once_uploaded(admin_client):
    root = Collection.get_first_root_node().pk
    sent = admin_client.post(
        reverse("wagtailimages:add_multiple"), {"title": "A", "collection": root, "files[]": another_picture()}
    )
    image = PortalImage.objects.get()
    assert all(name in sent.json()["form"] for name in ("-credit", "-licence", "-description", "-consent_file"))
    typed = {
        "title": "A",
        "collection": root,
        "tags": "",
        "credit": "Studio",
        "licence": "",
        "description": "Le jardin",
    }
    typed |= {"shows_people": "on", "consent_until": "2030-12-31", "consent_file": signed()}
    address = reverse("wagtailimages:edit_multiple", args=[image.pk])

    def post(**changed: object) -> dict:
        fields = {f"image-{image.pk}-{name}": value for name, value in (typed | changed).items()}
        return admin_client.post(address, fields).json()

    answer = post()
    assert not answer["success"] and ASKED["licence"] in answer["form"]
    assert post(licence=make_image().licence_id, consent_file=signed())["success"]
    image.refresh_from_db()
    assert image_errors(image, TODAY) == []


def test_the_signed_consent_is_read_by_who_may_change_the_image_and_noted(client):
    image = make_portrait(TODAY, consent_file=ContentFile(PDF, name="accord.pdf"))
    address = reverse("image_consent_file", args=[image.pk])
    assert client.get(address).status_code == 302, "the way in"
    reader = User.objects.create_superuser(email="edition@clsm.example", password="x")
    client.force_login(reader)
    assert address in client.get(reverse("wagtailimages:edit", args=[image.pk])).content.decode()
    response = client.get(address)
    assert b"".join(response.streaming_content) == PDF and "no-store" in response["Cache-Control"]
    assert ModelLogEntry.objects.filter(action="medialib.consent_read", user=reader).count() == 1
    assert client.get(reverse("image_consent_file", args=[make_image().pk])).status_code == 404


def test_another_consent_replaces_the_first_on_the_disk(django_capture_on_commit_callbacks):
    image = make_portrait(TODAY, consent_file=ContentFile(PDF, name="accord.pdf"))
    former = image.consent_file.name
    user = User.objects.create_superuser(email="edition@clsm.example", password="x")
    fields = {"title": "Atelier", "tags": "", "collection": image.collection_id, "shows_people": "on"}
    form_class = get_image_form(PortalImage)
    kept = form_class(fields | {"consent_until": "2030-12-31"}, instance=image, user=user)
    assert kept.is_valid() and kept.save().consent_file.name == former
    other = form_class(fields | {"consent_until": "2030-12-31"}, {"consent_file": signed()}, instance=image, user=user)
    with django_capture_on_commit_callbacks(execute=True):
        assert other.is_valid(), other.errors
        new = other.save().consent_file
    assert new.name != former and new.storage.exists(new.name) and not new.storage.exists(former)


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


def test_the_agreement_of_people_who_are_not_shown_is_not_kept(django_capture_on_commit_callbacks):
    image = make_portrait(TODAY, consent_file=ContentFile(PDF, name="accord.pdf"))
    former = image.consent_file.name
    user = User.objects.create_superuser(email="edition@clsm.example", password="x")
    fields = {"title": "Atelier", "tags": "", "collection": image.collection_id, "consent_until": "2030-12-31"}
    form = get_image_form(PortalImage)(fields, {"consent_file": signed()}, instance=image, user=user)
    form.ask([])
    assert form.is_valid(), form.errors
    with django_capture_on_commit_callbacks(execute=True):
        form.save()
    image = PortalImage.objects.get(pk=image.pk)
    assert (image.consent_until, image.consent_file.name) == (None, "")
    assert not image._meta.get_field("consent_file").storage.exists(former)
