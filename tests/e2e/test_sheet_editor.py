"""Writing a sheet: its blocks are there, and « Où en est la fiche » leads to each input."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.editor import Editor
from tests.e2e.sheet_writing import open_new_sheet

pytestmark = pytest.mark.e2e

CLICKS_BEFORE = 32  # two for each of the sixteen required blocks


def test_what_is_missing_opens_its_field_from_the_first_autosave(sign_in):
    page = sign_in("edition")
    editor = Editor(page)
    open_new_sheet(page)
    editor.fill("title", "Une fiche neuve, exemple fictif")
    panel = page.locator("[data-completeness]")
    expect(panel).to_contain_text("38 points à compléter", timeout=20_000)
    for path, focused in (
        ("main_theme", "#id_main_theme"),
        ("clsm_items", "#id_clsm_items-ADD"),
        ("body.*title", "#body-4-value-0-value-title"),
        ("facilitator", "#id_facilitator"),
    ):
        editor.tab("A. Résumé")
        links = panel.locator("[data-field-path]").all()
        next(link for link in links if re.search(path, link.get_attribute("data-field-path"))).click()
        expect(page.locator(focused)).to_be_focused()
    editor.tab("A. Résumé")
    panel.get_by_text("1. Contexte et origine").click()
    expect(editor.section(1).locator("[contenteditable=true]").first).to_be_focused()

    # Each autosave is followed: a paragraph written is one point less.
    editor.rich_text(editor.section(1), "Un diagnostic partagé.")
    editor.tab("A. Résumé")
    expect(panel).to_contain_text("37 points à compléter", timeout=20_000)


def test_the_required_blocks_take_half_of_the_clicks(sign_in):
    page = sign_in("edition")
    editor = Editor(page)
    open_new_sheet(page)
    editor.tab("C. Texte")
    page.evaluate("window.clicks = 0; addEventListener('click', (event) => event.isTrusted && window.clicks++, true)")
    editor.add_block(editor.section(7), "Verbatim")
    blocks = page.locator("#body-root [data-streamfield-stream-container] [data-streamfield-stream-container]")
    assert blocks.locator("> [data-streamfield-child]").count() == 16
    assert page.evaluate("window.clicks") <= CLICKS_BEFORE / 2
