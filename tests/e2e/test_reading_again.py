"""A sheet that comes back: read beside its grid by the reviewer, on a phone by the CLSM, and only where it changed."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from caps_sheets.models import CapsSheetPage, GridReview
from tests.capitalisation.proofreading import agreement, comment, make_coordinator, make_round
from tests.capitalisation.test_proofreading_again import LEVERS, lever, url, written_again
from tests.caps_sheets.test_review_again import make_read, write
from tests.e2e.served import SITE, browsing
from tests.e2e.test_centre_screens import is_wider_than_the_screen, violations
from tests.factories.network import make_clsm

pytestmark = [pytest.mark.e2e, pytest.mark.django_db]


@pytest.fixture
def page(browser: Browser, client: Client) -> Iterator[Page]:
    with browsing(browser, client) as (context, _):
        yield context.new_page()


def come_in(page: Page, client: Client, person: object, size: tuple[int, int]) -> None:
    client.force_login(person)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": SITE}])
    page.set_viewport_size({"width": size[0], "height": size[1]})


def press(page: Page, button: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=button).click()


def is_whole(page: Page) -> None:
    assert not is_wider_than_the_screen(page), page.url
    assert violations(page) == []


def test_the_reviewer_reads_beside_the_grid(page: Page, client: Client):
    reviewer, sheet = make_read()
    write(sheet, leviers=lever("L’élue préside tout."))
    come_in(page, client, reviewer, (1280, 800))
    page.goto(SITE + reverse("review_grid", args=[sheet.pk]))
    text, grid = page.locator("#texte"), page.locator("#grille")
    assert text.bounding_box()["x"] + text.bounding_box()["width"] <= grid.bounding_box()["x"]
    is_whole(page)
    question = page.get_by_role("group", name="L’action est mise en perspective")
    question.get_by_role("link", name="Enseignements et conseils").click()
    expect(page.locator("#partie-enseignements .lessons")).to_be_in_viewport()  # the fold opens by itself
    expect(question).to_be_in_viewport()
    assert page.locator("#grille").evaluate("grid => grid.scrollHeight > grid.clientHeight")
    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_role("link", name="La grille", exact=True).click()
    asked = page.get_by_role("group", name="Les trois parties sont présentes")
    asked.get_by_label("oui").check()
    asked.get_by_role("link", name="toute la fiche").click()
    expect(grid).to_be_hidden()
    is_whole(page)
    page.get_by_role("link", name="La grille", exact=True).click()
    expect(asked.get_by_label("oui")).to_be_checked()
    is_whole(page)
    press(page, "Oui à toute la catégorie 1")
    expect(page.get_by_text("donné à 2 critères sans réponse")).to_be_in_viewport()
    expect(page.locator("#grille input[value=oui]:checked")).to_have_count(19)
    is_whole(page)
    press(page, "Annuler ces « oui » de la catégorie 1")
    expect(asked.get_by_label("oui")).to_be_checked()  # what was typed before stays
    expect(page.locator("#grille input[value=oui]:checked")).to_have_count(17)
    page.get_by_role("button", name="Enregistrer la grille").last.click()
    page.get_by_text("La grille est enregistrée.").wait_for()
    assert GridReview.objects.filter(sheet=sheet).count() == 2


def test_the_clsm_reads_one_part_again_on_a_phone(page: Page, client: Client):
    clsm = make_clsm(title="CLSM du Val")
    coordinator = make_coordinator(clsm)
    asked = make_round(clsm, title="Marcher ensemble", sections={"leviers": LEVERS})
    come_in(page, client, coordinator, (360, 740))
    client.post(url(asked, clsm), agreement(asked, decision="retour") | comment("contexte", "Précisez l’année."))
    again = written_again(asked, leviers=lever("L’élue préside tout."))
    client.get(url(again, clsm))  # shows what was said of the answer before
    page.goto(SITE + url(again, clsm))
    page.get_by_role("region", name="Depuis votre lecture").get_by_role("link", name="Leviers").click()
    expect(page.locator("#leviers ins")).to_be_in_viewport()
    expect(page.locator("#resultats textarea")).to_be_hidden()
    is_whole(page)
    page.get_by_role("button", name="Reprendre cet accord").click()
    page.get_by_text("accords d’avant sont repris").wait_for()
    assert page.locator("[name=verbatim]:checked").count() == 1
    page.locator("#leviers [name=verbatim]").check()
    page.get_by_label("J’ai lu la fiche").check()
    page.get_by_role("button", name="Donner le bon à publier").click()
    page.get_by_text("Merci de votre lecture").wait_for()
    assert CapsSheetPage.objects.get(pk=asked.sheet_id).current_workflow_task.name == "Relecture éditoriale"
