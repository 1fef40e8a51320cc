"""Addresses, telephones, pictures and titles as people paste them into the forms."""

import ast
import re

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.urls import reverse
from lxml import etree
from PIL import Image

from network.coordination.assignments import assign
from portal.base.emails import EmailFormField
from portal.medialib.pictures import clean_picture
from portal.users.models import User
from tests.cases import FOLDER, names
from tests.factories.network import make_clsm, make_coordinator
from tests.factories.site import make_news

QUOTED = re.compile(r"""'[^']*'|"[^"]*\"""")

ALONE = "Écrivez l’adresse seule : « zoe@ville.example »."
#: As typed → the address that is kept, or what the refusal says.
EMAILS = {
    "zoe.f@ville.example\u200b": "zoe.f@ville.example",
    "\u200bcoordination@portail.example": "coordination@portail.example",
    "  zoe.d@ville.example  ": "zoe.d@ville.example",
    "\u00a0zoe.e@ville.example\u00a0": "zoe.e@ville.example",
    "ZOE.D@Ville.Example": "zoe.d@ville.example",
    "zoe+clsm@ville.example": "zoe+clsm@ville.example",
    "zoe@cabinet.photography": "zoe@cabinet.photography",
    "zoe.o'brien@ville.example": "zoe.o'brien@ville.example",
    "zoe@mairie-évry.fr": "zoe@mairie-évry.fr",
    "zoé@ville.example": (
        "Avant « @ », une adresse n’a ni accent ni ponctuation à la suite : corrigez-la, "
        "par exemple clsm@ville.example."
    ),
    "mailto:zoe@ville.example": ALONE,
    "Zoé <zoe@ville.example>": ALONE,
    "zoe@ville.example.": ALONE,
    "zoe@ville,example": "Corrigez l’adresse : vouliez-vous dire « zoe@ville.example » ?",
}
#: As typed → the links of the public page.
PHONES = {
    "+262 (0)2 62 12 34 56": [("tel:+262262123456", "02 62 12 34 56")],
    "02\u202f62\u202f12\u202f34\u202f56": [("tel:+262262123456", "02 62 12 34 56")],
    "poste 1234": [],
    "0262.12.34.56": [("tel:+262262123456", "02 62 12 34 56")],
}


def typed_in(name: str) -> list[str]:
    text = (FOLDER / "forms" / name).read_text(encoding="utf-8")
    return [ast.literal_eval(typed) for typed in QUOTED.findall(text)]


def test_every_case_is_tried():
    assert names("forms") == {"emails.txt", "phones.txt"}
    assert set(typed_in("emails.txt")) == set(EMAILS) and set(typed_in("phones.txt")) == set(PHONES)
    assert names("images") == {"exif_gps.jpg", "cmyk.jpg"} and names("text") == {"title_vertical_tab.txt"}


@pytest.mark.parametrize("typed", EMAILS)
def test_an_address_is_kept_in_one_writing_or_refused(typed):
    try:
        assert EmailFormField().clean(typed) == EMAILS[typed]
    except ValidationError as refusal:
        assert refusal.messages == [EMAILS[typed]]


@pytest.mark.django_db
def test_a_pasted_address_signs_in(client):
    user = User.objects.create_user("coordination@portail.example", "quatre-mots-de-passe")
    typed = {"login": "\u200bcoordination@portail.example", "password": "quatre-mots-de-passe"}
    client.post(reverse("account_login"), typed)
    assert client.session["_auth_user_id"] == str(user.pk)


@pytest.mark.django_db
@pytest.mark.parametrize("typed", PHONES)
def test_a_telephone_has_a_link_that_calls_it(client, home, typed):
    clsm = make_clsm()
    assign(clsm, make_coordinator(), start="2026-01-01", phone=typed, shows_phone=True)
    page = etree.HTML(client.get(clsm.url).content.decode())
    links = page.xpath("//section[@aria-labelledby='contact']//a[starts-with(@href, 'tel:')]")
    assert [(link.get("href"), "".join(link.itertext()).strip()) for link in links] == PHONES[typed]
    assert (typed in "".join(page.itertext())) is not bool(links), "what cannot be called is shown as it is"


def cleaned(name: str) -> tuple[bytes, Image.Image]:
    picture = clean_picture(ContentFile((FOLDER / "images" / name).read_bytes(), name=name))
    return picture.read(), Image.open(picture.open())


def test_a_photo_is_upright_without_its_position():
    content, picture = cleaned("exif_gps.jpg")
    assert picture.size == (600, 900)
    assert not picture.getexif() and b"PhoneMaker" not in content and b"Exif" not in content


def test_a_picture_for_printing_has_the_colours_of_a_screen():
    _, picture = cleaned("cmyk.jpg")
    pixel = picture.getpixel((450, 300))
    assert picture.mode == "RGB" and all(abs(a - b) < 4 for a, b in zip(pixel, (207, 198, 190), strict=True))


@pytest.mark.django_db
def test_a_title_pasted_from_a_word_processor_has_a_space(client, home):
    pasted = (FOLDER / "text" / "title_vertical_tab.txt").read_text(encoding="utf-8").strip()
    news = make_news(title=pasted)
    assert news.title == "Titre d'essai collé du traitement de texte"
    feed = etree.fromstring(client.get("/actualites/flux.xml").content)
    assert news.title in feed.xpath("//*[local-name()='title']/text()")
