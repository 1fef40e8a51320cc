"""Every form of the product in a browser, from the list of forms: left dirty, then sent with the connection cut."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ElementHandle, Error, Page

from tests.e2e.form_screens import POSTS, TYPED, FormScreen, Screens
from tests.e2e.served import ASKS, SITE, Served, browsing
from tests.form_views import forms

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:Unclosed file <tempfile:ResourceWarning"),
]

#: Not opened here: view → why nothing typed can be lost there.
NOT_OPENED = {
    "interview_draft": "a button of a case file at its analysis",
    "interview_grid_use": "a button of a grid that is not in use",
    "interview_grids:delete": "a button of a grid that is not in use",
    "interview_reopen": "a button of a closed interview",
    "person_erase": "a box to tick, after a search",
    "person_export": "two buttons, after a search",
    "proofreading_rounds:revoke": "a button of a link that lives",
    "space_handover_cancel": "a button of a departure",
    "termes:delete": "a button of a term that nothing uses",
    "themes:delete": "a button of a theme that nothing uses",
}
#: Left without a question: view → where the text is all the same.
KEPT_OTHERWISE = {
    "census_step": "each answer is saved as it is typed, on the device too (test_census)",
    "profile_step": "the same component (test_profile_steps)",
}

#: What a person does to one field, whatever its kind; false where there is nothing to type or to choose.
CHANGE = """(one) => {
  const other = [...(one.options ?? [])].findIndex((option) => !option.selected && !option.disabled);
  const cannot = one.disabled || one.readOnly || !one.name || (one.options && other < 0);
  if (cannot || (one.type === "radio" && one.checked)) return false;
  if (["checkbox", "radio"].includes(one.type)) one.checked = !one.checked;
  else if (one.multiple && one.options) one.options[other].selected = true;
  else if (one.options) one.selectedIndex = other;
  else if (one.type === "file") {
    const chosen = new DataTransfer();
    chosen.items.add(new File(["x"], "note.pdf"));
    one.files = chosen.files;
  } else {
    const typed = { number: "3", date: "2026-03-02", email: "a@tape.example", url: "https://tape.example/" };
    one.value = typed[one.type] ?? `${one.value} tapé`;
  }
  for (const name of ["input", "change"]) one.dispatchEvent(new Event(name, { bubbles: true }));
  return true;
}"""
HOLDS = """(form, names) => {
  const held = [...form.elements].map((one) => one.name.replace(/\\d+/g, "N"));
  return names.every((name) => held.includes(name));
}"""
VALUES = """(form) => JSON.stringify([...new FormData(form)]
  .map(([name, value]) => [name, value instanceof File ? value.name : value])
  .filter(([name]) => name !== "csrfmiddlewaretoken"))"""
SAID = """() => /connexion est coupée|Pas de connexion/.test(
  [...document.querySelectorAll("[role=alert], [role=status]")].map((one) => one.textContent).join(" "))"""
SOON = 4_000  # milliseconds: Wagtail looks for what was typed every so often


@pytest.fixture
def screens() -> Screens:
    return Screens()


def test_nothing_typed_is_lost(browser: Browser, screens: Screens):
    found, buttons = screens.found()
    opened = {one.view for one in found}
    assert {form.name for form in forms()} - opened - buttons == set(NOT_OPENED), "open it, or say why not"
    lost: dict[FormScreen, list[str]] = {}
    for who, client in screens.clients.items():
        with browsing(browser, client) as (context, served):
            for screen in (one for one in found if one.who == who):
                page = context.new_page()
                if faults := [*left_dirty(page, screen), *cut(page, served, screen)]:
                    lost[screen] = faults
                page.close()
    assert lost == {}


def opened_form(page: Page, screen: FormScreen) -> ElementHandle:
    page.goto(f"{SITE}{screen.address}")
    return next(form for form in page.query_selector_all(POSTS) if form.evaluate(HOLDS, list(screen.names)))


def asks(page: Page) -> bool:
    try:
        page.wait_for_function(ASKS, timeout=SOON)
    except Error:
        return False
    return True


def left_dirty(page: Page, screen: FormScreen) -> Iterator[str]:
    """Each field alone is enough for the browser to ask before the page is left."""
    form = opened_form(page, screen)
    if page.evaluate(ASKS):
        yield "asks although nothing was typed"
    if screen.view in KEPT_OTHERWISE:
        return
    missed = []
    for field in form.query_selector_all(TYPED):
        if field.evaluate(CHANGE):
            if not asks(page):
                missed.append(field.get_attribute("name"))
            form.evaluate("form => form.reset()")
    if missed:
        yield f"left without a question: {missed}"


def cut(page: Page, served: Served, screen: FormScreen) -> Iterator[str]:
    """Typed and sent without a connection: the page is still there with what was typed, and says so."""
    form = opened_form(page, screen)
    served.is_cut = True
    any(field.evaluate(CHANGE) for field in form.query_selector_all(TYPED))
    typed = form.evaluate(VALUES)
    try:
        button = form.query_selector("button:not([type=button]), input[type=submit]")
        assert button is not None
        button.evaluate("button => button.click()")
        page.wait_for_function(SAID, timeout=SOON)
        if form.evaluate(VALUES) != typed:
            yield "changed"
    except Error:
        yield f"sent without a word: {page.url}"
    finally:
        served.is_cut = False
