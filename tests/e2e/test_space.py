"""The coordinator's space and the pages around it: accessible, on a phone, and without JavaScript."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.conftest import AXE, PASSWORD, WIDTHS, new_context, require
from tests.e2e.public_pages import get, in_sitemap
from tests.e2e.test_public_pages import axe

pytestmark = pytest.mark.e2e


def log_in(context: BrowserContext, name: str) -> Page:
    """The page where somebody of the demonstration lands after login."""
    page = context.new_page()
    page.goto("/comptes/login/")
    page.get_by_label("E-mail").fill(f"{name}@portail.example")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_load_state()
    return page


def space_paths(page: Page) -> list[str]:
    home = re.search(r"/mon-clsm/\d+/", page.url).group()
    return [home, f"{home}passer-le-relais/", "/compte/"]


def unkept_profile(site: str) -> str:
    """The claim page of a public profile that nobody keeps."""
    for path in sorted(in_sitemap(site)):
        if path.startswith("/clsm/"):
            for link in get(site + path).links:
                if link.startswith("/vous-coordonnez/"):
                    return link
    raise AssertionError("La démonstration n’a aucun profil sans coordination.")


@pytest.fixture
def opened(browser: Browser, site: str):
    contexts = []

    def opening(width: int = 1280, **options: object) -> BrowserContext:
        contexts.append(new_context(browser, site, width, **options))
        return contexts[-1]

    yield opening
    for context in contexts:
        context.close()


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(opened: Callable[..., BrowserContext], site: str, width: int, scheme: str):
    require(AXE.exists(), "axe-core est absent (npm) : accessibilité non vérifiée.")
    script = AXE.read_text()
    page = log_in(opened(width, color_scheme=scheme, bypass_csp=True), "coordination")
    found = {path: axe(page, path, script) for path in space_paths(page)}
    visitor = opened(width, color_scheme=scheme, bypass_csp=True).new_page()
    for path in (unkept_profile(site), "/invitation/lien-coupe/", "/comptes/login/"):
        found[path] = axe(visitor, path, script)
    assert {path: violations for path, violations in found.items() if violations} == {}


def test_nothing_scrolls_sideways_on_a_phone(opened: Callable[..., BrowserContext]):
    page = log_in(opened(320), "coordination")
    for path in space_paths(page):
        page.goto(path)
        assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"), path


def test_the_profile_is_confirmed_without_javascript(opened: Callable[..., BrowserContext]):
    page = log_in(opened(360, java_script_enabled=False), "coordination")
    expect(page.get_by_role("heading", level=1)).to_have_text("Qu’attend-on de moi ?")
    page.get_by_role("button", name="Rien n’a changé, je confirme").click()
    expect(page.get_by_role("status")).to_contain_text("le profil est confirmé à la date d’aujourd’hui")


def test_a_missing_field_opens_its_step(opened: Callable[..., BrowserContext]):
    page = log_in(opened(), "coordination")
    page.locator("summary", has_text="utile").click()
    page.locator(".space-missing a", has_text="Financeurs").click()
    page.wait_for_url("**/profil/*/#*")
    expect(page.get_by_role("group", name="Financeurs")).to_be_in_viewport()
