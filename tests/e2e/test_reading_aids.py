"""Help for readers: the table of contents and the transcript that follow them, printing, copying."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import new_context

pytestmark = pytest.mark.e2e

SHEET = "/fiches/stages-croises/"
EPISODE = "/podcast/stages-croises/"
FEED = "/podcast/s-abonner/"
REFUSED = "Object.defineProperty(navigator, 'clipboard', { value: { writeText: () => Promise.reject() } })"
#: The first section, after the first, that fills more than the reading line leaves of the window.
LONG_SECTION = """() => [...document.querySelectorAll(".toc a[href^='#']")].findIndex(
  (link, rank) => rank && document.getElementById(link.hash.slice(1)).offsetHeight > innerHeight / 2)"""


@pytest.fixture
def reader(browser: Browser, site: str) -> Iterator[Page]:
    context = new_context(browser, site, permissions=["clipboard-read", "clipboard-write"])
    yield context.new_page()
    context.close()


def clipboard(page: Page) -> str:
    return page.evaluate("navigator.clipboard.readText()")


def test_the_table_of_contents_marks_what_is_read_and_where_one_is(reader: Page):
    reader.goto(SHEET)
    links = reader.locator(".toc a[href^='#']")
    rank = reader.evaluate(LONG_SECTION)
    assert rank > 0
    links.nth(rank).evaluate("link => document.querySelector(link.hash).scrollIntoView()")
    expect(links.nth(rank)).to_have_attribute("aria-current", "true")
    expect(reader.locator(".toc [aria-current]")).to_have_count(1)
    expect(reader.locator(".toc .is-read")).to_have_count(rank)
    reader.evaluate("scrollTo(0, 0)")
    expect(reader.locator(".toc .is-read")).to_have_count(0)


@pytest.mark.parametrize("path", [SHEET, "/recherche/imprimer/?q=logement"])
def test_a_button_prints_where_a_script_can(reader: Page, browser: Browser, site: str, path: str):
    reader.add_init_script("window.print = () => { window.printed = (window.printed ?? 0) + 1; }")
    reader.goto(path)
    reader.get_by_role("button", name=re.compile("^Imprimer")).click()
    assert reader.evaluate("window.printed") == 1
    context = new_context(browser, site, java_script_enabled=False)
    plain = context.new_page()
    plain.goto(path)
    expect(plain.locator("[data-print]")).to_be_hidden()
    context.close()


def test_the_address_of_the_podcast_is_copied(reader: Page):
    reader.goto(FEED)
    reader.get_by_role("button", name="Copier l’adresse").click()
    expect(reader.locator("[data-copied]")).to_have_text("Adresse copiée.")
    assert clipboard(reader) == reader.get_by_label("Adresse du podcast").input_value()
    assert clipboard(reader).endswith("flux.xml")


def test_where_the_browser_refuses_to_copy_the_address_is_selected(reader: Page):
    reader.add_init_script(REFUSED)
    reader.goto(FEED)
    reader.get_by_role("button", name="Copier l’adresse").click()
    expect(reader.locator("[data-copied]")).to_contain_text("copiez-la au clavier")
    expect(reader.get_by_label("Adresse du podcast")).to_be_focused()
    assert reader.evaluate("getSelection().toString()") == reader.get_by_label("Adresse du podcast").input_value()


def test_the_address_and_the_code_of_an_episode_are_copied(reader: Page):
    reader.goto(EPISODE)
    reader.get_by_text("Partager ou intégrer").click()
    for button, field, said in (
        ("Copier l’adresse", "[data-share-link]", "Adresse copiée."),
        ("Copier le code", "[data-share-code]", "Code copié."),
    ):
        reader.get_by_role("button", name=button).click()
        expect(reader.locator(".player__status")).to_have_text(said)
        assert clipboard(reader) == reader.locator(field).input_value()


def test_the_transcript_marks_what_was_heard_and_follows_when_asked(reader: Page):
    reader.goto(EPISODE)
    cues = reader.locator(".transcript__cue")
    last = cues.count() - 1
    start = float(cues.nth(last).get_attribute("data-start"))
    audio = reader.locator(".player audio")

    def move(seconds: float) -> None:
        audio.evaluate("(audio, seconds) => { audio.currentTime = seconds; }", seconds)

    play = reader.locator("[data-do=play]")
    play.click()
    expect(reader.locator(".transcript__time[aria-current]")).to_have_count(1)
    play.click()
    move(start + 0.2)
    expect(cues.nth(last).locator("a")).to_have_attribute("aria-current", "true")
    expect(reader.locator(".transcript__cue.is-heard")).to_have_count(last)
    expect(cues.nth(last)).not_to_be_in_viewport()
    reader.get_by_label("Faire défiler avec le son").check()
    move(float(cues.nth(1).get_attribute("data-start")) + 0.1)
    expect(reader.locator(".transcript__cue.is-heard")).to_have_count(1)
    expect(reader.locator(".transcript__time[aria-current]")).to_have_count(1)
    move(start + 0.2)
    expect(cues.nth(last)).to_be_in_viewport()


def test_the_words_found_in_a_transcript_are_counted_whatever_their_accents(reader: Page):
    reader.goto(EPISODE)
    found = reader.locator(".transcript__found")
    texts = [text.lower() for text in reader.locator(".transcript__text").all_inner_texts()]
    words = reader.locator("[data-words]")
    words.fill("ZZZZ")
    expect(found).to_have_text("Aucune réplique")
    accented = next(word for text in texts for word in re.findall(r"\w+", text) if re.search("[éèêà]", word))
    plain = accented.translate(str.maketrans("éèêàâîôûç", "eeeaaiouc")).upper()
    count = sum(accented in text for text in texts)
    words.fill(plain)
    expect(found).to_have_text(f"{count} réplique{'s' if count > 1 else ''}")
    assert reader.evaluate("CSS.highlights.get('transcript-words').size") >= count
    words.press("Escape")
    expect(found).to_be_empty()
