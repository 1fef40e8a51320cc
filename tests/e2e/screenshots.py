"""Redraws docs/screenshots and docs/guides/images from the demonstration: `make screenshots`."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.e2e.conftest import ROOT, WIDTHS, new_context
from tests.e2e.public_pages import one_of_each

FOLDER = ROOT / "docs" / "screenshots"
PICTURES = ROOT / "docs" / "guides" / "images"
#: A picture of a guide: as wide as its text on a good screen, few colours, so that a page of them stays light.
PICTURE_WIDTH, PICTURE_HEIGHT, COLOURS = 1000, 720, 96
SHOWN = ("home", "sheet", "directory", "clsm", "episode", "search", "sheets", "theme")


@pytest.mark.screenshots
def test_draw(browser: Browser, site: str):
    FOLDER.mkdir(exist_ok=True)
    pages = one_of_each(site) | {"sheet": "/fiches/stages-croises/"}
    for width in WIDTHS.values():
        context = new_context(browser, site, width, color_scheme="light")
        page = context.new_page()
        for name in SHOWN:
            page.goto(pages[name], wait_until="networkidle")
            page.screenshot(path=Path(FOLDER / f"{name}-{width}.png"))
        context.close()


def open_case(page: Page) -> None:
    page.goto("/admin/capitalisation/")
    page.get_by_role("link", name="Gardiens d’immeuble").click()


def open_interview(page: Page) -> None:
    open_case(page)
    page.get_by_role("link", name="Entretien du").click()


def open_analysis(page: Page) -> None:
    open_interview(page)
    page.get_by_role("link", name="Analyser").click()


def open_framing(page: Page) -> None:
    open_case(page)
    page.get_by_role("heading", name="Grille de cadrage").evaluate("heading => heading.scrollIntoView()")


def open_proofreading(page: Page) -> None:
    page.goto("/mon-clsm/")
    page.get_by_role("link", name="Saint-Flour").first.click()
    page.get_by_role("link", name="Relire").first.click()


def open_space(page: Page) -> None:
    page.goto("/mon-clsm/")
    page.get_by_role("link", name="Saint-Flour").first.click()


def open_census(page: Page) -> None:
    open_space(page)
    page.get_by_role("link", name="Continuer").first.click()


def open_profile(page: Page) -> None:
    page.goto("/mon-clsm/")
    page.get_by_role("link", name="Mettre à jour mon profil").click()
    page.get_by_role("button", name="Instances et groupes").click()


def beside(screen: str, words: str) -> Callable[[Page], None]:
    """The screen of the sheet whose title holds ``words``: ``edit``, ``grille``, ``parler-du-suicide``."""

    def open_screen(page: Page) -> None:
        page.goto(f"/admin/pages/search/?q={words}")
        edit = page.locator("td.title a[href*='/edit/']").first.get_attribute("href")
        page.goto(str(edit).replace("/edit/", f"/{screen}/"))

    return open_screen


def open_grid(page: Page) -> None:
    """The text and the grid are side by side on a screen of this width."""
    page.set_viewport_size({"width": WIDTHS["desktop"], "height": PICTURE_HEIGHT})
    beside("grille", "banc")(page)


def at(url: str) -> Callable[[Page], None]:
    return lambda page: page.goto(url) and None


#: picture → (account, how to get there)
GUIDE_PICTURES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "registre": ("moderation", at("/admin/recensement/")),
    "tableau-des-dossiers": ("moderation", at("/admin/capitalisation/")),
    "messages": ("moderation", at("/admin/messages/")),
    "pilotage": ("moderation", at("/admin/pilotage/")),
    "liste-des-fiches": ("moderation", at("/admin/fiches/liste/")),
    "relectures-par-les-clsm": ("moderation", at("/admin/relectures/1/")),
    "grille-de-relecture": ("edition2", open_grid),
    "parler-du-suicide": ("edition2", beside("parler-du-suicide", "sentinelles")),
    "ou-en-est-la-fiche": ("edition2", beside("edit", "Marcher")),
    "dossier": ("accompagnement", open_case),
    "grille-de-cadrage": ("accompagnement", open_framing),
    "entretien": ("accompagnement", open_interview),
    "analyse": ("accompagnement", open_analysis),
    "mon-clsm": ("coordination2", open_space),
    "declarer-une-action": ("coordination2", open_census),
    "mon-profil": ("coordination", open_profile),
    "relire-une-fiche": ("coordination2", open_proofreading),
}


def light(png: bytes) -> bytes:
    """The same picture in few colours."""
    target = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS).save(target, "PNG", optimize=True)
    return target.getvalue()


@pytest.mark.screenshots
def test_draw_the_guides(sign_in):
    PICTURES.mkdir(exist_ok=True)
    pages: dict[str, Page] = {}
    for name, (account, go) in GUIDE_PICTURES.items():
        page = pages.get(account) or pages.setdefault(account, sign_in(account))
        page.set_viewport_size({"width": PICTURE_WIDTH, "height": PICTURE_HEIGHT})
        go(page)
        page.wait_for_load_state("networkidle")
        (PICTURES / f"{name}.png").write_bytes(light(page.screenshot()))
