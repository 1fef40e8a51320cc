"""From a sheet to its episode in a browser, then its transcript corrected beside the sound; and axe on both screens."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import AXE

pytestmark = pytest.mark.e2e

WCAG = "{resultTypes: ['violations']}"
SHEET = "Pairs-aidants et GEM"
EPISODE = "Un film choisi par des lycéens"


def violations(page: Page) -> list[str]:
    """Of what these screens add: the frame around them is Wagtail’s."""
    page.add_script_tag(path=AXE)
    found = page.evaluate(f"axe.run('.making', {WCAG})")["violations"]
    return [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]


def test_sheet_becomes_the_draft_of_an_episode(sign_in):
    page = sign_in("edition")
    page.goto(f"/admin/pages/search/?q={SHEET}")
    page.get_by_role("link", name=SHEET).first.click()
    page.get_by_role("button", name="Actions").first.click()
    page.get_by_role("link", name="Préparer l’épisode").click()
    expect(page.get_by_text("Ce qui a coincé")).to_be_visible()
    page.get_by_role("button", name="Créer le brouillon de l’épisode").click()
    expect(page.get_by_role("heading", name="Étapes")).to_be_visible()
    page.get_by_role("button", name="C’est fait : Conducteur prêt").click()
    expect(page.get_by_role("button", name="À refaire : Conducteur prêt")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("link", name="Ouvrir : Conducteur prêt").click()
    page.get_by_label("Durée prévue, en minutes").first.fill("2")
    page.get_by_role("button", name="Enregistrer le conducteur").click()
    expect(page.get_by_text("Le conducteur est enregistré.")).to_be_visible()


def test_cue_is_heard_timed_and_corrected(sign_in):
    page = sign_in("edition")
    page.goto(f"/admin/pages/search/?q={EPISODE}")
    page.get_by_role("link", name=EPISODE).first.click()
    page.get_by_role("button", name="Actions").first.click()
    page.get_by_role("link", name="Transcription").click()
    expect(page.locator("[data-cue]").first).to_be_visible()
    assert violations(page) == []
    cue = page.locator("[data-cue]").nth(3)
    cue.get_by_role("button", name="Écouter").click()
    expect(cue).to_have_attribute("aria-current", "true")
    expect(page.locator("audio")).to_have_js_property("paused", True)  # it stops at the end of the cue
    others = page.locator("[data-cue]").nth(2)
    begins = others.locator("[data-cue-start]")
    before = begins.input_value()
    others.get_by_role("button", name="Début ici").click()
    assert begins.input_value().startswith("00:12."), "hours are written only where there are some"
    begins.fill(before)
    cue.get_by_role("button", name="Fin ici").click()
    ended = cue.locator("[data-cue-end]").input_value()
    assert ended.startswith("00:12.")
    cue.get_by_label("Texte").fill("D’une question de lycéens : à qui ?")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_text("Les répliques sont enregistrées dans le brouillon.")).to_be_visible()
    expect(page.locator("[data-cue]").nth(3).get_by_label("Texte")).to_have_value("D’une question de lycéens : à qui ?")
