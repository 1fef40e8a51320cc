"""An interview on a phone, from its planning to a coded transcript and to the draft that may be listened to."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect

from caps_sheets.capitalisation.models import (
    CaseFile,
    CensusAnswer,
    FileKind,
    Interview,
    InterviewNote,
    Passage,
    Stage,
)
from caps_sheets.models import CapsSheetPage
from portal.site_setup.roles import COACHING
from tests.e2e.conftest import WIDTHS
from tests.e2e.served import SITE, browsing
from tests.e2e.test_centre_screens import is_wider_than_the_screen, violations
from tests.factories.capitalisation import make_case_file, make_member
from tests.factories.interviews import make_consent, make_file, make_grid
from tests.factories.network import make_coordinator
from tests.factories.sheets import make_sheets_index

pytestmark = [pytest.mark.e2e, pytest.mark.django_db]

SPOKEN = "Coordinatrice [00:00] On courait après les dates.\nÉlue [00:01] Puis tout a changé."


@pytest.fixture
def case_file(client: Client) -> CaseFile:
    make_grid()
    make_sheets_index()
    coach = make_member(COACHING)
    client.force_login(coach)
    case_file = make_case_file(stage=Stage.COLLECTION, owner=coach)
    CensusAnswer.objects.update(availability="Le mardi matin, en visioconférence.")
    make_coordinator(case_file.answer.clsm)
    return case_file


@pytest.fixture
def page(browser: Browser, client: Client, case_file: CaseFile) -> Iterator[Page]:
    with browsing(browser, client) as (context, _):
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": SITE}])
        page = context.new_page()
        page.set_viewport_size({"width": WIDTHS["mobile"], "height": 740})
        yield page


def press(page: Page, button: Locator) -> None:
    with page.expect_navigation():
        button.click()
    page.locator("main").wait_for()  # a redirect is followed by a page without one


def is_whole(page: Page) -> None:
    assert not is_wider_than_the_screen(page), page.url
    assert violations(page) == []


def choose_words(page: Page, words: str) -> None:
    """Select them, as a finger does: only the selection changes."""
    page.evaluate(
        """words => {
          const texts = [...document.querySelectorAll("[data-cue-text]")].map((text) => text.firstChild);
          const node = texts.find((text) => text.data.includes(words));
          const start = node.data.indexOf(words), range = document.createRange();
          range.setStart(node, start);
          range.setEnd(node, start + words.length);
          const selection = getSelection();
          selection.removeAllRanges();
          selection.addRange(range);
        }""",
        words,
    )
    expect(page.locator("[data-passage-status]")).to_contain_text(words)


def test_from_planning_to_a_draft_that_is_listened_to(page: Page, case_file: CaseFile):
    plan(page, case_file)
    interview = Interview.objects.get()
    make_consent(interview)
    make_file(interview, FileKind.AUDIO)
    note_with_a_key(page, interview)
    bring_transcript(page, interview)
    keep_passages(page, interview)
    draft(page, case_file)


def plan(page: Page, case_file: CaseFile) -> None:
    page.goto(reverse("interview_plan", args=[case_file.pk]))
    page.locator(".interview__slot-list a").first.click()
    page.wait_for_url("**?le=*")
    expect(page.locator("#id_met_at")).to_have_value("09:30")
    page.locator("#id_interviewee_role").fill("Coordinatrice, élue")
    is_whole(page)
    press(page, page.get_by_role("button", name="Enregistrer"))
    interview = Interview.objects.get()
    assert timezone.localtime(interview.starts_at).weekday() == 1
    assert interview.met_on >= timezone.localdate() + timedelta(days=3)


def note_with_a_key(page: Page, interview: Interview) -> None:
    """The time goes where the cursor is, and what was typed is saved by itself with it."""
    page.goto(reverse("interview_answers", args=[interview.pk]))
    notes = page.locator("textarea[data-takes-marks]").first
    notes.fill("Une marche.")
    page.keyboard.press("Alt+KeyR")
    expect(notes).to_have_value("Une marche. [00:00] ")
    page.keyboard.type("Puis si.")
    bar = page.locator("[data-player]")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(bar).to_be_in_viewport()
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("button", name="Insérer le temps").click()
    expect(notes).to_have_value("Une marche. [00:00] Puis si. [00:00] ")
    mark = page.locator("[data-marks-of] [data-mark]").first
    mark.click()
    assert page.evaluate("document.querySelector('[data-player] audio').currentTime") == 0
    assert page.url.endswith("/reponses/"), "a mark plays here"
    is_whole(page)
    press(page, page.get_by_role("button", name="Enregistrer", exact=True))
    assert InterviewNote.objects.get().notes == "Une marche. [00:00] Puis si. [00:00]"


def bring_transcript(page: Page, interview: Interview) -> None:
    page.goto(reverse("interview_transcript", args=[interview.pk]))
    page.locator("#id_text").fill(SPOKEN)
    press(page, page.get_by_role("button", name="Lire la transcription"))
    expect(page.locator("#compris")).to_contain_text("«\xa0Coordinatrice\xa0», «\xa0Élue\xa0»")
    press(page, page.get_by_role("button", name="Lire la transcription"))
    expect(page.locator("body")).to_contain_text("2 répliques")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(page.locator(".cue-editor__sound audio")).to_be_in_viewport()
    assert not is_wider_than_the_screen(page)


def keep_passages(page: Page, interview: Interview) -> None:
    press(page, page.get_by_role("link", name="Choisir des passages"))
    is_whole(page)
    page.locator("[data-passage-targets] summary").click()
    choose_words(page, "courait après les dates")
    page.get_by_role("button", name="9. Leviers", exact=True).click()
    expect(page.locator("[data-passage-status]")).to_contain_text("Passage gardé")
    choose_words(page, "tout a changé")
    page.keyboard.press("Alt+KeyV")
    expect(page.locator("[data-passage-list] li")).to_have_count(2)
    page.locator("[data-cue] label").first.click()
    page.get_by_role("button", name="Verbatim dans «\xa0Perspectives et suites\xa0»").click()
    expect(page.locator("[data-passage-list] li")).to_have_count(3)
    assert list(Passage.objects.order_by("pk").values_list("section", "is_verbatim", "start", "text")) == [
        ("leviers", False, 0, "courait après les dates"),
        ("leviers", True, 1, "tout a changé"),
        ("perspectives", True, 0, "On courait après les dates."),
    ]
    page.goto(reverse("interview_analysis", args=[interview.pk]))
    page.locator(".interview__passages [data-mark]").nth(1).click()
    is_whole(page)


def draft(page: Page, case_file: CaseFile) -> None:
    Interview.objects.update(met_on=timezone.localdate(), closed_at=timezone.now())
    Interview.objects.get().files.filter(kind=FileKind.TRANSCRIPT).update(reviewed_at=timezone.now())
    CaseFile.objects.filter(pk=case_file.pk).update(stage=Stage.ANALYSIS)
    page.goto(reverse("case_files:edit", args=[case_file.pk]))
    press(page, page.get_by_role("button", name="Générer le brouillon de fiche"))
    sheet = CapsSheetPage.objects.get()
    assert "[00:00]" not in str(sheet.get_latest_revision().content)
    page.goto(reverse("wagtailadmin_pages:edit", args=[sheet.pk]))
    mark = page.locator(".provenance__beside [data-mark='1']").first
    mark.wait_for(state="attached")
    assert re.search(r"/fichiers/[0-9a-f-]+/#t=1$", str(mark.get_attribute("href")))
    mark.dispatch_event("click")
    expect(page.locator("[data-source-player]")).to_be_visible()
