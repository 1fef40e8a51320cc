"""The player in Chromium, under the policy of the site: listening, finding a moment, keyboard, no script, elsewhere."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.conftest import AXE, new_context, require

pytestmark = pytest.mark.e2e

EPISODE = "/podcast/stages-croises/"
EMBED = f"{EPISODE}integrer/"
AUDIO = "document.querySelector('.player audio')"
OPEN_ALL = "document.querySelectorAll('.player details').forEach((fold) => { fold.open = true; })"


@pytest.fixture
def context(browser: Browser, site: str) -> Iterator[BrowserContext]:
    context = new_context(browser, site, permissions=["clipboard-read", "clipboard-write"])
    yield context
    context.close()


@pytest.fixture
def faults() -> list[str]:
    """What the browser complains about; each test ends by finding none."""
    return []


@pytest.fixture
def page(context: BrowserContext, faults: list[str]) -> Page:
    page = context.new_page()
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    return page


def sound(page: Page, what: str) -> float:
    return page.evaluate(f"{AUDIO}.{what}")


def heard(page: Page, seconds: float) -> None:
    """Wait until the sound really moves past that second (Playwright's own waiting needs what the policy refuses)."""
    until(page, f"!{AUDIO}.paused && !{AUDIO}.seeking && {AUDIO}.currentTime > {seconds}")


def until(page: Page, condition: str) -> None:
    reached = page.evaluate(f"""new Promise((done) => {{
        const look = () => (({condition}) ? done(true) : requestAnimationFrame(look));
        setTimeout(() => done(false), 10000);
        look();
    }})""")
    assert reached, condition


def start_of(link) -> float:
    return float(link.get_attribute("data-at"))


def test_listening_from_one_moment_to_another(page: Page, faults: list[str]):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/audio/" in request.url else None)
    page.goto(EPISODE, wait_until="networkidle")
    play = page.locator("[data-do=play]")
    expect(play).to_have_text("Écouter")
    assert asked == []
    assert (sound(page, "paused"), sound(page, "controls"), sound(page, "currentTime")) == (True, False, 0)
    play.click()
    heard(page, 0.3)
    expect(play).to_have_text("Mettre en pause")

    chapter = page.locator(".steps__step:not(.is-page) .steps__go").nth(1)
    chapter.click()
    heard(page, start_of(chapter))
    assert sound(page, "currentTime") < start_of(chapter) + 4
    expect(chapter).to_have_attribute("aria-current", "true")

    moment = page.locator(".is-page .steps__go").first
    moment.click()
    heard(page, start_of(moment))
    expect(page.locator(".player__moment.is-now a")).to_be_visible()

    cue = page.locator(".transcript__time").nth(3)
    cue.click()
    heard(page, start_of(cue))
    expect(page.locator(".transcript__time[aria-current]")).to_have_count(1)
    expect(page.locator(".player__bar")).to_have_class(re.compile("is-docked"))
    assert page.evaluate("document.querySelectorAll('[aria-live]').length") == 0
    assert page.url.endswith(EPISODE)

    page.locator("[data-speed]").select_option("1.5")
    assert sound(page, "playbackRate") == 1.5
    play.click()
    assert sound(page, "paused")
    assert faults == []


def test_searching_the_transcript_and_sharing_a_moment(page: Page, faults: list[str]):
    page.goto(EPISODE)
    cues = page.locator(".transcript__cue")
    total = cues.count()
    word = page.locator(".transcript__text").nth(2).inner_text().split()[0].strip(".,")
    page.locator("[data-words]").fill(word.upper())
    expect(page.locator(".transcript__found")).to_contain_text("réplique")
    shown = page.locator(".transcript__cue:visible")
    assert 0 < shown.count() < total
    shown.first.locator(".transcript__time").click()
    heard(page, 0)
    page.locator("[data-words]").press("Escape")
    expect(page.locator(".transcript__cue:visible")).to_have_count(total)
    page.locator("[data-do=play]").click()

    page.evaluate(f"{AUDIO}.currentTime = 7.4")
    expect(page.locator("[data-now]")).to_have_text("0:07")
    page.get_by_role("button", name="Copier le lien vers ce moment").click()
    expect(page.locator(".player__status")).to_contain_text("0:07")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.endswith(f"{EPISODE}?t=7")
    page.get_by_text("Partager ou intégrer").click()
    page.get_by_label("À partir du moment écouté").check()
    assert page.locator("[data-share-link]").input_value() == copied
    assert "integrer/?t=7" in page.locator("[data-share-code]").input_value()

    page.locator("[data-do=play]").click()
    heard(page, 7)
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Écouter dans une petite fenêtre").click()
    expect(opened.value.locator("[data-now]")).to_have_text(re.compile(r"0:(0[7-9]|1\d)"))
    assert sound(page, "paused")
    opened.value.close()

    page.goto(copied)
    expect(page.locator("[data-do=play]")).to_be_focused()
    assert (sound(page, "paused"), sound(page, "currentTime")) == (True, 7)
    assert faults == []


def test_taking_up_where_one_stopped(page: Page, faults: list[str]):
    page.goto(EPISODE)
    page.locator("[data-speed]").select_option("1.25")
    page.locator(".transcript__time").nth(6).click()
    heard(page, 6)
    page.locator("[data-do=play]").click()
    stopped = sound(page, "currentTime")
    page.reload()
    resume = page.get_by_role("button", name="Reprendre à")
    expect(resume).to_be_visible()
    assert sound(page, "paused")
    resume.click()
    heard(page, int(stopped))
    assert sound(page, "playbackRate") == 1.25
    expect(resume).to_be_hidden()

    page.get_by_text("Réglages et raccourcis clavier").click()
    page.get_by_label("Ne pas mémoriser").check()
    page.locator("[data-do=play]").click()
    assert page.evaluate("localStorage.getItem('portail-ecoute')") == '{"off":true}'
    page.reload()
    expect(page.locator("[data-do=play]")).to_be_visible()
    expect(resume).to_be_hidden()
    assert page.context.cookies() == []
    assert faults == []


def test_with_the_keyboard_alone(page: Page, faults: list[str]):
    page.goto(EPISODE)
    page.locator("#lecteur-titre").evaluate("title => { title.tabIndex = -1; title.focus(); }")
    page.keyboard.press("Tab")
    expect(page.locator("[data-do=play]")).to_be_focused()
    page.keyboard.press("Space")
    heard(page, 0)
    page.keyboard.press("k")
    assert sound(page, "paused")
    page.keyboard.press("l")
    assert sound(page, "currentTime") > 25
    page.keyboard.press("j")
    assert 10 < sound(page, "currentTime") < 20
    page.keyboard.press("p")
    page.keyboard.press("Tab")
    seek = page.locator("[data-seek]")
    expect(seek).to_be_focused()
    place = sound(page, "currentTime")
    page.keyboard.press("ArrowRight")
    assert sound(page, "currentTime") == pytest.approx(place + 5, abs=0.1)
    expect(seek).to_have_attribute("aria-valuetext", re.compile(r"secondes? sur \d+ secondes"))
    page.keyboard.press("Home")
    assert sound(page, "currentTime") == 0

    page.locator("[data-words]").press("k")
    assert sound(page, "paused")
    page.locator("[data-settings] summary").press("Enter")
    page.locator("[data-keys]").press("Space")
    page.keyboard.press("k")
    assert sound(page, "paused")
    page.locator(".steps__go").nth(1).press("Enter")
    heard(page, start_of(page.locator(".steps__go").nth(1)))
    assert faults == []


def test_typing_in_a_field_of_the_player_never_moves_the_sound(page: Page, faults: list[str]):
    """Every field where one types or chooses, with every letter that is a shortcut elsewhere."""
    page.goto(EPISODE)
    page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
    page.locator("[data-do=play]").click()
    heard(page, 0)
    fields = page.locator("main").locator("input:not([type=checkbox], [type=range], [type=hidden]), select, textarea")
    tried = [field for field in fields.all() if field.is_visible()]
    assert len(tried) >= 2
    for field in tried:
        field.focus()
        before = sound(page, "currentTime")
        page.keyboard.type("kjlnpm")
        assert not sound(page, "paused")
        assert not sound(page, "muted")
        assert before <= sound(page, "currentTime") < before + 5


def test_without_any_script(browser: Browser, site: str):
    context = new_context(browser, site, 320, java_script_enabled=False)
    page = context.new_page()
    for address in (EPISODE, EMBED):
        page.goto(address)
        expect(page.locator("audio[controls]")).to_be_visible()
        expect(page.get_by_role("link", name="Télécharger le fichier")).to_be_visible()
        useless = page.locator(".player").locator("button:visible, select:visible, input[type=range]:visible")
        expect(useless).to_have_count(0)
    page.goto(EPISODE)
    expect(page.locator(".transcript__cue").first).to_be_visible()
    page.locator(".steps__go").nth(1).click()
    start = page.locator(".steps__go").nth(1).get_attribute("data-at")
    assert page.url.endswith(f"?t={start}#lecteur")
    assert page.locator("audio").get_attribute("src").endswith(f"#t={start}")
    context.close()


@contextmanager
def other_site(body: str) -> Iterator[str]:
    """Address of a site of one page: Chromium does not let a page without a real address frame a local one."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(f"<!doctype html><link rel=icon href=data:,>{body}".encode())

        def log_message(self, *arguments: object) -> None:
            """Say nothing of each request."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_in_the_page_of_another_site(context: BrowserContext, page: Page, site: str, faults: list[str]):
    answer = page.request.get(f"{site}/oembed?url={site}{EPISODE}?t=4").json()
    with other_site(answer["html"]) as address:
        page.goto(address)
        listen_in_the_frame(context, page)
    page.goto(EMBED)
    page.locator("[data-do=play]").click()
    heard(page, 0)
    page.locator("[data-do=play]").click()
    assert page.evaluate("localStorage.length") == 0
    assert faults == []


def listen_in_the_frame(context: BrowserContext, page: Page) -> None:
    frame = page.frame_locator("iframe")
    expect(frame.locator("[data-now]")).to_have_text("0:04")
    frame.locator("[data-do=play]").click()
    expect(frame.locator("[data-do=play]")).to_have_text("Mettre en pause")
    expect(frame.locator("[data-now]")).to_have_text("0:05")
    assert context.cookies() == []


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("colors", ["light", "dark", "forced"])
def test_axe_finds_nothing_closed_nor_open(browser: Browser, site: str, width: int, colors: str):
    require(AXE.exists(), "axe-core est absent (npm) : accessibilité non vérifiée.")
    look = {"forced_colors": "active"} if colors == "forced" else {"color_scheme": colors}
    context = new_context(browser, site, width, bypass_csp=True, **look)
    page = context.new_page()
    found = {}
    for address in (EPISODE, EMBED) if width == 320 else (EPISODE,):
        page.goto(address)
        page.evaluate(AXE.read_text())
        found[address, "closed"] = violations(page)
        if address == EPISODE:
            page.goto(f"{address}?t=12")
            page.evaluate(f"{AXE.read_text()}; {OPEN_ALL}")
            expect(page.locator(".transcript__time[aria-current]")).to_have_count(1)
            page.locator("[data-words]").fill("a")
            found[address, "open"] = violations(page)
        sizes = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert sizes[0] == sizes[1], address
    context.close()
    assert {state: faults for state, faults in found.items() if faults} == {}


def violations(page: Page) -> list[str]:
    result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{item['id']}: {item['nodes'][0]['target']} {item['help']}" for item in result["violations"]]
