"""Long lists of boxes in the editor of a sheet: folded, searched, used by the keyboard."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import AXE, WIDTHS, require

pytestmark = pytest.mark.e2e

#: Pixels of the identity card of a new sheet on a desktop; its 202 boxes alone took more than twice that.
MOST_HEIGHT = 2_500


@pytest.fixture
def new_sheet(sign_in) -> Page:
    page: Page = sign_in("edition", bypass_csp=True)
    page.get_by_role("link", name="Écrire une fiche").click()
    page.get_by_role("tab", name="B. Carte d’identité").click()
    return page


def test_the_identity_card_fits_in_three_screens(new_sheet: Page) -> None:
    expect(new_sheet.locator("[data-contentpath=audiences] .choices > button")).to_be_visible()
    panel = new_sheet.locator("#tab-b_carte_didentite")
    assert panel.evaluate("panel => panel.offsetHeight") < MOST_HEIGHT
    new_sheet.set_viewport_size({"width": WIDTHS["mobile"], "height": 900})
    rights = panel.locator(".choices").evaluate_all("all => all.map((one) => one.getBoundingClientRect().right)")
    assert max(rights) <= WIDTHS["mobile"]


def test_a_list_is_searched_ticked_and_closed_with_the_keyboard(new_sheet: Page) -> None:
    require(AXE.exists(), "axe-core est absent (npm) : accessibilité non vérifiée.")
    field = new_sheet.locator("[data-contentpath=audiences]")
    toggle = field.locator(".choices > button")
    toggle.focus()
    new_sheet.keyboard.press("Enter")
    search = field.get_by_role("searchbox", name=re.compile("^Chercher : Publics visés"))
    expect(search).to_be_focused()
    new_sheet.keyboard.type("adolescents")
    expect(field.get_by_role("status")).to_have_text(re.compile(r"^1 sur \d+$"))
    new_sheet.keyboard.press("Enter")
    expect(field.locator(".choices__chosen li")).to_have_count(1)
    new_sheet.evaluate(AXE.read_text())
    found = new_sheet.evaluate("axe.run('[data-contentpath=audiences]', {resultTypes: ['violations']})")["violations"]
    assert [rule["id"] for rule in found] == []
    new_sheet.keyboard.press("Escape")
    expect(toggle).to_be_focused()
    expect(search).to_be_hidden()
    field.get_by_role("button", name=re.compile("^Retirer « Adolescents")).click()
    expect(field.locator("input:checked")).to_have_count(0)
    expect(toggle).to_be_focused()
