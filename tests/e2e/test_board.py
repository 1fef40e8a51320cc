"""The board of case files and the page of a file: accessible, on a phone, by keyboard alone."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import AXE, WIDTHS, require

pytestmark = pytest.mark.e2e

BOARD = "/admin/capitalisation/"
FRAMED = "Gardiens d’immeuble : repérer et orienter"
LATE = "Brigade de pairs-aidants dans les accueils de quartier"
UNOWNED = "Permanences d’écoute dans les marchés de producteurs"


@pytest.fixture(params=WIDTHS.values(), ids=WIDTHS)
def centre(sign_in, request: pytest.FixtureRequest) -> Page:
    """A page of the moderation, on a phone and on a desk."""
    return sign_in("moderation", request.param, bypass_csp=True)


#: A message that fades in has no contrast yet.
STILL = """Promise.all(document.getAnimations()
  .filter((one) => one.effect.getComputedTiming().endTime !== Infinity)
  .map((one) => one.finished.catch(() => null))).then(() => null)"""


def violations(page: Page) -> list[str]:
    """What axe finds in the part of the screen that is ours."""
    page.evaluate(STILL)
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run('main', {resultTypes: ['violations']})")["violations"]
    return [f"{item['id']}: {item['nodes'][0]['target']} {item['help']}" for item in found]


def is_wider_than_the_screen(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def test_axe_finds_nothing(centre: Page):
    require(AXE.exists(), "axe-core est absent (npm) : accessibilité non vérifiée.")
    found = {}
    for path in (BOARD, f"{BOARD}?retard=1"):
        centre.goto(path)
        assert not is_wider_than_the_screen(centre), path
        found[path] = violations(centre)
    centre.goto(BOARD)
    centre.get_by_role("link", name=LATE).click()
    expect(centre.get_by_role("heading", name="La suite")).to_be_visible()
    found["dossier"] = violations(centre)
    centre.locator("details.case__move").first.locator("summary").click()
    found["décision"] = violations(centre)
    assert {path: each for path, each in found.items() if each} == {}


def test_the_board_says_what_is_late_in_words(centre: Page):
    centre.goto(BOARD)
    card = centre.locator("article").filter(has_text=LATE)
    expect(card).to_contain_text("En retard de 6 jours")
    expect(centre.get_by_role("region", name="1. cadrage")).to_contain_text(LATE)
    centre.get_by_label("en retard seulement").check()
    centre.get_by_role("button", name="Afficher", exact=True).click()
    expect(centre.locator("article").filter(has_text=LATE)).to_be_visible()
    expect(centre.locator("article").filter(has_text=FRAMED)).to_have_count(0)


def test_a_file_is_read_and_moved_by_keyboard(centre: Page):
    """From the board to a decision refused for want of a reason, without the mouse; nothing is changed."""
    centre.goto(BOARD)
    centre.get_by_role("link", name=UNOWNED).focus()
    centre.keyboard.press("Enter")
    expect(centre.get_by_text("Désignez l’accompagnateur·rice du dossier.")).to_be_visible()
    centre.locator("summary", has_text="Écarter").focus()
    centre.keyboard.press("Enter")
    centre.get_by_role("button", name="Écarter").focus()
    centre.keyboard.press("Enter")
    expect(centre.get_by_role("alert")).to_contain_text("Dites le motif de cette décision.")
    expect(centre.get_by_text("en cours", exact=True)).to_be_visible()
