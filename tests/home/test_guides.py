"""The guides in the admin: each role reads its own, with its pictures, and nothing else of the disk is served."""

import re

import pytest
from django.urls import reverse

from portal.home.guides.html import draw
from portal.home.guides.library import GUIDES, IMAGES, pictures_of
from portal.site_setup.roles import ADMINISTRATION, COACHING, EDITING, MODERATION
from tests.factories.capitalisation import make_member as member
from tests.factories.network import make_clsm, make_coordinator

pytestmark = pytest.mark.django_db
READ = {
    ADMINISTRATION: ["moderation", "coordination", "accompagnement", "edition", "episode", "recherche", "manques"],
    MODERATION: ["moderation", "coordination", "accompagnement", "edition", "episode", "recherche", "manques"],
    EDITING: ["edition", "coordination", "accompagnement", "episode", "recherche", "manques"],
    COACHING: ["accompagnement", "edition", "manques"],
}


def address(guide: str) -> str:
    return reverse("guide", args=[guide])


@pytest.mark.parametrize("role", READ)
def test_each_role_reads_its_guides_its_own_first(client, role):
    client.force_login(member(role))
    assert client.get(reverse("guides")).url == address(READ[role][0])
    found = {guide.slug: client.get(address(guide.slug)).status_code for guide in GUIDES}
    assert [slug for slug, status in found.items() if status == 200] == sorted(READ[role], key=list(found).index)
    assert {status for slug, status in found.items() if slug not in READ[role]} <= {404}
    assert "Guides du portail" in client.get(reverse("wagtailadmin_home")).content.decode()


def test_a_coordinator_reads_the_guide_of_coordination(client):
    clsm = make_clsm()
    client.force_login(make_coordinator(clsm))
    assert address("coordination") in client.get(reverse("space_home", args=[clsm.pk])).content.decode()
    response = client.get(address("coordination"))
    assert response.status_code == 200 and "no-store" in response["Cache-Control"]
    assert client.get(address("moderation")).status_code == 404


def test_visitors_are_sent_to_the_login(client):
    for url in (reverse("guides"), address("edition"), reverse("guide_picture", args=["registre.png"])):
        assert client.get(url).status_code == 302


@pytest.mark.parametrize("name", ["..%2Fedition.md", "absent.png", "edition.md", "%2e%2e", "..\\edition.md"])
def test_nothing_else_of_the_disk_is_served(client, name):
    client.force_login(member(ADMINISTRATION))
    response = client.get(f"/admin/guides/images/{name}", follow=True)
    assert response.status_code == 404


def test_a_picture_goes_with_its_guide(client):
    """What only the guide of moderation shows is not for those who accompany."""
    by_slug = {guide.slug: set(pictures_of([guide])) for guide in GUIDES}
    shared = by_slug["accompagnement"] | by_slug["edition"] | by_slug["manques"]
    reserved = min(by_slug["moderation"] - shared)
    for role, status in ((MODERATION, 200), (COACHING, 404)):
        client.force_login(member(role))
        assert client.get(reverse("guide_picture", args=[reserved])).status_code == status


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.slug)
def test_every_link_and_picture_of_a_guide_leads_somewhere(guide):
    drawn = draw(guide.source)
    assert drawn.title and drawn.parts
    assert "<script" not in drawn.html and 'href=""' not in drawn.html
    assert all((IMAGES / name).is_file() for name in re.findall(r"/images/([^\"]+)\"", drawn.html))
    for anchor in re.findall(r'href="#([^"]+)"', drawn.html):
        assert f'id="{anchor}"' in drawn.html


def test_raw_html_of_a_text_is_shown_not_run():
    assert "&lt;script&gt;" in draw("# Titre\n\n<script>alert(1)</script>\n").html
    assert draw("# Titre\n\n[ici](javascript:alert(1)) et [là](../import-clsm.md)\n").html.count("<a") == 0


def test_pictures_stay_few_and_light():
    pictures = list(IMAGES.glob("*.png"))
    assert 0 < len(pictures) <= 18
    assert [path.name for path in pictures if path.stat().st_size > 120_000] == []
    assert {path.name for path in pictures} == set(pictures_of(list(GUIDES)))
