"""The main job, as people do it: a sheet is written, agreed to, returned, corrected, approved, found, read."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.editor import Editor
from tests.e2e.sheet_writing import (
    RARE_WORD,
    TITLE,
    agree,
    decide,
    fill_grid_and_approve,
    open_new_sheet,
    write_identity,
    write_source,
    write_summary,
    write_text,
)

pytestmark = pytest.mark.e2e


@pytest.mark.slow  # test_capitalisation goes the same way, from further
def test_from_the_first_draft_to_the_reader(sign_in, visitor: Page):
    author = sign_in("edition")
    editor = Editor(author)
    open_new_sheet(author)
    write_summary(editor)
    write_identity(editor)
    write_text(editor, with_steps=1)
    write_source(editor)

    # An incomplete sheet says what is missing, and loses nothing.
    editor.submit("erreurs de validation")
    editor.tab("C. Texte")
    expect(author.locator(".caps-text")).to_contain_text("Ce champ est requis")
    editor.fill_block(editor.last_block(5), "Marcher chaque mois")
    editor.rich_text(editor.last_block(5), "Ce qui a été fait.")
    editor.submit(TITLE)

    # Its CLSM agrees, then a first reviewer returns it with a reason; the author reads it and corrects.
    coordinator = sign_in("coordination")
    agree(coordinator, TITLE)
    reviewer = sign_in("edition2")
    decide(reviewer, TITLE, "Demander des modifications", "Précisez le jour des sorties.")
    author.goto("/admin/")
    expect(author.locator("body")).to_contain_text("Précisez le jour des sorties.")
    author.get_by_role("link", name=TITLE).first.click()
    author.wait_for_load_state("networkidle")
    editor.fill("hook", "Une heure de marche, chaque premier mardi du mois.")
    editor.submit(TITLE)

    # Another text: the grid is filled, the CLSM agrees again, then somebody else approves.
    fill_grid_and_approve(reviewer, TITLE)
    agree(coordinator, TITLE)
    visitor.goto("/recherche/?q=" + RARE_WORD)
    expect(visitor.get_by_role("link", name=TITLE)).to_have_count(0)
    decide(sign_in("moderation"), TITLE, "Approuver")

    # It is public: found by a word of its text and by its theme, and shows its CLSM.
    visitor.goto("/recherche/?q=" + RARE_WORD)
    visitor.get_by_role("link", name=TITLE).click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(visitor.get_by_role("link", name=re.compile("Cœur d’Hérault")).first).to_be_visible()
    visitor.goto("/themes/isolement-et-lien-social/")
    expect(visitor.get_by_role("link", name=TITLE).first).to_be_visible()


def test_a_sheet_leads_to_its_clsm_and_its_episode(visitor: Page):
    visitor.goto("/fiches/stages-croises/")
    visitor.get_by_role("link", name=re.compile("Cœur d’Hérault")).first.click()
    expect(visitor.get_by_role("heading", level=1)).to_contain_text("Cœur d’Hérault")
    visitor.get_by_role("link", name=re.compile("[Ss]tages croisés")).first.click()
    visitor.goto("/fiches/stages-croises/")
    visitor.locator("main").get_by_role("link", name=re.compile("[ÉEé]pisode|Écouter|Stages croisés")).last.click()
    expect(visitor.locator("audio")).to_have_attribute("src", re.compile(r"^/audio/"))
    expect(visitor.locator("main")).to_contain_text("Transcription")


def test_the_coordinators_change_waits_for_approval(sign_in, visitor: Page):
    coordinator = sign_in("coordination")
    coordinator.get_by_role("link", name=re.compile("Mettre à jour .*Cœur d’Hérault")).click()
    new_text = "Un pays, quatre groupes de travail, et des métiers qui se rencontrent."
    coordinator.wait_for_load_state("networkidle")
    Editor(coordinator).fill("short_description", new_text)
    Editor(coordinator).submit("Cœur d’Hérault")

    visitor.goto("/clsm/coeur-d-herault/")
    expect(visitor.locator("main")).not_to_contain_text(new_text)
    decide(sign_in("moderation"), "Cœur d’Hérault", "Approuver")
    visitor.reload()
    expect(visitor.locator("main")).to_contain_text(new_text)
