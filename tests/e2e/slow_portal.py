"""A portal on a slow server, what it holds, and people who press its buttons once or twice."""

import re
import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, Request, StorageState, expect

from portal.moderation.admin_decisions import ACTIONS
from portal.moderation.decisions import DECISIONS
from tests.e2e.conftest import RunningPortal, new_context, signed_in
from tests.e2e.editor import Editor

WATCHED = 2_500  # milliseconds: the editor watches what is typed from then on
QUIET = 1_500  # an autosave left within one second of the click
PATIENCE = 60_000
#: What the editor asks by itself, and what every form asks before it leaves.
ASKED_FIRST = (
    "/preview/",
    "/editing-sessions/",
    "/compte/session/",
    "/workflow/collect_action_data/",
    "/confirm_workflow_cancellation/",
)
DECIDES = re.compile(rb'(?:^|["&])(?:decision|' + "|".join(ACTIONS).encode() + rb')["=]')


class SlowPortal(RunningPortal):
    def __init__(self, var: Path, mailbox: Path) -> None:
        super().__init__(var, mailbox)
        self.environment["DJANGO_SETTINGS_MODULE"] = "tests.e2e.slow_settings"
        self.database = var / "portal.sqlite3"
        self.sessions: dict[str, StorageState] = {}

    def opened_by(self, browser: Browser, name: str) -> Page:
        """A page of that account, which signs in once."""
        context = new_context(browser, self.address, storage_state=self.sessions.get(name))
        context.set_default_timeout(PATIENCE)
        page = context.new_page() if name in self.sessions else signed_in(context, name)
        self.sessions.setdefault(name, context.storage_state())
        return page

    def rows(self, query: str, *values: object) -> list[tuple]:
        with sqlite3.connect(self.database) as connection:
            return connection.execute(query, values).fetchall()

    def page(self, path: str) -> tuple[int, bool]:
        """The page whose address ends so."""
        [row] = self.rows("SELECT id, live FROM wagtailcore_page WHERE url_path LIKE ?", f"%/{path}/")
        return row[0], bool(row[1])

    def decisions(self, pk: int) -> Counter:
        logged = self.rows("SELECT action FROM wagtailcore_pagelogentry WHERE page_id = ?", pk)
        return Counter(action for (action,) in logged if action in DECISIONS)

    def notices(self) -> Counter:
        return Counter(self.rows("SELECT event, coalesce(recipient_id, address) FROM portal_moderation_notice"))

    def proofreading(self, pk: int) -> str:
        """Where the CLSM asked last answers about that sheet."""
        query = """SELECT clsm_id, round_id FROM caps_capitalisation_proofreadingreply AS reply
            JOIN caps_capitalisation_proofreadinground AS round ON round.id = round_id
            WHERE sheet_id = ? ORDER BY round_id DESC LIMIT 1"""
        [(clsm, opened)] = self.rows(query, pk)
        return f"/mon-clsm/{clsm}/relectures/{opened}/"


@dataclass(frozen=True)
class Press:
    """A button: on which screen of a page, by whom, what is typed before; what it says, logs, tells, and makes live.

    ``says``: a pattern, for the second of two clicks may be the one that is answered. ``reason`` is typed in the small
    window that the button opens.
    """

    who: str
    button: str
    says: str
    logs: tuple[str, ...] = ()
    tells: frozenset[str] = frozenset()
    is_live: bool = False
    screen: str = "edit/"
    types: Callable[[Page], None] = field(default=lambda page: None)
    reason: str = ""

    def address(self, portal: SlowPortal, pk: int) -> str:
        return portal.proofreading(pk) if self.screen == "proofreading" else f"/admin/pages/{pk}/{self.screen}"

    def __call__(self, page: Page, clicks: int) -> None:
        if self.screen == "edit/":
            page.wait_for_timeout(WATCHED)
        self.types(page)
        find(page, self.button).click(click_count=clicks)
        if self.reason:
            window = page.get_by_role("dialog").last
            window.locator("textarea").fill(self.reason)
            window.locator("[type=submit]").click(click_count=clicks)
        expect(page.locator(".messages")).to_contain_text(re.compile(self.says), timeout=PATIENCE)


def find(page: Page, name: str) -> Locator:
    """The button of that name, in the menu at the foot of the editor or in the page."""
    if page.locator("[data-edit-form]").count():
        return Editor(page).action_button(name)
    return page.locator("main").get_by_role("button", name=name)


class Watch:
    """What a page sends, and the one that answers it, apart from what they ask first."""

    def __init__(self, page: Page) -> None:
        self.address = page.url
        self.sent: list[Request] = []
        self.scripts_that_decide: list[str] = []
        page.on("request", self._keep)

    def _keep(self, request: Request) -> None:
        if request.method != "POST" or any(path in request.url for path in ASKED_FIRST):
            return
        is_form = request.is_navigation_request()
        if is_form or request.frame.url == self.address:
            self.sent.append(request)
        if not is_form and DECIDES.search(request.post_data_buffer or b""):
            self.scripts_that_decide.append(request.url)

    @property
    def are_forms(self) -> list[bool]:
        """For each request of the first page, in their order: is it a form that leaves, or a script that saves?"""
        return [request.is_navigation_request() for request in self.sent]
