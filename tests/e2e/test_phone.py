"""Every public page, and those of somebody signed in, on the narrowest phone and with spaced text (WCAG 1.4.12)."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page

from caps_sheets.capitalisation.census.questionnaire import STEPS
from portal.home.models import HomePage
from portal.users.models import User
from tests.databases import manage
from tests.e2e.conftest import RunningPortal, new_context
from tests.e2e.public_pages import EXTRA, in_sitemap
from tests.e2e.served import SITE, browsing
from tests.factories.network import make_clsm
from tests.factories.sheets import make_sheet

pytestmark = pytest.mark.e2e

NARROWEST, PHONE = 320, 360  # px
SPACED = """
* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-bottom: 2em !important; }
"""
SIGNED_IN = ("/mon-clsm/", "/comptes/2fa/", "/comptes/email/", "/comptes/password/change/")
#: What is wider than the screen, or cut. A region that scrolls by itself and has a name may hold more than it shows.
FAULTS = """() => {
  const width = document.documentElement.clientWidth, faults = [];
  const named = (e) => `${e.tagName.toLowerCase()}.${e.className} « ${e.textContent.trim().slice(0, 40)} »`;
  const scrolls = (e) => e && (/auto|scroll/.test(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
  if (document.documentElement.scrollWidth > width) faults.push(`page : ${document.documentElement.scrollWidth} px`);
  for (const e of document.querySelectorAll("body *")) {
    if (!e.checkVisibility({ visibilityProperty: true }) || e.closest(".visually-hidden, .skip, svg")) continue;
    const box = e.getBoundingClientRect(), style = getComputedStyle(e);
    if (box.width <= 1 || style.clipPath !== "none") continue;
    if ((box.right > width + 1 || box.left < -1) && !scrolls(e.parentElement)) faults.push(`dépasse : ${named(e)}`);
    const isCut = /hidden|clip/.test(style.overflowX + style.overflowY) && e.textContent.trim();
    const isWide = e.scrollWidth > e.clientWidth + 1;
    if (isCut && (isWide || e.scrollHeight > e.clientHeight + 1)) faults.push(`coupé : ${named(e)}`);
    const isText = [...e.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (isText && isWide && style.display !== "inline" && !scrolls(e)) faults.push(`déborde : ${named(e)}`);
  }
  return faults.slice(0, 9);
}"""


def faults(page: Page, paths: list[str]) -> dict[str, list[str]]:
    found = {}
    for path in paths:
        page.set_viewport_size({"width": NARROWEST, "height": 900})
        response = page.goto(path)
        assert response is not None and response.ok, path
        seen = page.evaluate(FAULTS)
        page.set_viewport_size({"width": PHONE, "height": 900})
        page.add_style_tag(content=SPACED)
        seen += [f"espacé, {fault}" for fault in page.evaluate(FAULTS)]
        if seen:
            found[path] = seen
    return found


def test_every_public_page(browser: Browser, site: str) -> None:
    context = new_context(browser, site, NARROWEST, bypass_csp=True)
    paths = sorted(in_sitemap(site) | set(EXTRA.values()) | {"/recherche/imprimer/?q=logement"})
    found = faults(context.new_page(), paths)
    context.close()
    assert found == {}


def test_a_sheet_of_endless_words_and_addresses(browser: Browser, site: str, own_portal: RunningPortal | None) -> None:
    if own_portal is None:
        pytest.skip("PORTAL_URL nomme un portail qui ne nous appartient pas.")
    manage("shell", "-c", "from tests.e2e import hostile_sheet; hostile_sheet.make()", **own_portal.environment)
    context = new_context(browser, site, NARROWEST, bypass_csp=True)
    found = faults(context.new_page(), ["/fiches/mots-sans-fin/", "/fiches/", "/recherche/?q=psychosociale"])
    context.close()
    assert found == {}


@pytest.fixture
def phone(browser: Browser, site: str, sign_in) -> Iterator[Page]:
    """The narrowest phone of a coordination, on the home page of one of its CLSMs."""
    state = sign_in("coordination2").context.storage_state()
    context = new_context(browser, site, NARROWEST, bypass_csp=True, storage_state=state)
    page = context.new_page()
    page.goto("/mon-clsm/")
    page.locator(".space-choices a").first.click()
    page.wait_for_url(re.compile(r"/mon-clsm/\d+/$"))
    yield page
    context.close()


def test_the_pages_of_somebody_signed_in(phone: Page) -> None:
    phone.goto("/mon-clsm/")
    links = phone.eval_on_selector_all("main a[href^='/mon-clsm/']", "links => links.map((link) => link.pathname)")
    assert faults(phone, sorted({*SIGNED_IN, *links})) == {}


def test_every_step_of_the_census(phone: Page) -> None:
    phone.goto(f"{phone.url}actions/")
    phone.get_by_role("button", name="Déclarer une action").click()
    phone.wait_for_url("**/etape/**")
    root = urlsplit(phone.url).path.partition("etape/")[0]
    steps = [f"{root}etape/{step.key}/" for step in STEPS]
    assert faults(phone, [*steps, root, f"{root}verification/", f"{root}supprimer/"]) == {}


@pytest.mark.django_db
def test_headings_on_a_phone(browser: Browser, home: HomePage) -> None:
    """A heading stands apart from the rule of its cards."""
    clsm = make_clsm(title="CLSM du Val")
    make_sheet(clsms=[clsm])
    client = Client()
    client.force_login(User.objects.create_superuser("administration@portail.example"))
    with browsing(browser, client) as (context, _):
        page = context.new_page()
        page.set_viewport_size({"width": PHONE, "height": 800})
        page.goto(f"{SITE}{clsm.url}")
        heading = page.locator("#fiches-du-clsm").bounding_box()
        cards = page.locator("#fiches-du-clsm + .cards").bounding_box()
        assert heading and cards and cards["y"] - heading["y"] - heading["height"] >= 16
