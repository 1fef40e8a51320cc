"""The questionnaire of the census in a browser: saved as it is typed, offline, in two tabs, by keyboard; accessible."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import AXE, WIDTHS, RunningPortal, require

pytestmark = pytest.mark.e2e
STEPS = ("action", "themes", "lieu-et-dates", "acteurs", "resultats", "suites")
SAVED = re.compile(r"Enregistré à \d\d:\d\d")


@pytest.fixture
def coordinator(sign_in) -> Page:
    page = sign_in("coordination")
    page.goto("/mon-clsm/")
    if re.search(r"/mon-clsm/$", page.url):
        page.locator(".space-choices a").first.click()
        page.wait_for_url(re.compile(r"/mon-clsm/\d+/$"))
    return page


@pytest.fixture
def draft(coordinator: Page) -> Page:
    """The first step of a new draft."""
    coordinator.goto(f"{coordinator.url}actions/")
    coordinator.get_by_role("button", name="Déclarer une action").click()
    coordinator.wait_for_url("**/etape/action/")
    return coordinator


def title(page: Page):
    return page.get_by_label("Intitulé de l’action")


def status(page: Page):
    return page.locator("#enregistrement")


def expect_saved(page: Page, text: str) -> None:
    expect(status(page)).to_have_text(SAVED)
    page.reload()
    expect(title(page)).to_have_value(text)


def test_each_field_is_saved_as_it_is_typed(draft: Page):
    title(draft).fill("Café des aidants")
    expect_saved(draft, "Café des aidants")


def test_a_choice_is_saved_at_once(draft: Page):
    draft.goto(draft.url.replace("/action/", "/suites/"))
    draft.get_by_role("group", name="Souhait de capitalisation").get_by_label("à discuter").check()
    expect(status(draft)).to_have_text(SAVED)
    draft.reload()
    expect(draft.get_by_role("group", name="Souhait de capitalisation").get_by_label("à discuter")).to_be_checked()


def test_what_cannot_be_read_is_said_beside_the_field_and_kept(draft: Page):
    draft.goto(draft.url.replace("/action/", "/resultats/"))
    reach = draft.get_by_label("Nombre de personnes touchées")
    reach.evaluate("field => (field.type = 'text')")
    reach.fill("une trentaine")
    expect(draft.locator("[data-field=reach] .field__error")).to_be_visible()
    reach.fill("30")
    expect(draft.locator("[data-field=reach] .field__error")).to_have_count(0)


def test_without_network_the_text_waits_on_the_device_and_leaves_by_itself(draft: Page):
    draft.context.set_offline(True)
    title(draft).fill("Écrit dans le train")
    expect(status(draft)).to_contain_text("Pas de connexion")
    draft.get_by_role("button", name="Enregistrer et continuer").click()
    expect(title(draft)).to_have_value("Écrit dans le train")  # the page is not left
    draft.context.set_offline(False)
    expect_saved(draft, "Écrit dans le train")


def test_a_page_closed_without_network_is_offered_back(draft: Page):
    address = draft.url
    draft.context.set_offline(True)
    title(draft).fill("Écrit dans le train")
    expect(status(draft)).to_contain_text("Pas de connexion")
    draft.close()
    context = draft.context
    context.set_offline(False)
    page = context.new_page()
    page.goto(address)
    expect(title(page)).to_have_value("")
    box = page.locator("#copie-locale")
    expect(box).to_contain_text("n’ont pas été enregistrées")
    box.get_by_role("button", name="Les reprendre").click()
    expect(box).to_be_hidden()
    expect_saved(page, "Écrit dans le train")
    expect(page.locator("#copie-locale")).to_be_hidden()
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('recensement:'))") == []


def test_a_killed_server_loses_nothing(draft: Page, own_portal: RunningPortal | None):
    require(own_portal, "PORTAL_URL nomme un portail que ce test ne peut pas arrêter.")
    description = draft.get_by_label("Description")
    title(draft).fill("Enregistré avant la panne")
    expect(status(draft)).to_have_text(SAVED)
    own_portal.kill()
    try:
        description.fill("Écrit pendant la panne")
        expect(status(draft)).to_contain_text("Pas de connexion")
        draft.get_by_role("button", name="Enregistrer et continuer").click()
        expect(description).to_have_value("Écrit pendant la panne")  # the page is not left
    finally:
        own_portal.start()
    draft.evaluate("dispatchEvent(new Event('focus'))")  # what coming back to the window does
    expect_saved(draft, "Enregistré avant la panne")
    expect(description).to_have_value("Écrit pendant la panne")
    own_portal.kill()
    try:
        description.fill("Écrit pendant une seconde panne")
        expect(status(draft)).to_contain_text("Pas de connexion")
        address, page = draft.url, draft.context.new_page()
        draft.close()  # and so does the person
    finally:
        own_portal.start()
    page.goto(address)
    page.locator("#copie-locale").get_by_role("button", name="Les reprendre").click()
    expect_saved(page, "Enregistré avant la panne")
    expect(page.get_by_label("Description")).to_have_value("Écrit pendant une seconde panne")
    expect(page.locator("#copie-locale")).to_be_hidden()


def test_two_tabs_never_overwrite_silently(draft: Page):
    other = draft.context.new_page()
    other.goto(draft.url)
    title(draft).fill("Depuis le premier onglet")
    expect(status(draft)).to_have_text(SAVED)
    title(other).fill("Depuis le second onglet")
    box = other.locator(".questionnaire-conflict")
    expect(box).to_contain_text("Depuis le premier onglet")
    expect(box).to_contain_text("Depuis le second onglet")
    box.get_by_role("button", name="Prendre l’autre").click()
    expect(title(other)).to_have_value("Depuis le premier onglet")
    title(other).fill("Décidé au second onglet")
    expect_saved(other, "Décidé au second onglet")
    title(draft).fill("Encore le premier")
    draft.locator(".questionnaire-conflict").get_by_role("button", name="Garder ma version").click()
    expect_saved(draft, "Encore le premier")


def test_when_the_login_expired_nothing_is_lost(draft: Page):
    draft.context.clear_cookies(name="sessionid")
    title(draft).fill("Écrit trop tard")
    expect(status(draft)).to_contain_text("Votre session a expiré")
    draft.get_by_role("button", name="Enregistrer et quitter").click()
    expect(title(draft)).to_have_value("Écrit trop tard")  # the person stays on the page
    with draft.context.expect_page() as opened:
        status(draft).get_by_role("link").click()
    other = opened.value
    other.get_by_label("E-mail").fill("coordination@portail.example")
    other.get_by_label("Mot de passe").fill("demonstration-clsm")
    other.get_by_role("button", name="Se connecter").click()
    other.wait_for_url("**/etape/action/")
    draft.bring_to_front()
    draft.evaluate("dispatchEvent(new Event('focus'))")
    expect_saved(draft, "Écrit trop tard")


def test_the_copy_on_the_device_is_gone_once_the_server_has_the_answer(draft: Page):
    copies = "Object.keys(localStorage).filter((name) => name.startsWith('recensement:')).length"
    draft.context.set_offline(True)
    title(draft).fill("Gardé ici")
    expect(status(draft)).to_contain_text("Pas de connexion")
    assert draft.evaluate(copies) == 1
    draft.context.set_offline(False)
    expect(status(draft)).to_have_text(SAVED, timeout=20_000)
    assert draft.evaluate(copies) == 0


def test_the_whole_questionnaire_by_keyboard(draft: Page):
    title(draft).focus()
    draft.keyboard.type("Au clavier")
    draft.keyboard.press("Tab")
    draft.keyboard.type("Une action déclarée sans souris.")
    for key in STEPS[1:]:
        button = draft.get_by_role("button", name="Enregistrer et continuer")
        button.focus()
        draft.keyboard.press("Enter")
        draft.wait_for_url(f"**/etape/{key}/")
    draft.get_by_role("button", name="Enregistrer et continuer").press("Enter")
    draft.wait_for_url("**/verification/")
    expect(draft.get_by_role("main")).to_contain_text("Au clavier")
    draft.get_by_role("link", name="Thème principal").press("Enter")
    draft.wait_for_url("**/etape/themes/**")


def test_it_works_without_javascript(browser, site, coordinator: Page):
    context = browser.new_context(base_url=site, locale="fr-FR", java_script_enabled=False)
    context.add_cookies(coordinator.context.cookies())
    page = context.new_page()
    page.goto(f"{coordinator.url}actions/")
    page.get_by_role("button", name="Déclarer une action").click()
    title(page).fill("Sans script")
    page.get_by_role("button", name="Enregistrer et quitter").click()
    page.wait_for_url(re.compile(r"/actions/$"))
    expect(page.get_by_role("main")).to_contain_text("Sans script")
    context.close()


def test_axe_finds_nothing(draft: Page):
    require(AXE.exists(), "axe-core est absent (npm) : accessibilité non vérifiée.")
    script = AXE.read_text()
    start = draft.url
    root = start.split("/etape/")[0]
    actions = root.rsplit("/", 1)[0] + "/"
    addresses = [start.replace("/action/", f"/{key}/") for key in STEPS]
    addresses += [f"{root}/verification/", f"{root}/", f"{root}/supprimer/", actions]
    violations = {}
    for width in WIDTHS.values():
        draft.set_viewport_size({"width": width, "height": 900})
        for address in addresses:
            draft.goto(address)
            draft.evaluate(script)
            found = draft.evaluate("() => axe.run().then(answer => answer.violations.map(one => one.id))")
            wide = draft.evaluate("() => document.documentElement.scrollWidth - innerWidth")
            if found or wide > 0:
                violations[width, address] = (found, wide)
    assert violations == {}
