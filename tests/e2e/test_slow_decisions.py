"""Each decision clicked on a slow server, once, then twice by somebody impatient: it is taken, told and said once."""

import shutil
from collections import Counter
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from portal.demo.backlog import AT_GRID, AT_LAST_STEP, AT_PROOFREADING, CHANGED_PROFILE
from tests.databases import demonstration, manage
from tests.e2e.editor import Editor
from tests.e2e.slow_portal import QUIET, Press, SlowPortal, Watch

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

APPROVED = ("wagtail.workflow.approve",)
PUBLISHED = (*APPROVED, "wagtail.publish")
RETURNED = ("wagtail.workflow.reject",)
STARTED = ("wagtail.workflow.start",)
RESUMED = ("wagtail.workflow.resume",)
REQUESTED = frozenset({"review_requested"})
SAID_APPROVED, SAID_RETURNED = frozenset({"review_approved"}), frozenset({"review_returned"})
CLSM_ASKED = frozenset({"proofreading_requested"})
REASON = "Précisez le contexte."


def change_hook(page: Page) -> None:
    Editor(page).fill("hook", "Une accroche corrigée à l’instant.")


def change_profile(page: Page) -> None:
    Editor(page).fill("short_description", "Un profil corrigé à l’instant.")


def change_news(page: Page) -> None:
    Editor(page).fill("introduction", "Une introduction corrigée à l’instant.")


def answer_all(page: Page) -> None:
    for answer in page.get_by_label("oui", exact=True).all():
        answer.check()


def answer_no(page: Page) -> None:
    answer_all(page)
    wrong = page.locator("fieldset.review__criterion").first
    wrong.get_by_label("non", exact=True).check()
    wrong.locator("textarea").fill("Les dates ne s’accordent pas.")
    page.get_by_label("Motif").fill(REASON)


def comment(page: Page) -> None:
    page.locator("#commentaire-leviers").fill("Ajoutez le prêt de la salle.")


def agree(page: Page) -> None:
    for box in page.locator("input[name=verbatim]").all():
        box.check()
    page.get_by_label("J’ai lu la fiche").check()


SENT_BACK = "renvoyée|modifications demandées"
UNPUBLISH = Press("administration", "Oui, la dépublier", "dépubliée", ("wagtail.unpublish",), screen="unpublish/")
PUBLISH = Press("administration", "Publier", "publiée", ("wagtail.publish",), is_live=True)

PROOFREADING = (
    Press(
        "coordination2", "Enregistrer et répondre plus tard", "sont enregistrés", screen="proofreading", types=comment
    ),
    Press(
        "coordination2",
        "Renvoyer aux auteurs",
        "renvoyée à ses auteurs",
        RETURNED,
        SAID_RETURNED,
        screen="proofreading",
    ),
    Press("accompagnement", "Resoumettre", "soumise", RESUMED, CLSM_ASKED, types=change_hook),
    Press(
        "coordination2",
        "Donner le bon à publier",
        "bon à publier du CLSM est enregistré",
        APPROVED,
        REQUESTED | {"proofreading_agreed"},
        screen="proofreading",
        types=agree,
    ),
)
GRID = (
    Press("edition", "Enregistrer la grille", "La grille est enregistrée", screen="grille/", types=answer_all),
    Press(
        "edition",
        "Enregistrer et demander des modifications",
        "renvoyée à ses auteurs",
        RETURNED,
        SAID_RETURNED,
        screen="grille/",
        types=answer_no,
    ),
    Press("accompagnement", "Relancer", "relanc", ("wagtail.workflow.cancel", *STARTED), REQUESTED),
    Press("accompagnement", "Annuler le circuit", "annul", ("wagtail.workflow.cancel",)),
    Press("accompagnement", "Soumettre", "soumise", STARTED, REQUESTED),
)
#: page → its buttons, one after the other.
WALKS: dict[str, tuple[Press, ...]] = {
    AT_PROOFREADING: PROOFREADING + GRID,
    AT_GRID: (
        Press(
            "edition",
            "Enregistrer et approuver",
            "attend maintenant",
            APPROVED,
            REQUESTED | {"grid_approved"},
            screen="grille/",
            types=answer_all,
        ),
        Press(
            "moderation",
            "Approuver avec un commentaire",
            "publiée",
            PUBLISHED,
            SAID_APPROVED,
            is_live=True,
            reason="Bravo.",
        ),
        UNPUBLISH,
        PUBLISH,
    ),
    AT_LAST_STEP: (
        Press("moderation", "Demander des modifications", SENT_BACK, RETURNED, SAID_RETURNED, reason=REASON),
        Press("accompagnement", "Resoumettre", "soumise", RESUMED, REQUESTED, types=change_hook),
    ),
    CHANGED_PROFILE: (
        Press(
            "moderation2",
            "Demander des modifications",
            SENT_BACK,
            RETURNED,
            SAID_RETURNED,
            is_live=True,
            reason=REASON,
        ),
        Press("coordination2", "Resoumettre", "soumis", RESUMED, REQUESTED, is_live=True, types=change_profile),
        Press("moderation2", "Approuver", "approuvée et publiée", PUBLISHED, SAID_APPROVED, is_live=True),
    ),
    "podcast/jardin-partage": (
        Press("moderation", "Approuver", "approuvée et publiée", PUBLISHED, SAID_APPROVED, is_live=True),
        UNPUBLISH,
        PUBLISH,
    ),
    "actualites/le-portail-ouvre": (
        Press("edition", "Soumettre", "soumise", STARTED, REQUESTED, is_live=True, types=change_news),
        Press("moderation", "Approuver", "approuvée et publiée", PUBLISHED, SAID_APPROVED, is_live=True),
        UNPUBLISH,
    ),
}


@pytest.fixture(scope="module", params=[1, 2], ids=["one click", "two clicks"])
def clicks(request) -> int:
    return request.param


@pytest.fixture(scope="module")
def slow_portal(clicks: int, tmp_path_factory, mailbox) -> Iterator[SlowPortal]:
    """One for each way of clicking: every page is walked from where the demonstration left it."""
    var = tmp_path_factory.mktemp("slow")
    portal = SlowPortal(var, mailbox)
    shutil.copytree(demonstration(), var, dirs_exist_ok=True)
    manage("setup_site", **portal.environment)
    try:
        portal.start()
        yield portal
    finally:
        portal.kill()


#: What is logged, which notices leave, and whether the page is live.
Outcome = tuple[Counter, frozenset[str], bool]


@pytest.mark.parametrize("path", list(WALKS))
def test_each_button_decides_once(browser: Browser, slow_portal: SlowPortal, clicks: int, path: str):
    found = {press.button: outcome(browser, slow_portal, path, press, clicks) for press in WALKS[path]}
    assert found == {press.button: (Counter(press.logs), press.tells, press.is_live) for press in WALKS[path]}


def outcome(browser: Browser, portal: SlowPortal, path: str, press: Press, clicks: int) -> Outcome:
    pk, _ = portal.page(path)
    logged, told = portal.decisions(pk), portal.notices()
    page = portal.opened_by(browser, press.who)
    page.goto(press.address(portal, pk))
    watch = Watch(page)
    press(page, clicks)
    page.wait_for_timeout(QUIET)
    page.context.close()
    leaving = watch.are_forms.count(True)
    assert 1 <= leaving <= clicks, f"{press.button}: {leaving} forms"
    assert all(watch.are_forms[-leaving:]), f"{press.button}: something followed the form"
    assert watch.scripts_that_decide == [], press.button
    news = portal.notices() - told
    assert set(news.values()) <= {1}, f"{press.button}: told twice"
    return portal.decisions(pk) - logged, frozenset(event for event, _ in news), portal.page(path)[1]
