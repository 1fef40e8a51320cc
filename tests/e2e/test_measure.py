"""What the browser reports of a search: once, without cookie, and the rank that was opened."""

from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, Request

pytestmark = pytest.mark.e2e
PATH = "/recherche/mesure/"


@pytest.fixture
def reports(visitor: Page) -> list[Request]:
    sent: list[Request] = []
    visitor.on("request", lambda request: sent.append(request) if request.url.endswith(PATH) else None)
    return sent


def said(request: Request) -> tuple[str, str]:
    values = parse_qs(request.post_data or "")
    return values["evenement"][0], values["rang"][0]


def test_a_search_then_the_rank_that_was_opened(visitor: Page, reports: list[Request]) -> None:
    with visitor.expect_response(f"**{PATH}") as answer:
        visitor.goto("/recherche/?q=santé")
    assert answer.value.status == 204
    link = visitor.locator("[data-measure-results] > li").nth(1).locator("a").first
    link.click(button="right")
    visitor.keyboard.press("Escape")
    with visitor.expect_response(f"**{PATH}") as answer:
        link.click()
    assert answer.value.status == 204
    assert [said(request) for request in reports] == [("recherche", "0"), ("clic", "2")]
    assert all("cookie" not in request.all_headers() for request in reports)
    assert visitor.context.cookies() == []


def test_a_reload_and_a_filter_are_not_other_searches(visitor: Page, reports: list[Request]) -> None:
    visitor.goto("/recherche/?q=santé")
    visitor.reload()
    visitor.goto("/recherche/?q=santé&type=fiches", referer=visitor.url)
    visitor.wait_for_load_state("networkidle")
    assert [said(request)[0] for request in reports] == ["recherche"]
    visitor.locator("#recherche-page [name=q]").fill("logement")
    with visitor.expect_response(f"**{PATH}"):
        visitor.locator("#recherche-page [name=q]").press("Enter")
    assert [said(request)[0] for request in reports] == ["recherche", "recherche"]


def test_a_page_without_words_reports_nothing(visitor: Page, reports: list[Request]) -> None:
    visitor.goto("/recherche/?type=fiches")
    visitor.locator("[data-measure-results] a").first.click()
    visitor.wait_for_load_state("networkidle")
    assert reports == []


def test_whoever_asks_not_to_be_tracked_is_not_counted(visitor: Page, reports: list[Request]) -> None:
    visitor.add_init_script("Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })")
    visitor.goto("/recherche/?q=santé")
    visitor.wait_for_load_state("networkidle")
    assert reports == []
