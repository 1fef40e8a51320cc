"""Redirects from a file: all of it or nothing, and each refusal names its line or its fault in French."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import ModelLogEntry

from portal.home.redirects import MOST_ROWS
from portal.site_setup.roles import ADMINISTRATION, COACHING, MODERATION
from tests.factories.capitalisation import make_member
from tests.factories.site import make_standard_page
from tests.refusals import NO_RIGHT, assert_refused, summary, told

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/redirects/import/"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


@pytest.fixture
def admin(client):
    client.force_login(make_member(MODERATION))
    return client


def send(client, content: str | bytes, name: str = "redirections.csv", **data: str):
    content = content.encode() if isinstance(content, str) else content
    return client.post(ADDRESS, {"file": SimpleUploadedFile(name, content), "permanent": "on", **data})


def refusal(response) -> str:
    """What the page says at its top and beside the field."""
    assert response.status_code == 200 and not Redirect.objects.exists()
    return summary(response)


def workbook(*rows: tuple) -> bytes:
    book, target = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(target)
    return target.getvalue()


def stored() -> dict[str, str]:
    return {one.old_path: one.link for one in Redirect.objects.all()}


@pytest.mark.parametrize(
    "content",
    [
        "from,to\n/une/,https://exemple.fr/\n\n/deux,https://exemple.fr/b\n",
        "﻿de;vers\r\n/une;https://exemple.fr/\r\n/deux;https://exemple.fr/b;remarque\r\n",
        "/une\thttps://exemple.fr/\n/deux\thttps://exemple.fr/b\n",
        workbook(("de", "vers"), ("/une", "https://exemple.fr/"), (None, None), ("/deux", "https://exemple.fr/b")),
    ],
    ids=["commas", "semicolons", "tabs without titles", "workbook"],
)
def test_a_file_as_people_have_it(admin, content):
    response = send(admin, content)
    assert response.url == reverse("wagtailredirects:index")
    assert "Redirections importées : 2." in told(response)
    assert stored() == {"/une": "https://exemple.fr/", "/deux": "https://exemple.fr/b"}
    assert ModelLogEntry.objects.filter(action="wagtail.create", user__isnull=False).count() == 2
    assert admin.get("/une").status_code == 301


def test_for_a_time(admin):
    send(admin, "/une,https://exemple.fr/", permanent="")
    assert admin.get("/une").status_code == 302


def test_a_latin_file_is_read_and_it_is_said(admin):
    assert "lu en Windows-1252" in told(send(admin, "/écoute,https://exemple.fr/".encode("latin-1")))
    assert list(stored()) == ["/écoute"]


def test_a_page_of_the_site_is_followed_wherever_it_goes(admin, home):
    page = make_standard_page(home, title="À propos", slug="a-propos")
    page.save_revision().publish()
    send(admin, "/un,/a-propos/\n/deux,/a-propos\n/trois,/recherche/?q=logement\n")
    assert Redirect.objects.filter(redirect_page=page).count() == 2
    assert stored()["/trois"].endswith("/recherche/?q=logement")
    assert admin.get(stored()["/trois"]).status_code == 200


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("/d", "Ligne 3 (/d → ?) : Il manque la nouvelle adresse."),
        (",https://exemple.fr/", "Ligne 3 (? → https://exemple.fr/) : Champ requis."),
        ("/a,//evil.example", "« //evil.example » : écrivez une adresse entière"),
        ("/a,evil.example", "« evil.example » : écrivez une adresse entière"),
        ("/a,javascript:alert(1)", "« javascript:alert(1) » : écrivez une adresse entière"),
        ("/a,/nulle-part/", "« /nulle-part/ » : aucune page en ligne n’a cette adresse."),
        ("//evil.example,https://exemple.fr/", "« //evil.example » n’est pas une adresse de ce site."),
        ("http://evil.example/a,https://exemple.fr/", "« http://evil.example/a » n’est pas une adresse de ce site."),
        ("sans-barre/,https://exemple.fr/", "« sans-barre/ » : une ancienne adresse commence par « / »."),
        ("/a%00,https://exemple.fr/", "« /a%00 » n’est pas une adresse."),
        ("/a,http://[", "« http://[ » n’est pas une adresse."),
        ("/a,https://pas une adresse", "Ligne 3 (/a → https://pas une adresse) : Saisissez une URL valide."),
        ("/okhalf/,https://ailleurs.example/", "Ligne 3 (/okhalf/ → https://ailleurs.example/) : Une règle de"),
        (f"/{'a' * 300},https://exemple.fr/", "255"),
    ],
)
def test_one_wrong_row_and_nothing_is_imported(admin, home, row, reason):
    told_there = refusal(send(admin, f"from,to\n/okhalf,http://ok.example/\n{row}\n"))
    assert "Rien n’est importé" in told_there and reason in told_there


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        ('from,to\n"/a,/b\n', "a.csv", "Ligne 2 : un guillemet est mal placé, ou n’est pas fermé"),
        (b"", "a.csv", "vide"),
        (" \n ; \n", "a.csv", "Le fichier ne contient aucune redirection."),
        ("from,to\n", "a.csv", "Le fichier ne contient aucune redirection."),
        (PNG, "image.csv", "ce n’est pas un tableau"),
        (workbook(("/a", "/b"))[:2000], "a.xlsx", "Ce classeur est incomplet ou illisible"),
        ("/a,https://exemple.fr\n" * (MOST_ROWS + 1), "a.csv", f"plus de {MOST_ROWS} lignes"),
    ],
    ids=["quote", "empty", "blank", "titles", "picture", "cut workbook", "too long"],
)
def test_a_broken_file_is_explained_beside_its_field(admin, content, name, reason):
    response = send(admin, content, name)
    assert reason in refusal(response)
    assert response.context["form"].errors["file"]


def test_no_file(admin):
    assert "Fichier CSV ou XLSX : Champ requis." in refusal(admin.post(ADDRESS, {}))


def test_the_same_file_again_says_so(admin):
    send(admin, "/une,https://exemple.fr/")
    assert "Cet import est déjà fait : rien ne change. Existaient déjà : 1." in told(
        send(admin, "/une,https://exemple.fr/")
    )
    assert Redirect.objects.count() == 1


def test_the_second_step_of_wagtail_asks_for_the_file_again(admin):
    response = admin.post(reverse("wagtailredirects:process_import"), {"import_file_name": "x", "from_index": "0"})
    assert "Champ requis" in refusal(response)


def test_the_form_takes_the_same_addresses(admin, home):
    data = {"old_path": "/une", "is_permanent": "on", "redirect_page": "", "site": ""}
    refused = admin.post(reverse("wagtailredirects:add"), data | {"redirect_link": "//evil.example"})
    assert "« //evil.example » : écrivez une adresse entière" in told(refused)
    assert admin.post(reverse("wagtailredirects:add"), data | {"redirect_link": "/recherche/"}).status_code == 302
    redirect = Redirect.objects.get()
    edit = reverse("wagtailredirects:edit", args=[redirect.pk])
    assert admin.post(edit, data | {"old_path": "/deux", "redirect_link": "/recherche/"}).status_code == 302
    assert stored() == {"/deux": "/recherche/"}


@pytest.mark.parametrize("role", [ADMINISTRATION, COACHING])
def test_only_who_may_add_redirects(client, role):
    client.force_login(make_member(role))
    assert_refused(client.get(ADDRESS), NO_RIGHT)
    assert_refused(send(client, "/une,https://exemple.fr/"), NO_RIGHT)
    assert not Redirect.objects.exists()
