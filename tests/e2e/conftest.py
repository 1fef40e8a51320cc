"""Browser tests: Chromium against a portal of its own, filled by the demonstration command."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, StorageState, expect, sync_playwright

from tests.databases import demonstration, manage

ROOT = Path(__file__).resolve().parents[2]
TOOLS = Path(__file__).parent / "node_modules"
AXE = TOOLS / "axe-core" / "axe.min.js"
VNU = TOOLS / "vnu-jar" / "build" / "dist" / "vnu.jar"
#: The shell alone takes a third of the processor time of the whole browser.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "demonstration-clsm"  # as printed by `manage.py seed_demo`
PATIENCE = 30_000  # milliseconds: a busy machine is no fault of the portal
expect.set_options(timeout=PATIENCE)
WIDTHS = {"mobile": 360, "desktop": 1280}


def require(condition: object, message: str) -> None:
    """Skip where a tool is missing on somebody's machine; fail in CI, where everything must run."""
    if condition:
        return
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(url: str, process: subprocess.Popen) -> bool:
    """Wait until the server answers; False when it died or stayed silent for a minute."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(url, timeout=5):
                return True
        except URLError:
            time.sleep(0.2)
    return False


@pytest.fixture(scope="session")
def mailbox(tmp_path_factory) -> Path:
    """Where the running portal leaves its e-mails; PORTAL_MAILS names it when PORTAL_URL names the portal."""
    return Path(os.environ.get("PORTAL_MAILS") or tmp_path_factory.mktemp("mails"))


class RunningPortal:
    """The portal in a process of its own: it may be killed, and started again at the same address."""

    def __init__(self, var: Path, mailbox: Path) -> None:
        self.port = free_port()
        self.address = f"http://localhost:{self.port}"
        self.environment = {
            "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
            "VAR_DIR": str(var),
            "BASE_URL": self.address,
            "EMAIL_URL": f"filemail:///{mailbox}",  # four slashes in all: three lead to a relative folder
        }
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "runserver", "--noreload", f"127.0.0.1:{self.port}"],
            cwd=ROOT,
            env=os.environ | self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert answers(f"{self.address}/robots.txt", self.process), "Le serveur de test ne répond pas."

    def kill(self) -> None:
        """SIGKILL: nothing is finished, nothing is closed."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(timeout=10)
            self.process = None


@pytest.fixture(scope="session")
def own_portal(tmp_path_factory, mailbox: Path) -> Iterator[RunningPortal | None]:
    """A portal with the demonstration's content, started here; None when PORTAL_URL names one that runs already."""
    if os.environ.get("PORTAL_URL"):
        yield None
        return
    var = tmp_path_factory.mktemp("var")
    portal = RunningPortal(var, mailbox)
    shutil.copytree(demonstration(), var, dirs_exist_ok=True)
    manage("setup_site", **portal.environment)  # at its own address
    try:
        portal.start()
        yield portal
    finally:
        portal.kill()


@pytest.fixture(scope="session")
def site(own_portal: RunningPortal | None) -> str:
    """Address of the running portal."""
    return own_portal.address if own_portal else os.environ["PORTAL_URL"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    installed = (path for name in BROWSERS if (path := shutil.which(name)))
    executable = os.environ.get("CHROMIUM") or next(installed, None)
    require(executable, "Chromium est absent : tests du navigateur passés.")
    # Playwright runs a loop in this thread, where Django asks to be told that a query is meant.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        chromium = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def visitor(browser: Browser, site: str) -> Iterator[Page]:
    """A page of somebody who is not signed in."""
    context = new_context(browser, site)
    yield context.new_page()
    context.close()


def new_context(browser: Browser, site: str, width: int = 1280, **options: object) -> BrowserContext:
    context = browser.new_context(
        base_url=site, locale="fr-FR", viewport={"width": width, "height": 900}, reduced_motion="reduce", **options
    )
    context.set_default_timeout(PATIENCE)
    return context


def signed_in(context: BrowserContext, name: str) -> Page:
    """A page of that demonstration account, in the admin."""
    page = context.new_page()
    page.goto("/admin/")
    page.get_by_label("E-mail").fill(f"{name}@portail.example")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url("**/admin/**")
    return page


def send(button: Locator) -> None:
    """Click a button that sends a form, and wait for the page that answers: the form itself leaves a moment later."""
    with button.page.expect_navigation():
        button.click()


@pytest.fixture(scope="session")
def session_of(browser: Browser, site: str) -> Callable[[str], StorageState]:
    """Cookies of a demonstration account, which signs in once for all the tests of a process."""
    known: dict[str, StorageState] = {}

    def state(name: str) -> StorageState:
        if name not in known:
            context = new_context(browser, site)
            signed_in(context, name)
            known[name] = context.storage_state()
            context.close()
        return known[name]

    return state


@pytest.fixture
def sign_in(browser: Browser, site: str, session_of: Callable[[str], StorageState]):
    """``sign_in("edition")`` gives a page of that demonstration account, in the admin."""
    contexts = []

    def open_session(name: str, width: int = 1280, **options: object) -> Page:
        context = new_context(browser, site, width, storage_state=session_of(name), **options)
        contexts.append(context)
        page = context.new_page()
        page.goto("/admin/")
        return page

    yield open_session
    for rank, context in enumerate(contexts):
        if folder := os.environ.get("SCREENSHOT_DIR"):
            context.pages[0].screenshot(path=f"{folder}/session-{rank}.png", full_page=True)
        context.close()
