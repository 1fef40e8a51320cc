"""The Centre's daily work, from an invitation to a published sheet, by the five people who do it."""

import email
import email.policy
import re
import time
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import new_context, send
from tests.e2e.editor import Editor
from tests.e2e.sheet_writing import (
    SUMMARY,
    agree,
    decide,
    fill_grid_and_approve,
    open_proofreading,
    write_key_points,
    write_text,
)

pytestmark = pytest.mark.e2e

CLSM = "CLSM de Nevers"
NEWCOMER = "relais.nevers@portail.example"
TITLE = "Balades de la rive"
SECRET = "confidence-de-la-rive"
TODAY = f"{date.today():%d/%m/%Y}"


def last_mail(folder: Path, to: str) -> str:
    """The text of the latest message written to ``to``."""
    found = []
    for file in sorted(folder.glob("*.log"), key=lambda one: one.stat().st_mtime):
        for part in re.split(rb"-{79}\n", file.read_bytes()):
            message = email.message_from_bytes(part, policy=email.policy.default)
            if to in str(message["To"]):
                found.append(message.get_body().get_content())
    assert found, f"Aucun message pour {to}."
    return found[-1]


def code_for(person: str, mailbox: Path) -> str:
    """The code to sign in: its mail leaves once the page has answered."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if code := re.search(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", last_mail(mailbox, person), re.M):
            return code[1]
        time.sleep(0.2)
    raise AssertionError(f"Aucun code pour {person}.")


def link_in(text: str, path: str) -> str:
    match = re.search(rf"https?://[^/\s]+(/{path}/\S+)", text)
    assert match, text
    return match[1]


def invite(centre: Page) -> None:
    centre.goto("/admin/reseau/coordination/?q=Nevers")
    centre.get_by_role("link", name=CLSM).first.click()
    centre.get_by_role("link", name="Inviter une personne").click()
    centre.get_by_label("Adresse e-mail").fill(NEWCOMER)
    centre.get_by_label("Fonction").fill("Coordinatrice du CLSM")
    send(centre.get_by_role("button", name="Envoyer l’invitation"))
    expect(centre.locator(".messages")).to_contain_text(NEWCOMER)


def accept(page: Page, mailbox: Path) -> None:
    """The link shows a button; the account opens with a code received by e-mail."""
    page.goto(link_in(last_mail(mailbox, NEWCOMER), "invitation"))
    page.get_by_label("Prénom").fill("Andrea")
    page.get_by_label("Nom", exact=True).fill("Exemple")
    send(page.get_by_role("button", name="J’accepte l’invitation"))
    page.wait_for_url("**/login/code/**")
    page.locator("main").get_by_label("E-mail").fill(NEWCOMER)
    page.locator("main").get_by_label("E-mail").press("Enter")
    page.locator("#id_code").fill(code_for(NEWCOMER, mailbox))
    page.locator("#id_code").press("Enter")
    page.wait_for_url("**/mon-clsm/**")


def declare(page: Page) -> str:
    """Confirm the profile, declare the action in the steps of the questionnaire; returns the id of the answer."""
    page.goto("/mon-clsm/")
    send(page.get_by_role("button", name="Rien n’a changé, je confirme").first)
    expect(page.locator(".messages")).to_contain_text("confirmé")
    page.goto(f"{page.url.rstrip('/')}/actions/")
    send(page.get_by_role("button", name="Déclarer une action"))
    page.get_by_label("Intitulé de l’action").fill(TITLE)
    page.get_by_label("Description").fill("Des marches le long du fleuve, une fois par mois.")
    forward(page)
    page.get_by_label("Thème principal").select_option(label="Isolement et lien social")
    for name, value in (("objectives", 0), ("audiences", 0), ("settings", 0), ("action_types", 0)):
        box = page.locator(f"input[name={name}]").nth(value)
        box.evaluate("box => { const list = box.closest('details'); if (list) list.open = true }")
        box.check()
    forward(page)
    page.get_by_role("group", name="Avancement").get_by_label("Terminée").check()
    page.get_by_label("Début").fill("2023-03-01")
    page.get_by_label("Fin").fill("2024-06-30")
    forward(page)
    page.get_by_label("Porteur opérationnel").fill("Intercommunalité de Nevers")
    forward(page)
    forward(page)
    page.get_by_role("group", name="Souhait de capitalisation").get_by_label("Oui", exact=True).check()
    page.get_by_role("group", name=re.compile("fiche courte")).get_by_label("Oui").check()
    forward(page)
    page.get_by_label("J’ai lu cette mention").check()
    send(page.get_by_role("button", name="Envoyer au Centre"))
    expect(page.locator(".messages")).to_contain_text("envoyée")
    return re.search(r"/actions/(\d+)/", page.url)[1]


def forward(page: Page) -> None:
    send(page.get_by_role("button", name="Enregistrer et continuer"))


def record(centre: Page, answer: str) -> None:
    """The Centre takes the action in, then opens its case file in the name of the coach."""
    centre.goto(f"/admin/recensement/inspect/{answer}/")
    centre.get_by_label("Nouvel état").select_option(label="Recenser")
    send(centre.get_by_role("button", name="Voir avant de confirmer"))
    send(centre.get_by_role("button", name=re.compile("Confirmer|Changer")))
    expect(centre.locator(".messages")).to_contain_text("1 action")
    centre.goto(f"/admin/recensement/inspect/{answer}/")
    centre.get_by_role("link", name="Ouvrir un dossier").click()
    owner = centre.get_by_label("Accompagnateur·rice")
    owner.select_option(label=owner.locator("option", has_text="Maxime").first.inner_text())
    send(centre.get_by_role("button", name="Ouvrir le dossier"))
    send(centre.get_by_role("button", name="Passer au cadrage"))


def frame(coach: Page) -> None:
    """The owner answers the grid and keeps the action."""
    coach.goto("/admin/capitalisation/dossiers/")
    coach.get_by_role("link", name=TITLE).first.click()
    grid = coach.locator("section[aria-labelledby=cadrage]")
    grid.locator("select").first.wait_for()
    for field in grid.locator("select").all():
        choices = field.locator("option").all_inner_texts()
        field.select_option(label="oui" if "oui" in choices else "2")
    send(grid.get_by_role("button", name="Enregistrer la grille"))
    expect(coach.locator(".messages")).to_be_visible()
    fill_day(coach, "carrier_agreed_on")
    send(coach.get_by_role("button", name="Retenir l’action"))
    expect(coach.locator("body")).to_contain_text("recueil")


def put_today(page: Page, name: str) -> Locator:
    """Written without the calendar, which would open over the next fields."""
    box = page.locator(f"#id_{name}").first
    box.evaluate("(box, day) => { box.value = day }", TODAY)
    return box


def fill_day(page: Page, name: str) -> None:
    box = put_today(page, name)
    send(page.locator("section", has=box).get_by_role("button", name=re.compile("Enregistrer")).first)


def interview(coach: Page) -> None:
    """Consent first, then the answers, the transcript and its reading; the analysis says where each answer goes."""
    case = coach.url
    coach.get_by_role("link", name="Planifier un entretien").click()
    put_today(coach, "met_on")
    coach.locator("#id_met_at").fill("00:01")
    coach.locator("#id_interviewee_role").fill("Coordinatrice, infirmière")
    send(coach.locator("form.interview__form button[type=submit]").first)
    coach.get_by_role("link", name="Enregistrer le consentement").click()
    put_today(coach, "given_on")
    for name in ("allows_notes", "allows_recording", "allows_verbatims", "allows_role"):
        coach.locator(f"#id_{name}").check()
    send(coach.locator("form.interview__form button[type=submit]").first)
    meeting = coach.url
    coach.get_by_role("link", name="Saisir les réponses").click()
    row = coach.locator("#partie-2 .interview__row").first
    row.get_by_label("Notes").fill(f"Tout est parti d’une marche improvisée ({SECRET}).")
    row.get_by_label("Verbatim candidat").fill("Au bord de l’eau, on ne se regarde pas, on se parle.")
    row.get_by_label("Fonction de la personne citée").fill("Habitante")
    send(coach.get_by_role("button", name="Enregistrer", exact=True))
    coach.goto(meeting)
    coach.get_by_role("link", name=re.compile("Ajouter un fichier|Joindre")).click()
    coach.locator("#id_kind").select_option("transcription")
    transcript = {"name": "entretien.txt", "mimeType": "text/plain", "buffer": f"Notes. {SECRET}".encode()}
    coach.locator("#id_file").set_input_files(transcript)
    send(coach.locator("form.interview__form button[type=submit]").first)
    send(coach.get_by_role("button", name="Noter la transcription comme relue"))
    coach.get_by_role("link", name="Analyser").click()
    coach.get_by_label("Retenir ce verbatim").first.check()
    send(coach.get_by_role("button", name="Enregistrer l’analyse"))
    coach.goto(meeting)
    send(coach.get_by_role("button", name="Clore l’entretien"))
    coach.goto(case)
    send(coach.get_by_role("button", name="Clore le recueil et passer à l’analyse"))
    fill_day(coach, "plan_validated_on")
    send(coach.get_by_role("button", name="Passer à la rédaction"))
    send(coach.get_by_role("button", name="Générer le brouillon de fiche"))
    coach.wait_for_url("**/admin/pages/**")


def write_up(coach: Page) -> None:
    """Rewrite what the draft holds, fill what it cannot know, and submit."""
    editor = Editor(coach)
    coach.wait_for_load_state("networkidle")
    editor.fill("hook", "Marcher au bord de l’eau, et parler enfin.")
    rewrite(coach.locator("[data-contentpath=summary] [contenteditable=true]"), SUMMARY)
    write_key_points(editor)
    editor.tab("B. Carte d’identité")
    editor.select("recurrence", "ponctuelle")
    editor.tick("strategies", "Renforcer l’action communautaire")
    editor.tick("funders", "Commune")
    coach.locator("#id_partner_items-ADD").click()
    editor.choose(coach.locator("#id_partner_items-0-organisation-chooser"), "Nevers")
    editor.select("partner_items-0-role", "Pilote")
    write_text(editor, with_steps=2)
    for passage in coach.locator("[contenteditable=true]", has_text="[à réécrire]").all():
        rewrite(passage, "Une marche improvisée, un soir de crue.")
    for box in coach.get_by_label(re.compile("accord")).all():
        box.check()
    editor.tab("Provenance et droits")
    editor.select("licence", "CC BY-SA 4.0")
    editor.submit(TITLE)


def rewrite(area: Locator, text: str) -> None:
    area.click()
    area.press("Control+A")
    area.page.keyboard.insert_text(text)


def send_back(coordinator: Page) -> None:
    open_proofreading(coordinator, TITLE)
    coordinator.locator("#commentaire-leviers").fill("Ajoutez le prêt de la salle.")
    send(coordinator.get_by_role("button", name="Renvoyer aux auteurs avec mes commentaires"))
    expect(coordinator.locator(".messages")).to_contain_text("auteurs")


def correct(coach: Page, sheet: str, words: str, hook: str) -> None:
    """Read why the sheet came back, change it, and submit it again."""
    coach.goto(sheet)
    expect(coach.locator("body")).to_contain_text(words)
    coach.wait_for_load_state("networkidle")
    editor = Editor(coach)
    editor.fill("hook", hook)
    editor.submit(TITLE)


def fill_grid_with_a_no(reviewer: Page) -> None:
    reviewer.goto("/admin/")
    waiting = reviewer.locator("section.work-list", has_text="À relire").first
    waiting.get_by_role("link", name=TITLE).click()
    reviewer.get_by_role("link", name="Remplir la grille de relecture").first.click()
    reviewer.get_by_role("button", name="Enregistrer et approuver").wait_for()
    for answer in reviewer.get_by_label("oui", exact=True).all():
        answer.check()
    wrong = reviewer.locator("fieldset.review__criterion").first
    wrong.get_by_label("non", exact=True).check()
    wrong.locator("textarea").fill("Les trois parties ne disent pas la même date.")
    send(reviewer.get_by_role("button", name="Enregistrer et approuver"))
    expect(reviewer.locator("body")).to_contain_text("Avant d’approuver")
    reviewer.get_by_label(re.compile("Motif")).fill("Accordez les dates.")
    send(reviewer.get_by_role("button", name="Enregistrer et demander des modifications"))
    expect(reviewer.locator(".messages")).to_contain_text("renvoyée à ses auteurs")


def nobody_outside_reads(visitor: Page, addresses: list[str]) -> None:
    """What the case file holds stays behind the door of the back office."""
    for address in addresses:
        visitor.goto(address)
        visitor.wait_for_url("**/comptes/login/**")
    visitor.goto(f"/recherche/?q={SECRET}")
    expect(visitor.locator("main")).not_to_contain_text("Balades")


def test_from_an_invitation_to_a_published_sheet(browser: Browser, site: str, mailbox: Path, sign_in, visitor: Page):
    invite(sign_in("administration"))
    context = new_context(browser, site)
    coordinator = context.new_page()
    accept(coordinator, mailbox)
    answer = declare(coordinator)

    centre = sign_in("moderation")
    record(centre, answer)
    case = centre.url
    coach = sign_in("accompagnement")
    frame(coach)
    interview(coach)
    sheet = coach.url
    write_up(coach)

    # The CLSM asks for one change, then agrees.
    send_back(coordinator)
    correct(coach, sheet, "Ajoutez le prêt de la salle.", "Marcher au bord de l’eau, dans une salle prêtée.")
    agree(coordinator, TITLE)

    # The grid says « non » once; the new text is agreed to again.
    reviewer = sign_in("edition")
    fill_grid_with_a_no(reviewer)
    correct(coach, sheet, "Accordez les dates", "Marcher au bord de l’eau, depuis mars 2023.")
    fill_grid_and_approve(reviewer, TITLE)
    agree(coordinator, TITLE)
    decide(centre, TITLE, "Approuver")

    # Public for everybody, its provenance for the Centre alone.
    visitor.goto("/fiches/balades-de-la-rive/")
    expect(visitor.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(visitor.locator("body")).not_to_contain_text(SECRET)
    expect(visitor.locator("body")).not_to_contain_text("Dossier de capitalisation")
    visitor.goto(f"/actions/{answer}-balades-de-la-rive/")
    expect(visitor.get_by_role("link", name=re.compile("fiche", re.I)).first).to_be_visible()
    nobody_outside_reads(visitor, [case, sheet])
    centre.goto(sheet)
    expect(centre.locator("body")).to_contain_text("Dossier de capitalisation")
    centre.goto(case)
    expect(centre.locator("body")).to_contain_text("podcast")
    context.close()
