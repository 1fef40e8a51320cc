"""Every type of public page: accessible, valid, light, without cookie, reachable by links."""

import json
import shutil
import subprocess
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.conftest import AXE, VNU, WIDTHS, new_context, require
from tests.e2e.public_pages import EXTRA, TYPES, Answer, crawl, get, in_sitemap, one_of_each

pytestmark = pytest.mark.e2e

MAX_BYTES = 100 * 1024
MAX_REQUESTS = 8
#: Titles of the demonstration's drafts and of what waits for a decision.
NOT_PUBLIC = (
    "repas de ferme en ferme",
    "café des proches",
    "Éco-anxiété",
    "Marcher ensemble pour dire",
    "@portail.example",
)
HEAVY_ON_PURPOSE = {"image", "media"}


@pytest.fixture(scope="session")
def pages(site) -> dict[str, str]:
    return one_of_each(site)


def test_the_demonstration_has_every_type_of_page(pages):
    assert set(pages) == set(TYPES) | set(EXTRA)


@pytest.fixture(scope="session")
def reached(site) -> dict[str, Answer]:
    return crawl(site)


def test_every_public_page_is_reachable_from_the_home_page(site, reached):
    assert {path: answer.status for path, answer in reached.items() if answer.status >= 400} == {}
    assert in_sitemap(site) - set(reached) == set()


def test_what_is_not_public_is_nowhere(site, reached):
    files = ("sitemap-pages.xml", "sitemap-actions.xml", "fiches/flux.xml", "actualites/flux.xml", "robots.txt")
    answers = reached | {name: get(f"{site}/{name}") for name in files}
    leaks = [(path, words) for path, answer in answers.items() for words in NOT_PUBLIC if words in answer.text]
    for words in ("", *NOT_PUBLIC):
        results = get(f"{site}/recherche/?q={quote(words)}").select("article.card")
        leaks += [("recherche", secret) for card in results for secret in NOT_PUBLIC if secret in card.text]
    assert leaks == []


def test_every_page_leads_to_search_and_names_its_feeds(site, pages):
    for name, path in pages.items():
        page = get(site + path)
        assert page.select("form[role=search] input[name=q]"), name
        assert page.select("link[rel=alternate][type='application/rss+xml']"), name
        assert page.select("link[rel=sitemap]"), name


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, site: str, pages, width: int, scheme: str):
    require(AXE.exists(), "axe-core est absent (npm) : accessibilité non vérifiée.")
    context = new_context(browser, site, width, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    script = AXE.read_text()
    violations = {name: found for name, path in pages.items() if (found := axe(page, path, script))}
    context.close()
    assert violations == {}


def axe(page: Page, path: str, script: str) -> list[str]:
    page.goto(path)
    page.evaluate(script)
    result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{item['id']}: {item['nodes'][0]['target']} {item['help']}" for item in result["violations"]]


def test_the_nu_checker_finds_no_error(site: str, pages, visitor: Page, tmp_path):
    require(VNU.exists() and shutil.which("java"), "Le vérificateur HTML Nu (npm, Java) est absent.")
    for name, path in pages.items():
        (tmp_path / f"{name}.html").write_text(visitor.request.get(path).text())
    command = ["java", "-jar", str(VNU), "--errors-only", "--format", "json", str(tmp_path)]
    report = subprocess.run(command, capture_output=True, text=True, check=False)
    messages = json.loads(report.stderr)["messages"]
    assert [f"{m['url'].rsplit('/', 1)[-1]}:{m.get('lastLine')} {m['message']}" for m in messages] == []


def test_pages_are_light_and_talk_to_nobody_else(browser: Browser, site: str, pages):
    faults = {}
    for name, path in pages.items():
        context = new_context(browser, site)
        page = context.new_page()
        responses = []
        errors = []
        page.on("response", lambda response, seen=responses: seen.append(response))
        page.on("console", lambda message, seen=errors: seen.append(message.text) if message.type == "error" else None)
        page.goto(path, wait_until="networkidle")
        counted = [r for r in responses if r.request.resource_type not in HEAVY_ON_PURPOSE]
        weight = sum(response.request.sizes()["responseBodySize"] for response in counted)
        foreign = [r.url for r in responses if not r.url.startswith(site)]
        cookies = [] if name == "login" else context.cookies()
        if weight > MAX_BYTES or len(counted) > MAX_REQUESTS or foreign or cookies or errors:
            faults[name] = (weight, len(counted), foreign, [cookie["name"] for cookie in cookies], errors)
        context.close()
    assert faults == {}
