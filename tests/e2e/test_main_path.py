"""The main job, as people do it: a sheet is written, agreed to, returned, corrected, approved, found, read."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.editor import Editor

pytestmark = pytest.mark.e2e

TITLE = "Marches partagées entre soignants et habitants"
RARE_WORD = "brouette"
SUMMARY = " ".join(["Chaque mois, des soignants et des habitants marchent ensemble et parlent."] * 17)


def write_summary(editor: Editor) -> None:
    page = editor.page
    page.locator("#id_title").fill(TITLE)
    editor.fill("hook", "Une heure de marche vaut parfois une salle d’attente.")
    editor.rich_text(page.locator("[data-contentpath=summary]"), SUMMARY)
    for point in ("Marcher côte à côte délie la parole", "Un lieu neutre rassure", "Un rythme fixe fidélise"):
        block = editor.add_block(page.locator("#key_points-root"))
        block.locator("input[type=text], textarea").first.fill(point)


def write_identity(editor: Editor) -> None:
    page = editor.page
    editor.tab("B. Carte d’identité")
    page.locator("#id_clsm_items-ADD").click()
    editor.choose(page.locator("#id_clsm_items-0-clsm-chooser"), "Cœur d’Hérault")
    editor.choose(page.locator("#id_carrier-chooser"), "SYDEL")
    editor.select("scale", "Pays, PETR")
    page.locator("#id_is_ongoing").check()
    editor.fill("start_date", "01/03/2024")
    page.keyboard.press("Tab")
    editor.select("recurrence", "récurrente")
    editor.select("main_theme", "Isolement et lien social")
    for field, label in (
        ("themes", "Isolement et lien social"),
        ("audiences", "Adultes"),
        ("settings", "Nature, jardins"),
        ("strategies", "Renforcer l’action communautaire"),
        ("action_types", "Sensibilisation"),
        ("funders", "Commune"),
    ):
        editor.tick(field, label)
    page.locator("input[name=objectives]").first.check()
    page.locator("#id_partner_items-ADD").click()
    editor.choose(page.locator("#id_partner_items-0-organisation-chooser"), "SYDEL")
    editor.select("partner_items-0-role", "Pilote")


def write_text(editor: Editor, *, with_steps: int) -> None:
    editor.tab("C. Texte")

    def add(number: int, block: str, *texts: str) -> None:
        added = editor.add_block(editor.section(number), block)
        editor.fill_block(added, *texts)

    add(1, "Paragraphe", f"Tout est parti d’une {RARE_WORD} prêtée par le jardin partagé.")
    add(2, "Objectif", "Rompre l’isolement.")
    editor.section(2).locator("select").last.select_option(label="Général")
    add(3, "Paragraphe", "Les habitants choisissent les parcours.")
    add(3, "Participation", "Deux usagers préparent chaque sortie.")
    editor.section(3).locator("select").last.select_option(label="Co-construction")
    add(4, "Partenaires", "Jardin partagé")
    for step in ("Repérer les parcours", "Marcher chaque mois")[:with_steps]:
        add(5, "Étape", step)
        editor.rich_text(editor.last_block(5), "Ce qui a été fait.")
    add(6, "Paragraphe", "Une demi-journée par mois.")
    for title in ("Côte à côte", "Un rythme fixe"):
        add(7, "Élément saillant", title)
        editor.rich_text(editor.last_block(7), "On parle mieux en marchant.")
    add(7, "Verbatim", "En marchant, je n’ai plus l’impression d’être reçue.", "Habitante")
    editor.last_block(7).get_by_label(re.compile("accord")).check()
    add(8, "Difficulté", "La pluie.", "Un parcours couvert.", "Aucune sortie annulée.")
    add(9, "Levier", "Le jardin", "Il prête ses outils.")
    add(10, "Évaluation", "Non évaluée")
    for lesson in ("Commencer par un parcours court.", "Garder le même jour chaque mois."):
        add(11, "Enseignement", lesson)


def write_source(editor: Editor) -> None:
    editor.tab("Provenance et droits")
    editor.fill("facilitator", "Chargée de mission du Centre")
    editor.fill("interview_dates", "mai 2024")
    editor.fill("interviewed_roles", "Coordinatrice, infirmière")
    editor.select("licence", "CC BY-SA 4.0")


def decide(page: Page, title: str, action: str, reason: str = "") -> None:
    """Open a waiting page from the dashboard and take a decision on it."""
    page.goto("/admin/")
    waiting = page.locator("#mes-relectures-section, section", has_text="Ce qui m’attend").first
    waiting.get_by_role("link", name=title).click()
    Editor(page).action(action)
    if reason:
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Motif").fill(reason)
        dialog.get_by_role("button").last.click()
    expect(page.locator(".messages")).to_contain_text(title)


def agree(coordinator: Page, title: str) -> None:
    """Give the *bon à publier* from the space of the CLSM, one quotation after the other."""
    coordinator.goto("/mon-clsm/")
    coordinator.get_by_role("link", name=title).first.click()
    for box in coordinator.locator("input[name=verbatim]").all():
        box.check()
    coordinator.get_by_label("J’ai lu la fiche").check()
    coordinator.get_by_role("button", name="Donner le bon à publier").click()
    expect(coordinator.locator(".messages")).to_contain_text("bon à publier du CLSM est enregistré")


def fill_grid_and_approve(page: Page, title: str) -> None:
    page.goto("/admin/")
    waiting = page.locator("#mes-relectures-section, section", has_text="Ce qui m’attend").first
    waiting.get_by_role("link", name=title).click()
    page.get_by_role("link", name="Remplir la grille de relecture").first.click()
    for answer in page.get_by_label("oui", exact=True).all():
        answer.check()
    page.get_by_role("button", name="Enregistrer et approuver").click()
    expect(page.locator(".messages")).to_contain_text("approuvée")


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
    expect(author.locator(".caps-text")).to_contain_text("5. Déroulement : les étapes : il manque au moins 2")
    editor.fill_block(editor.add_block(editor.section(5), "Étape"), "Marcher chaque mois")
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


def open_new_sheet(page: Page) -> None:
    page.goto("/admin/pages/")
    page.get_by_role("row", name="Liste des fiches CAPS").get_by_role("link").last.click()
    page.get_by_role("link", name="Ajouter une sous-page").first.click()
    page.wait_for_selector("#id_title")


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
