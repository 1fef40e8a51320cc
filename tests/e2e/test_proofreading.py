"""The proof-reading page as a coordinator uses it: keyboard, interruptions, phone, without JavaScript; and axe."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import AXE, new_context, require

pytestmark = pytest.mark.e2e

TITLE = "Des repas de ferme en ferme"
WCAG = "{resultTypes: ['violations']}"


@pytest.fixture
def reading(sign_in) -> Page:
    """The sheet that waits for the coordination of Saint-Flour."""
    page = sign_in("coordination2")
    page.goto("/mon-clsm/")
    page.get_by_role("link", name="Saint-Flour").first.click()
    page.get_by_role("link", name=re.compile(TITLE)).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(TITLE)
    return page


def test_what_is_typed_is_kept_when_the_page_is_closed(reading: Page):
    box = reading.locator("#commentaire-leviers")
    box.fill("Le véto a aussi prêté sa salle.")
    expect(reading.locator("[data-part=leviers] [data-status]")).to_contain_text("Enregistré")
    with reading.expect_response(lambda answer: answer.request.method == "POST"):
        reading.locator("input[name=verbatim]").first.check()
    reading.reload()
    expect(reading.locator("#commentaire-leviers")).to_have_value("Le véto a aussi prêté sa salle.")
    expect(reading.locator("input[name=verbatim]").first).to_be_checked()


def test_a_cut_connection_is_said_and_caught_up(reading: Page):
    reading.context.set_offline(True)
    reading.locator("#commentaire-difficultes").fill("Dites l’hiver trop long.")
    expect(reading.locator("[data-part=difficultes] [data-status]")).to_contain_text("Pas encore enregistré")
    reading.context.set_offline(False)  # and nobody types again
    expect(reading.locator("[data-part=difficultes] [data-status]")).to_contain_text("Enregistré à", timeout=25_000)
    reading.reload()
    expect(reading.locator("#commentaire-difficultes")).to_have_value("Dites l’hiver trop long.")


def test_an_unfinished_agreement_says_what_is_missing(reading: Page):
    for box in reading.locator("input[name=verbatim]:checked").all():
        box.uncheck()
    reading.get_by_role("button", name="Donner le bon à publier").click()
    expect(reading.get_by_role("alert")).to_contain_text("sans votre accord")
    expect(reading.get_by_role("alert")).to_contain_text("Cochez que vous avez lu la fiche")


def test_one_quotation_is_refused_on_a_phone_and_the_refusal_taken_back(reading: Page):
    reading.set_viewport_size({"width": 360, "height": 740})
    quotation = reading.locator(".proof-verbatim").first
    quotation.get_by_text("Je refuse cette citation").click()
    quotation.get_by_label("Pourquoi").fill("On la reconnaît.")
    quotation.get_by_role("button", name="Refuser cette citation").click()
    expect(quotation).to_contain_text("Vous refusez cette citation")
    expect(quotation).to_be_in_viewport()
    expect(reading.get_by_role("button", name="Donner le bon à publier, sauf pour une citation")).to_be_visible()
    assert reading.evaluate("document.documentElement.scrollWidth") <= 360
    quotation.get_by_role("button", name="Annuler ce refus").click()
    expect(quotation).to_contain_text("D’accord pour publier")


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_fits_the_screen(reading: Page, width: int):
    reading.set_viewport_size({"width": width, "height": 800})
    assert reading.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing(reading: Page, browser: Browser, site: str, width: int, scheme: str):
    require(AXE.exists(), "axe-core est absent (npm) : accessibilité non vérifiée.")
    signed_in = reading.context.storage_state()
    context = new_context(browser, site, width, color_scheme=scheme, bypass_csp=True, storage_state=signed_in)
    page = context.new_page()
    page.goto(reading.url)
    assert violations(page) == []
    page.get_by_role("button", name="Donner le bon à publier").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_text("Je refuse cette citation").first.click()
    assert violations(page) == []
    page.get_by_role("button", name="Refuser cette citation").first.click()
    expect(page.locator(".proof-verbatim").first).to_contain_text("Vous refusez cette citation")
    assert violations(page) == []
    page.get_by_role("button", name="Annuler ce refus").click()
    expect(page.get_by_text("Je refuse cette citation").first).to_be_visible()  # taken back before the page is closed
    context.close()


def test_answers_without_javascript(reading: Page, browser: Browser, site: str):
    """Last of the file: the answer ends the proof-reading of the demonstration."""
    context = new_context(browser, site, java_script_enabled=False)
    context.add_cookies(reading.context.cookies())
    page = context.new_page()
    page.goto(reading.url)
    page.locator("#commentaire-ensemble").fill("Très fidèle, merci.")
    page.get_by_role("button", name="Enregistrer et répondre plus tard").click()
    expect(page.locator(".messages")).to_contain_text("enregistrés")
    expect(page.locator("#commentaire-ensemble")).to_have_value("Très fidèle, merci.")
    for box in page.locator("input[name=verbatim]").all():
        box.check()
    page.get_by_label("J’ai lu la fiche").check()
    page.get_by_role("button", name="Donner le bon à publier").click()
    expect(page.locator("main")).to_contain_text("bon à publier")
    expect(page.get_by_role("textbox")).to_have_count(0)
    context.close()


def violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text())
    result = page.evaluate(f"axe.run(document, {WCAG})")["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in result for node in one["nodes"]]
