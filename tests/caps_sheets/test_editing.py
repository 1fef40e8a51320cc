"""What the edit form of a sheet does for the person who writes it."""

import pytest
from bs4 import BeautifulSoup, Tag
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from caps_sheets.models import CapsSheetPage
from portal.moderation.models.pages import editor_tabs
from portal.site_setup.roles import EDITING
from tests.factories.capitalisation import make_member
from tests.factories.medialib import make_image
from tests.factories.network import make_theme
from tests.factories.sheets import make_sheet
from tests.moderation.page_forms import editor, opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheet(client, home) -> CapsSheetPage:
    author = make_member(EDITING)
    client.force_login(author)
    return make_sheet(live=False, owner=author)


def test_the_main_theme_is_chosen_once(client, home):
    author = make_member(EDITING)
    sheet = make_sheet(live=False, owner=author)
    before = {theme.name for theme in sheet.themes.all()}
    theme = make_theme("ruralite-exemple", name="Ruralité, exemple")
    client.force_login(author)
    client.post(editor(sheet), opened(client, sheet) | {"main_theme": str(theme.pk)})
    draft = CapsSheetPage.objects.get(pk=sheet.pk).get_latest_revision_as_object()
    assert draft.main_theme == theme
    assert {one.name for one in draft.themes.all()} == before | {theme.name}


def test_the_description_of_a_picture_is_its_alternative_text(client, sheet):
    described = make_image(description="Deux personnes au jardin.")
    typed = opened(client, sheet) | {"image": str(described.pk), "image_alt": ""}
    client.post(editor(sheet), typed)
    assert CapsSheetPage.objects.get(pk=sheet.pk).get_latest_revision_as_object().image_alt == described.description
    client.post(editor(sheet), typed | {"image_is_decorative": "on"})
    assert CapsSheetPage.objects.get(pk=sheet.pk).get_latest_revision_as_object().image_alt == ""


def refused(client: Client, address: str, typed: dict) -> Tag:
    """The summary at the top of the form that comes back."""
    response = client.post(address, typed)
    assert response.status_code == 200
    summary = BeautifulSoup(response.content, "html.parser").select("[data-error-summary]")
    assert len(summary) == 1 and summary[0]["role"] == "alert"
    return summary[0]


def places(summary: Tag) -> dict[str, str]:
    return {str(link["data-field-path"]): link.get_text(" ", strip=True) for link in summary.select("a")}


def test_a_refused_submission_names_the_tab_and_the_field_of_each_point(client, sheet):
    typed = opened(client, sheet)
    step = next(name for name in typed if name.endswith("-value-title") and typed[name])
    identifier = typed[step.removesuffix("-value-title") + "-id"]
    typed |= {"hook": "", "facilitator": " ", step: "", "action-submit": "1"}
    summary = refused(client, editor(sheet), typed)
    found = places(summary)
    assert found["hook"].startswith("Onglet « A. Résumé », Accroche :")
    assert found["facilitator"].startswith("Onglet « Provenance et droits »,")
    [(block, text)] = [(path, text) for path, text in found.items() if path.startswith("body.")]
    assert block.endswith(f".{identifier}.title") and "« étape » 1 : à remplir (titre de l’étape)" in text
    assert f"{len(found)} points à reprendre" in summary.text
    assert list(found) == sorted(found, key=lambda path: list(editor_tabs(CapsSheetPage)).index(path.split(".")[0]))


def test_a_sheet_submitted_before_any_draft_names_its_points_too(client, sheet):
    address = reverse("wagtailadmin_pages:add", args=["caps_sheets", "capssheetpage", sheet.get_parent().pk])
    typed = opened(client, sheet) | {"hook": "", "slug": "une-autre", "action-submit": "1"}
    assert "hook" in places(refused(client, address, typed))


def test_a_refused_draft_names_what_cannot_be_read(client, sheet):
    typed = opened(client, sheet) | {"hook": "", "start_date": "31/02/2024"}
    assert list(places(refused(client, editor(sheet), typed))) == ["start_date"]


def test_what_publication_asks_is_marked(client, sheet):
    page = BeautifulSoup(client.get(editor(sheet)).content, "html.parser")
    asked = set(page.select_one("[data-asked]")["data-asked"].split())
    assert asked >= {"hook", "summary", "key_points", "carrier", "themes", "clsm_items", "body", "licence"}
    assert not asked & {"easy_read", "budget", "determinants", "image"}
    assert page.select_one("[data-words='150-250'] [name=summary]") is not None
    assert page.select_one("[data-characters='120'] [name=title]") is not None


def test_the_editor_reads_the_vocabularies_and_the_review_once(client, sheet):
    """Ten lists of terms, each drawn twice, and a role for each partner."""
    client.get(editor(sheet))
    with CaptureQueriesContext(connection) as queries:
        page = client.get(editor(sheet)).content.decode()
    every = [query["sql"] for query in queries]
    assert sum('WHERE "portal_taxonomies_term"."vocabulary"' in one for one in every) <= 3, (
        "the row to add reads its own"
    )
    assert sum('FROM "wagtailcore_workflowstate"' in one for one in every) <= 4
    assert 'name="audiences"' in page and 'name="partner_items-0-role"' in page
