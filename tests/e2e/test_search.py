"""The results page in a browser: keyboard, screen reader, with and without JavaScript."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.e2e.conftest import AXE, WIDTHS, new_context, require

pytestmark = pytest.mark.e2e
RESULTS = "/recherche/?q=logement"


def words(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Que cherchez-vous ?")


def place(page: Page) -> Locator:
    return page.get_by_role("combobox", name=re.compile("^Près de"))


def options(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Suggestions").get_by_role("option")


def active_option(page: Page, field: Locator) -> str:
    """The label of the option that a screen reader is told of; '' when none is."""
    name = field.get_attribute("aria-activedescendant")
    return page.locator(f"#{name}").inner_text() if name else ""


def count(page: Page) -> int:
    return int(re.sub(r"\D", "", page.locator("#resultats strong").inner_text()))


def parameters(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def box(page: Page, group: str, value: str) -> Locator:
    return page.locator(f"input[type=checkbox][name={group}][value='{value}']")


# --- Suggestions -----------------------------------------------------------------------------------------------------


def test_suggestions_are_walked_and_chosen_by_keyboard_alone(visitor: Page):
    visitor.goto(RESULTS)
    field = words(visitor)
    expect(field).to_have_attribute("aria-expanded", "false")
    field.focus()
    field.fill("")
    visitor.keyboard.type("lo")
    expect(field).to_have_attribute("aria-expanded", "true")
    labels = options(visitor).all_inner_texts()
    assert len(labels) > 2
    expect(visitor.locator(".query [role=status]").first).to_have_text(f"{len(labels)} suggestions")
    walked = []
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp", "ArrowDown", "End", "Home"):
        visitor.keyboard.press(key)
        walked.append(active_option(visitor, field))
    assert walked == [labels[0], labels[1], labels[0], labels[-1], labels[0], labels[-1], labels[0]]
    expect(options(visitor).and_(visitor.locator("[aria-selected=true]"))).to_have_text(labels[0])
    expect(field).to_be_focused()
    visitor.keyboard.press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value("lo")
    visitor.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-expanded", "true")
    visitor.keyboard.press("ArrowDown")
    visitor.keyboard.press("Enter")
    visitor.wait_for_url("**/recherche/?theme=logement-et-habitat")


def test_enter_without_a_choice_searches_the_words_and_tab_leaves_the_list(visitor: Page):
    visitor.goto("/recherche/")
    words(visitor).focus()
    visitor.keyboard.type("logement")
    expect(words(visitor)).to_have_attribute("aria-expanded", "true")
    visitor.keyboard.press("Tab")
    expect(options(visitor)).to_have_count(0)
    expect(words(visitor)).to_have_value("logement")
    words(visitor).focus()
    visitor.keyboard.press("Enter")
    visitor.wait_for_url("**/recherche/?q=logement")


@pytest.mark.parametrize("path", ["/", "/fiches/", "/themes/"])
def test_every_search_field_proposes(visitor: Page, path: str):
    visitor.goto(path)
    field = visitor.locator("[role=search] input[name=q]").first
    field.click()
    visitor.keyboard.type("cœur d’hé")
    option = visitor.get_by_role("option", name=re.compile("CLSM du Cœur d’Hérault"))
    expect(visitor.get_by_role("group", name="CLSM", exact=True)).to_be_visible()
    option.first.click()
    visitor.wait_for_url("**/clsm/**")


def test_the_place_proposes_communes_and_searches_around_the_chosen_one(visitor: Page):
    visitor.goto("/recherche/")
    place(visitor).focus()
    visitor.keyboard.type("lodev")
    expect(visitor.get_by_role("option", name="Lodève (34)")).to_be_visible()
    visitor.keyboard.press("ArrowDown")
    visitor.keyboard.press("Enter")
    expect(visitor.get_by_role("heading", name="Le CLSM qui couvre Lodève")).to_be_visible()
    assert parameters(visitor) == {"lieu": ["Lodève (34)"]}
    expect(visitor.locator(".card__distance").first).to_contain_text("kilomètre")
    expect(visitor.locator("#tri option").first).to_have_text("Du plus proche")
    visitor.get_by_label("Dans un rayon de").select_option("10")
    visitor.wait_for_url("**rayon=10**")


def test_the_directory_proposes_communes(visitor: Page):
    visitor.goto("/clsm/")
    visitor.get_by_label("Votre commune").click()
    visitor.keyboard.type("lodev")
    visitor.get_by_role("option", name="Lodève (34)").click()
    visitor.wait_for_url("**/clsm/?commune=**")
    expect(visitor.get_by_role("link", name="CLSM du Cœur d’Hérault").first).to_be_visible()


def test_suggestions_that_fail_or_are_too_short_show_nothing(visitor: Page):
    asked = []
    visitor.route("**/recherche/suggestions/**", lambda route: (asked.append(route.request.url), route.abort()))
    visitor.goto("/")
    field = visitor.locator("#recherche")
    field.focus()
    visitor.keyboard.type("l")
    with visitor.expect_event("requestfailed"):
        field.fill("logement")  # one event: on a slow machine, typed letters come later than the page waits
    expect(field).to_have_attribute("aria-expanded", "false")
    assert [parse_qs(urlsplit(url).query)["q"] for url in asked] == [["logement"]]
    visitor.keyboard.press("Enter")
    visitor.wait_for_url("**/recherche/?q=logement")


def test_a_late_answer_never_replaces_that_of_the_last_letter(visitor: Page):
    held = []

    def hold(route: Route) -> None:
        held.append(route)

    visitor.route("**/recherche/suggestions/**q=lo", hold)
    visitor.goto("/recherche/")
    place(visitor).focus()
    with visitor.expect_request("**/recherche/suggestions/**q=lo"):
        visitor.keyboard.type("lo")
    visitor.keyboard.type("d")
    expect(options(visitor).filter(has_text="Lodève (34)")).to_be_visible()
    [late] = held
    late.fulfill(json={"suggestions": [{"label": "Trop tard", "url": "/", "kind": "Fiches"}]})
    visitor.evaluate("fetch('/robots.txt').then((answer) => answer.text())")  # whatever was to come has come
    expect(options(visitor).filter(has_text="Trop tard")).to_have_count(0)
    expect(options(visitor).filter(has_text="Lodève (34)")).to_be_visible()


# --- Filters that follow ---------------------------------------------------------------------------------------------


def test_a_choice_updates_the_page_keeps_the_focus_and_is_announced(visitor: Page):
    visitor.goto(RESULTS)
    visitor.evaluate("window.isSamePage = true")
    before = count(visitor)
    expect(visitor.get_by_role("button", name="Appliquer les filtres")).to_be_hidden()
    choice = box(visitor, "type", "clsm")
    choice.focus()
    visitor.keyboard.press("Space")
    visitor.wait_for_url("**/recherche/?q=logement&type=clsm")
    expect(visitor.locator("#annonce")).to_have_text(re.compile(r"^\d+ résultats? pour « logement »$"))
    assert 0 < count(visitor) < before
    expect(choice).to_be_focused()
    expect(visitor.locator(".chosen .chip").first).to_contain_text("CLSM")
    expect(visitor.locator(".card__kind").first).to_contain_text("CLSM")
    assert "– Recherche" in visitor.title()
    assert visitor.evaluate("window.isSamePage")

    visitor.go_back()
    visitor.wait_for_url("**/recherche/?q=logement")
    expect(visitor.locator("#resultats strong")).to_have_text(str(before))
    expect(choice).not_to_be_checked()
    visitor.go_forward()
    expect(choice).to_be_checked()
    assert visitor.evaluate("window.isSamePage")


def test_the_same_words_again_add_no_step_to_the_history(visitor: Page):
    visitor.goto(RESULTS)
    steps = visitor.evaluate("history.length")
    words(visitor).press("Enter")
    expect(visitor.locator("#annonce")).to_contain_text("pour « logement »")
    assert visitor.evaluate("history.length") == steps


def test_a_chip_removes_one_choice_and_leads_to_the_new_count(visitor: Page):
    visitor.goto(f"{RESULTS}&type=clsm&type=fiches")
    visitor.get_by_role("link", name="Retirer le filtre Type de contenu : CLSM").click()
    visitor.wait_for_url("**/recherche/?q=logement&type=fiches")
    expect(box(visitor, "type", "clsm")).not_to_be_checked()
    expect(box(visitor, "type", "fiches")).to_be_checked()
    expect(visitor.locator("#resultats")).to_be_focused()


def test_open_groups_stay_open_and_folded_ones_folded(visitor: Page):
    visitor.goto(RESULTS)
    visitor.locator("#facette-public > summary").click()
    visitor.locator("#facette-theme > summary").click()
    box(visitor, "type", "clsm").check()
    visitor.wait_for_url("**type=clsm**")
    expect(visitor.locator(".chosen")).to_be_visible()
    expect(visitor.locator("#facette-public")).to_have_attribute("open", "")
    expect(visitor.locator("#facette-theme")).not_to_have_attribute("open", "")


def test_when_the_update_fails_the_browser_goes_there_itself(visitor: Page):
    visitor.goto(RESULTS)
    visitor.evaluate("window.isSamePage = true")
    pattern = re.compile(r"/recherche/\?.*type=clsm")
    visitor.route(pattern, lambda route: route.abort() if route.request.resource_type == "fetch" else route.continue_())
    box(visitor, "type", "clsm").click()
    visitor.wait_for_url("**type=clsm**")
    visitor.wait_for_function("!window.isSamePage")
    expect(box(visitor, "type", "clsm")).to_be_checked()


def test_words_and_filters_are_asked_together_without_what_goes_without_saying(visitor: Page):
    visitor.goto("/recherche/?type=fiches")
    words(visitor).fill("logement")
    visitor.keyboard.press("Enter")
    visitor.wait_for_url("**q=logement**")
    assert parameters(visitor) == {"q": ["logement"], "type": ["fiches"]}
    expect(visitor.locator("#resultats")).to_be_focused()
    visitor.get_by_label("Trier").focus()
    visitor.keyboard.press("ArrowDown")
    visitor.wait_for_url("**tri=recent**")
    expect(visitor.get_by_label("Trier")).to_be_focused()


def test_an_unknown_place_is_said_beside_its_field_and_nothing_is_lost(visitor: Page):
    visitor.goto(f"{RESULTS}&type=clsm")
    place(visitor).fill("Xyzville")
    visitor.keyboard.press("Enter")
    expect(place(visitor)).to_have_attribute("aria-invalid", "true")
    expect(place(visitor)).to_have_accessible_description(re.compile("Nous ne trouvons pas « Xyzville »"))
    expect(visitor.locator("#annonce")).to_have_text(re.compile(r"Xyzville[\s\S]*\d+ résultats pour « logement »"))
    expect(place(visitor)).to_be_focused()
    expect(place(visitor)).to_have_value("Xyzville")
    expect(words(visitor)).to_have_value("logement")
    expect(box(visitor, "type", "clsm")).to_be_checked()


# --- Filter box of a group -------------------------------------------------------------------------------------------


def test_the_filter_box_narrows_a_group_and_says_what_is_left(visitor: Page):
    visitor.goto("/recherche/")
    group = visitor.locator("#facette-theme")
    choices = group.locator(".facet__choice:visible")
    shown_first = choices.count()
    group.get_by_label("Chercher dans les choix : Thème").fill("precarite")
    left = group.get_by_role("status")
    expect(left).to_have_text(re.compile(r"^(1 choix restant|\d choix restants)$"))
    assert all("précarité" in label.lower() for label in choices.all_inner_texts())
    expect(group.get_by_text("Réduire")).to_be_visible()
    group.get_by_label("Chercher dans les choix : Thème").fill("zzz")
    expect(left).to_have_text("Aucun choix ne contient ces mots")
    group.get_by_label("Chercher dans les choix : Thème").fill("")
    expect(left).to_be_empty()
    expect(choices).to_have_count(shown_first)


# --- By keyboard, without JavaScript, narrow, and for everybody ------------------------------------------------------


def tab_to(page: Page, expected: str, key: str = "Tab") -> None:
    """Press ``key`` until the focus is on the element that ``expected`` (a selector) names."""
    for _ in range(120):
        page.keyboard.press(key)
        if page.evaluate("selector => document.activeElement.matches(selector)", expected):
            return
    pytest.fail(f"Le clavier n’atteint pas {expected}.")


def test_the_whole_page_works_by_keyboard_only(visitor: Page):
    visitor.goto("/recherche/")
    visitor.keyboard.press("Tab")
    visitor.keyboard.press("Enter")  # skip link
    tab_to(visitor, "#mots")
    visitor.keyboard.type("logement")
    visitor.keyboard.press("Escape")
    visitor.keyboard.press("Enter")
    visitor.wait_for_url("**q=logement**")
    expect(visitor.locator("#resultats")).to_be_focused()
    tab_to(visitor, "#facette-public > summary", "Shift+Tab")
    visitor.keyboard.press("Enter")
    tab_to(visitor, "input[name=public]")
    visitor.keyboard.press("Space")
    visitor.wait_for_url("**public=**")
    tab_to(visitor, ".facet__more > summary")
    visitor.keyboard.press("Enter")
    tab_to(visitor, ".facet__section input")
    tab_to(visitor, "#tri")
    tab_to(visitor, ".chosen a")
    visitor.keyboard.press("Enter")
    visitor.wait_for_url(re.compile(r"/recherche/\?q=logement$"))
    tab_to(visitor, ".card__title a")
    visitor.keyboard.press("Enter")
    visitor.wait_for_url(lambda url: "/recherche/" not in url)


def test_without_javascript_the_same_page_answers(browser: Browser, site: str):
    context = new_context(browser, site, java_script_enabled=False)
    page = context.new_page()
    page.goto("/recherche/")
    expect(page.locator(".facet__filter").first).to_be_hidden()
    page.get_by_label("Que cherchez-vous ?").fill("logement")
    page.get_by_label("Près de").fill("Lodève")
    box(page, "type", "episodes").check()
    page.get_by_role("button", name="Appliquer les filtres").click()
    asked = {"q": ["logement"], "lieu": ["Lodève"], "rayon": ["50"], "type": ["episodes"]}
    assert parameters(page) == asked
    expect(page.get_by_role("heading", name="Le CLSM qui couvre Lodève")).to_be_visible()
    page.get_by_label("Trier").select_option("recent")
    page.get_by_role("button", name="Trier").click()
    assert parameters(page) == asked | {"tri": ["recent"]}
    page.get_by_role("link", name=re.compile("^Retirer le lieu")).click()
    assert "lieu" not in parameters(page)
    context.close()


def test_nothing_is_wider_than_a_small_phone(browser: Browser, site: str):
    context = new_context(browser, site, 320)
    page = context.new_page()
    page.goto(f"{RESULTS}&lieu=Saint-Denis&type=fiches")
    words(page).fill("lo")
    expect(options(page).first).to_be_visible()
    assert not scrolls_sideways(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Filtrer").click()
    expect(page.locator("#filtres")).to_be_visible()
    page.locator("#facette-type input").nth(1).check()
    expect(page.get_by_role("button", name=re.compile("résultat"))).to_be_visible()
    assert not scrolls_sideways(page)
    page.get_by_role("button", name=re.compile("résultat")).click()
    expect(page.locator("#filtres")).to_be_hidden()
    context.close()


def test_a_finger_chooses_a_suggestion(browser: Browser, site: str):
    context = new_context(browser, site, WIDTHS["mobile"], has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto("/recherche/?q=logement&type=clsm")
    expect(page.get_by_role("button", name=re.compile("^Filtrer.*1 choisi$"))).to_be_visible()
    place(page).tap()
    page.keyboard.type("lodev")
    options(page).filter(has_text="Lodève (34)").tap()
    expect(page.get_by_role("heading", name="Le CLSM qui couvre Lodève")).to_be_visible()
    assert parameters(page) == {"q": ["logement"], "lieu": ["Lodève (34)"], "type": ["clsm"]}
    context.close()


def scrolls_sideways(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state(browser: Browser, site: str, width: int, scheme: str):
    require(AXE.exists(), "axe-core est absent (npm) : accessibilité non vérifiée.")
    context = new_context(browser, site, width, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    found = {}
    for name, path in {"nothing": "/recherche/?q=zzzzz&type=pages", "unknown": "/recherche/?lieu=Xyzville"}.items():
        page.goto(path)
        found[name] = violations(page)
    page.goto(f"{RESULTS}&lieu=Saint-Denis&type=episodes&type=clsm")
    found["place"] = violations(page)
    for name, path in {"home": "/", "results": RESULTS}.items():
        page.goto(path)
        page.locator("[role=search] input[name=q]").fill("lo")
        expect(options(page).first).to_be_visible()
        page.keyboard.press("ArrowDown")
        found[f"suggestions-{name}"] = violations(page)
    page.keyboard.press("Escape")
    if width == WIDTHS["mobile"]:
        page.get_by_role("button", name="Filtrer").click()
    found["folded"] = violations(page)
    page.evaluate("for (const group of document.querySelectorAll('#facettes details')) group.open = true")
    found["unfolded"] = violations(page)
    page.get_by_label("Chercher dans les choix : Thème").fill("pr")
    found["narrowed"] = violations(page)
    context.close()
    assert {name: some for name, some in found.items() if some} == {}


def violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text())
    result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{item['id']}: {item['nodes'][0]['target']} {item['help']}" for item in result["violations"]]
