"""A whole CAPS sheet written in the back office, then agreed to, reviewed and approved, as people do it."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import send
from tests.e2e.editor import Editor

TITLE = "Marches partagées entre soignants et habitants"
RARE_WORD = "brouette"
SUMMARY = " ".join(["Chaque mois, des soignants et des habitants marchent ensemble et parlent."] * 17)


def write_summary(editor: Editor) -> None:
    page = editor.page
    page.locator("#id_title").fill(TITLE)
    editor.fill("hook", "Une heure de marche vaut parfois une salle d’attente.")
    editor.rich_text(page.locator("[data-contentpath=summary]"), SUMMARY)
    write_key_points(editor)


def write_key_points(editor: Editor) -> None:
    for point in ("Marcher côte à côte délie la parole", "Un lieu neutre rassure", "Un rythme fixe fidélise"):
        block = editor.add_block(editor.page.locator("#key_points-root"))
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
    editor.tick("objectives", page.locator("input[name=objectives]").first.locator("..").inner_text().strip())
    page.locator("#id_partner_items-ADD").click()
    editor.choose(page.locator("#id_partner_items-0-organisation-chooser"), "SYDEL")
    editor.select("partner_items-0-role", "Pilote")


def write_text(editor: Editor, *, with_steps: int) -> None:
    editor.tab("C. Texte")

    def add(number: int, block: str, *texts: str) -> Locator:
        added = editor.placed_block(number, block) or editor.add_block(editor.section(number), block)
        editor.fill_block(added, *texts)
        return added

    add(1, "Paragraphe", f"Tout est parti d’une {RARE_WORD} prêtée par le jardin partagé.")
    add(2, "Objectif", "Rompre l’isolement.").locator("select").select_option(label="Général")
    add(3, "Paragraphe", "Les habitants choisissent les parcours.")
    participation = add(3, "Participation", "Deux usagers préparent chaque sortie.")
    participation.locator("select").select_option(label="Co-construction")
    add(4, "Partenaires", "Jardin partagé")
    for step in ("Repérer les parcours", "Marcher chaque mois")[:with_steps]:
        editor.rich_text(add(5, "Étape", step), "Ce qui a été fait.")
    add(6, "Paragraphe", "Une demi-journée par mois.")
    for title in ("Côte à côte", "Un rythme fixe"):
        editor.rich_text(add(7, "Élément saillant", title), "On parle mieux en marchant.")
    quotation = add(7, "Verbatim", "En marchant, je n’ai plus l’impression d’être reçue.", "Habitante")
    quotation.get_by_label(re.compile("accord")).check()
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


def open_new_sheet(page: Page) -> None:
    page.goto("/admin/pages/")
    page.get_by_role("row", name="Liste des fiches CAPS").get_by_role("link").last.click()
    page.get_by_role("link", name="Ajouter une sous-page").first.click()
    page.wait_for_selector("#id_title")


def decide(page: Page, title: str, action: str, reason: str = "") -> None:
    """Open a waiting page from the dashboard and take a decision on it."""
    page.goto("/admin/")
    waiting = page.locator("section.work-list", has_text="À relire").first
    waiting.get_by_role("link", name=title).click()
    Editor(page).action(action)
    if reason:
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Motif").fill(reason)
        dialog.get_by_role("button").last.click()
    expect(page.locator(".messages")).to_contain_text(title)


def open_proofreading(coordinator: Page, title: str) -> None:
    """From the space of the CLSM to the sheet that waits for its answer."""
    coordinator.goto("/mon-clsm/")
    coordinator.locator("a[href*='/relectures/']", has_text=title).first.click()
    coordinator.wait_for_url("**/relectures/**")


def agree(coordinator: Page, title: str) -> None:
    """Give the *bon à publier*, one quotation after the other."""
    open_proofreading(coordinator, title)
    again = coordinator.get_by_role("button", name=re.compile("^Reprendre ce"))
    if again.count():  # what was agreed to in a part that did not change
        send(again)
    for box in coordinator.locator("input[name=verbatim]").all():
        box.check()
    coordinator.get_by_label("J’ai lu la fiche").check()
    send(coordinator.get_by_role("button", name="Donner le bon à publier"))
    expect(coordinator.locator(".messages")).to_contain_text("bon à publier du CLSM est enregistré")


def fill_grid_and_approve(page: Page, title: str) -> None:
    page.goto("/admin/")
    waiting = page.locator("section.work-list", has_text="À relire").first
    waiting.get_by_role("link", name=title).click()
    page.get_by_role("link", name="Remplir la grille de relecture").first.click()
    page.wait_for_url("**/grille/")
    for answer in page.get_by_label("oui", exact=True).all():
        answer.check()
    send(page.get_by_role("button", name="Enregistrer et approuver"))
    expect(page.locator(".messages")).to_contain_text("passée")
