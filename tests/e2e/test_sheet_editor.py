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


def test_texts_are_counted_the_place_is_kept_and_a_refusal_names_its_fields(sign_in):
    page = sign_in("edition")
    editor = Editor(page)
    open_new_sheet(page)
    editor.fill("title", "Une fiche à compter, exemple fictif")
    heading = page.locator(".w-panel:has(#id_hook) [data-panel-heading]").last
    expect(heading).to_contain_text("(demandé pour publier)")
    expect(page.locator("#id_main_theme-label")).to_contain_text("(demandé pour publier)")
    expect(page.locator("#id_budget-label")).not_to_contain_text("demandé")
    expect(page.locator("[data-marks-legend]").first).to_be_visible()

    counter = page.locator("[data-words] .counter")
    expect(counter).to_have_text("0 mot : il en manque 150 (de 150 à 250)")
    editor.rich_text(page.locator("[data-contentpath=summary]"), "mot " * 150)
    expect(counter).to_have_text("150 mots (de 150 à 250)")
    expect(page.locator("[data-edit-form] > [role=status]")).to_have_text("150 mots (de 150 à 250)")
    editor.fill("hook", "Une accroche")
    expect(page.locator(".w-panel:has(#id_hook) .counter").last).to_have_text("12 caractères sur 200")
    page.wait_for_url("**/edit/**")

    editor.tab("C. Texte")
    fifth = editor.section(5)
    fifth.evaluate("section => section.scrollIntoView({block: 'start', behavior: 'instant'})")
    before = fifth.bounding_box()
    page.evaluate("window.before = true")
    editor.action("Enregistrer le brouillon")
    page.wait_for_function("!window.before")
    expect(page.get_by_role("tab", name="C. Texte")).to_have_attribute("aria-selected", "true")
    expect(fifth).to_be_in_viewport()
    assert abs(fifth.bounding_box()["y"] - before["y"]) < 90, "the message of the save takes a line"

    editor.action("Soumettre")
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text(re.compile(r"\d\d points à reprendre"))
    expect(page.get_by_role("tab", name="C. Texte")).to_have_attribute("aria-selected", "true")
    summary.get_by_role("link", name=re.compile("^Onglet « B. Carte d’identité », Thème principal : ")).click()
    expect(page.locator("#id_main_theme")).to_be_focused()
    summary.get_by_role("link", name=re.compile("1. Contexte et origine")).click()
    expect(editor.section(1).locator("[contenteditable=true]").first).to_be_focused()
