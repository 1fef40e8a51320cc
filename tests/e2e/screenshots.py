"""Redraws docs/screenshots from the demonstration: `make screenshots`."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e.conftest import ROOT, WIDTHS, new_context
from tests.e2e.public_pages import one_of_each

FOLDER = ROOT / "docs" / "screenshots"
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
