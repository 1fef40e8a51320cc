"""Forms in a browser: two clicks, a cut connection, an expired session, another form of the page, a mistyped date."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from portal.demo.backlog import INCOMPLETE

pytestmark = pytest.mark.e2e
PASSWORD = "demonstration-clsm"


@pytest.fixture
def report(visitor: Page) -> Page:
    """« Signaler une erreur », open on the first sheet."""
    visitor.goto("/fiches/")
    visitor.locator("main h2 a, main h3 a").first.click()
    visitor.get_by_role("link", name="Signaler une erreur").click()
    visitor.wait_for_url("**/signaler-une-erreur/**")
    return visitor


@pytest.fixture
def case_file(sign_in) -> Page:
    """A case file that its owner may change."""
    page = sign_in("accompagnement")
    page.goto("/admin/capitalisation/dossiers/")
    page.locator("main td a[href*='/dossiers/']:not([href*='?'])").first.click()
    expect(page.get_by_role("button", name="Enregistrer le suivi")).to_be_visible()
    return page


def message(page: Page) -> Locator:
    return page.get_by_label("Ce qui ne va pas")


def send(page: Page) -> Locator:
    return page.get_by_role("button", name="Envoyer au Centre")


def test_two_clicks_send_once(report: Page):
    posts = []
    report.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    message(report).fill("Le nombre de participants est faux.")
    send(report).dblclick()
    report.wait_for_url("**/merci/")
    assert [url for url in posts if "/signaler-une-erreur/" in url] == [report.url.replace("merci/", "")]


def test_without_a_connection_the_text_stays_and_the_page_says_it(report: Page):
    message(report).fill("Le nombre de participants est faux.")
    report.context.set_offline(True)
    send(report).click()
    expect(report.get_by_role("alert")).to_contain_text("La connexion est coupée : rien n’est encore envoyé")
    expect(message(report)).to_have_value("Le nombre de participants est faux.")
    report.context.set_offline(False)
    send(report).click()
    report.wait_for_url("**/merci/")


def test_the_browser_asks_before_a_typed_text_is_left(report: Page):
    asked = []
    report.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    message(report).click()
    report.keyboard.type("Un début")
    report.get_by_role("link", name="Portail CLSM").first.click(no_wait_after=True)
    expect(message(report)).to_have_value("Un début")
    report.wait_for_timeout(300)
    assert asked == ["beforeunload"]


def test_errors_are_named_the_focus_is_on_them_and_the_title_says_it(report: Page):
    message(report).fill("court")
    send(report).click()
    summary = report.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    expect(report).to_have_title(re.compile("^Erreur : Signaler une erreur"))
    expect(message(report)).to_have_value("court")
    expect(message(report)).to_have_attribute("aria-invalid", "true")
    summary.get_by_role("link", name="Ce qui ne va pas").click()
    expect(message(report)).to_be_focused()


def sign_in_again(page: Page, link: Locator) -> None:
    with page.context.expect_page() as opened:
        link.click()
    other = opened.value
    other.get_by_label("E-mail").fill("coordination@portail.example")
    other.get_by_label("Mot de passe").fill(PASSWORD)
    other.get_by_role("button", name="Se connecter").click()
    other.wait_for_url("**/compte/")
    other.close()


def test_when_the_session_expires_under_a_form_it_is_sent_after_a_new_sign_in(sign_in):
    page = sign_in("coordination")
    page.goto("/compte/avis/")
    choices = page.get_by_role("radio")
    chosen = next(choice for choice in choices.all() if not choice.is_checked())
    value = chosen.get_attribute("value")
    chosen.check()
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Enregistrer").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Votre session a expiré : rien n’est encore envoyé")
    expect(page.locator(f"input[value='{value}']")).to_be_checked()
    sign_in_again(page, alert.get_by_role("link"))
    with page.expect_navigation():
        page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mes avis")
    expect(page.locator(f"input[value='{value}']")).to_be_checked()


def test_saving_one_form_of_a_page_keeps_what_is_typed_in_the_others(case_file: Page):
    notes, comment = case_file.get_by_label("Notes internes"), case_file.locator("textarea[name^=comment_]").first
    comment.fill("À vérifier avec la commune.")
    notes.fill("Rappeler jeudi.")
    case_file.get_by_role("button", name="Enregistrer le suivi").click()
    expect(case_file.locator(".messages")).to_contain_text("Le suivi est enregistré")
    expect(notes).to_have_value("Rappeler jeudi.")
    expect(comment).to_have_value("À vérifier avec la commune.")
    expect(case_file.get_by_text("mais n’est pas encore enregistré")).to_be_visible()
    case_file.get_by_role("button", name="Enregistrer la grille").click()
    expect(case_file.locator(".messages")).to_contain_text("La grille de cadrage est enregistrée")
    expect(comment).to_have_value("À vérifier avec la commune.")
    expect(case_file.get_by_text("mais n’est pas encore enregistré")).to_have_count(0)


def test_a_mistyped_date_stays_as_it_was_typed_and_is_refused(case_file: Page):
    """The calendar of the field put today in its place."""
    day = case_file.get_by_label("Accord du porteur donné le")
    day.fill("31/02/2026")
    case_file.get_by_label("Notes internes").click()
    expect(day).to_have_value("31/02/2026")
    case_file.get_by_role("button", name="Enregistrer le suivi").click()
    expect(case_file.locator("[data-error-summary]")).to_contain_text("donné le")
    expect(case_file).to_have_title(re.compile("^Erreur : "))
    expect(day).to_have_value("31/02/2026")


def test_a_half_typed_day_is_not_sent_as_an_empty_one(sign_in):
    page = sign_in("coordination")
    page.goto("/mon-clsm/")
    if re.search(r"/mon-clsm/$", page.url):
        page.locator(".space-choices a").first.click()
        page.wait_for_url(re.compile(r"/mon-clsm/\d+/$"))
    page.goto(f"{page.url}passer-le-relais/")
    page.get_by_label("Votre dernier jour").focus()
    page.keyboard.type("31")
    page.get_by_role("button", name="Déclarer mon départ").click()
    expect(page.get_by_role("alert")).to_contain_text("« Votre dernier jour » est incomplet ou n’existe pas")
    expect(page.get_by_label("Votre dernier jour")).to_be_focused()


@pytest.fixture
def new_post(sign_in) -> Page:
    """A post that was just begun, as its first autosave left it; its address is its own."""
    page = sign_in("edition")
    home = page.request.get("/admin/api/main/pages/?child_of=1").json()["items"][0]["id"]
    sections = page.request.get(f"/admin/api/main/pages/?child_of={home}").json()["items"]
    parent = next(one["id"] for one in sections if one["meta"]["type"] == "portal_base.NewsIndexPage")
    page.goto(f"/admin/pages/add/portal_base/newspage/{parent}/")
    page.locator("#id_title").press_sequentially(f"Tapé {uuid4().hex[:8]}")
    page.wait_for_url(re.compile(r"/admin/pages/\d+/edit/"))
    return page


def test_a_new_page_is_saved_by_itself_even_when_its_title_is_typed_at_once(new_post: Page):
    """Wagtail takes what the form holds two seconds after it opened for what is saved."""
    expect(new_post.locator("#w-autosave-indicator")).to_contain_text("Enregistré")


def test_what_is_typed_while_an_autosave_is_on_its_way_is_saved_too(new_post: Page):
    """Wagtail takes the form as it is when the answer comes for what was saved."""
    held = []

    def is_autosave(request) -> bool:
        return request.method == "POST" and request.url.endswith("/edit/")

    def hold(route) -> None:
        held.append(route) if is_autosave(route.request) and not held else route.fallback()

    expect(new_post.locator("#w-autosave-indicator")).to_contain_text("Enregistré")
    new_post.route("**/edit/", hold)
    with new_post.expect_request(is_autosave):
        new_post.locator("#id_title").press_sequentially(", un début")
    new_post.locator("#id_introduction").press_sequentially("Tapé pendant l’enregistrement")
    with new_post.expect_response(lambda answer: is_autosave(answer.request) and answer.request is not held[0].request):
        held[0].fallback()
    new_post.reload()
    expect(new_post.locator("#id_title")).to_have_value(re.compile(", un début$"))
    expect(new_post.locator("#id_introduction")).to_have_value("Tapé pendant l’enregistrement")


def test_the_list_of_what_is_missing_follows_what_is_saved(sign_in):
    page = sign_in("accompagnement")
    [sheet] = page.request.get(f"/admin/api/main/pages/?slug={INCOMPLETE}").json()["items"]
    page.goto(f"/admin/pages/{sheet['id']}/edit/")
    missing, hook = page.locator("[data-completeness-list]"), page.locator("#id_hook")
    expect(page.locator("#w-autosave-indicator")).to_be_attached()
    written = hook.input_value()
    assert written
    page.wait_for_timeout(2_500)  # Wagtail watches what is typed from then on
    for text, is_missing in (("", True), (written, False)):
        with page.expect_response(lambda answer: "/completude/" in answer.url):
            hook.fill(text)
            hook.press("End")
        expect(missing.get_by_text("ccroche")).to_have_count(1 if is_missing else 0)
