"""Each decision clicked once on a slow server: one request that decides, one decision, one notice each."""

import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from portal.home.demo.waiting import AT_GRID, AT_LAST_STEP, CHANGED_PROFILE
from tests.e2e.conftest import RunningPortal, demonstration, manage, new_context, signed_in
from tests.e2e.editor import Editor

QUIET = 2_500  # milliseconds: an autosave left within one second of the click


class SlowPortal(RunningPortal):
    def __init__(self, var: Path, mailbox: Path) -> None:
        super().__init__(var, mailbox)
        self.environment["DJANGO_SETTINGS_MODULE"] = "tests.e2e.slow_settings"
        self.database = var / "portal.sqlite3"

    def rows(self, query: str, *values: object) -> list[tuple]:
        with sqlite3.connect(self.database) as connection:
            return connection.execute(query, values).fetchall()

    def page(self, slug: str) -> tuple[int, bool]:
        [row] = self.rows("SELECT id, live FROM wagtailcore_page WHERE slug = ?", slug)
        return row[0], bool(row[1])

    def decisions(self, pk: int) -> Counter:
        query = "SELECT action FROM wagtailcore_pagelogentry WHERE page_id = ? AND action <> 'wagtail.edit'"
        return Counter(action for (action,) in self.rows(query, pk))

    def notices(self, pk: int) -> Counter:
        query = "SELECT event, recipient_id FROM portal_moderation_notice WHERE page_id = ?"
        return Counter(self.rows(query, pk))


@pytest.fixture(scope="module")
def slow_portal(tmp_path_factory, mailbox) -> Iterator[SlowPortal]:
    var = tmp_path_factory.mktemp("slow")
    portal = SlowPortal(var, mailbox)
    shutil.copytree(demonstration(tmp_path_factory), var, dirs_exist_ok=True)
    manage("setup_site", **portal.environment)
    try:
        portal.start()
        yield portal
    finally:
        portal.kill()


def approve(page: Page) -> None:
    Editor(page).action("Approuver")


def approve_with_comment(page: Page) -> None:
    Editor(page).action("Approuver avec un commentaire")
    page.locator(".modal textarea").fill("Bravo.")
    page.locator(".modal button[type=submit], .modal input[type=submit]").click()


def ask_for_changes(page: Page) -> None:
    Editor(page).action("Demander des modifications")
    page.locator(".modal textarea").fill("Précisez le contexte.")
    page.locator(".modal button[type=submit], .modal input[type=submit]").click()


#: What is clicked, by whom, on which page; what is logged once, and whether the page is live afterwards.
CLICKS: dict[str, tuple[Callable[[Page], None], str, str, dict[str, int], bool]] = {
    "approve": (approve, "moderation2", CHANGED_PROFILE, {"wagtail.workflow.approve": 1, "wagtail.publish": 1}, True),
    "comment": (
        approve_with_comment,
        "moderation",
        AT_LAST_STEP,
        {"wagtail.workflow.approve": 1, "wagtail.publish": 1},
        True,
    ),
    "return": (ask_for_changes, "edition", AT_GRID, {"wagtail.workflow.reject": 1}, False),
}


@pytest.mark.parametrize("click", list(CLICKS))
def test_one_click_is_one_decision(browser: Browser, slow_portal: SlowPortal, click: str):
    act, who, slug, expected, is_live = CLICKS[click]
    pk, _ = slow_portal.page(slug)
    logged, told = slow_portal.decisions(pk), slow_portal.notices(pk)
    context = new_context(browser, slow_portal.address)
    page = signed_in(context, who)
    page.goto(f"/admin/pages/{pk}/edit/")
    page.wait_for_timeout(QUIET)  # the editor watches what is typed from then on
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or "") if _decides(request, pk) else None)
    act(page)
    expect(page.locator(".messages")).to_be_visible(timeout=20_000)
    page.wait_for_timeout(QUIET)
    context.close()
    assert len(sent) == 1, "one request carries the decision, and nothing follows it"
    assert slow_portal.decisions(pk) - logged == Counter(expected)
    assert all(count == 1 for count in (slow_portal.notices(pk) - told).values())
    assert slow_portal.page(slug)[1] == is_live


def _decides(request, pk: int) -> bool:
    return request.method == "POST" and request.url.endswith(f"/admin/pages/{pk}/edit/")
