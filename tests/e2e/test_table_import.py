"""A long table sent, seen going forward, corrected in place with the keyboard alone; axe on each of its screens."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import AXE, WIDTHS, require, send
from tests.e2e.test_board import is_wider_than_the_screen, violations

pytestmark = pytest.mark.e2e

IMPORT = "/admin/reseau/importer/"
#: More than one request checks, however fast the machine is.
LINES = 150
LONG_PATIENCE = 240_000  # milliseconds: they are checked one by one
HEADINGS = "identifiant;Nom du contrat;annee_population;Ce que personne ne sait"


@pytest.fixture(params=WIDTHS.values(), ids=WIDTHS)
def editor(sign_in, request: pytest.FixtureRequest) -> Iterator[Page]:
    page = sign_in("administration", request.param, bypass_csp=True)
    page.goto(IMPORT)
    yield page
    page.goto(IMPORT)  # the demonstration is shared: nothing of this file stays
    while (discard := page.locator("summary", has_text="Supprimer profils.csv")).count():
        discard.first.click()
        send(page.get_by_role("button", name="Supprimer pour de bon profils.csv").first)
    while (forget := page.get_by_role("button", name="Oublier")).count():
        send(forget.first)


def table() -> bytes:
    lines = [f"essai-{number};CLSM du clavier {number};2020;rien" for number in range(LINES)]
    lines[0] = lines[0].replace("2020", "l’an passé")
    return "\n".join([HEADINGS, *lines]).encode()


def check(page: Page) -> None:
    """No fault of accessibility, nothing wider than the screen."""
    require(AXE.exists(), "axe-core est absent (npm) : accessibilité non vérifiée.")
    assert not is_wider_than_the_screen(page), page.url
    assert violations(page) == [], page.url


def test_a_cell_is_corrected_with_the_keyboard(editor: Page):
    check(editor)
    file = {"name": "profils.csv", "mimeType": "text/csv", "buffer": table()}
    editor.get_by_label("Fichier à importer").set_input_files(file)
    send(editor.get_by_role("button", name="Vérifier le fichier"))
    editor.get_by_label("Nom du contrat").select_option("nom")
    check(editor)
    editor.get_by_role("button", name="Vérifier les lignes").focus()
    with editor.expect_navigation():
        editor.keyboard.press("Enter")
    expect(editor.get_by_role("progressbar")).to_be_visible()
    summary = editor.locator("[data-error-summary]")
    expect(summary).to_be_focused(timeout=LONG_PATIENCE)  # the script goes on by itself, then shows the report
    expect(summary).to_contain_text(f"1 ligne refusée sur {LINES}.")
    check(editor)
    editor.keyboard.press("Tab")
    editor.keyboard.press("Enter")
    field = editor.get_by_label("Millésime de la population, ligne 2")
    expect(field).to_be_focused()
    expect(field).to_have_value("l’an passé")
    editor.keyboard.press("Control+A")
    editor.keyboard.type("2019")
    with editor.expect_navigation():
        editor.keyboard.press("Enter")
    expect(editor.get_by_role("button", name=f"Importer {LINES} lignes de « profils.csv »")).to_be_visible()
    expect(editor.get_by_text("Ce que personne ne sait : cette colonne est ignorée")).to_be_visible()
    check(editor)
