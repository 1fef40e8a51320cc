"""What saves while one types: answers of an interview, comments of a proof-reading, the page editor."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Locator, Page, expect

from caps_sheets.capitalisation.models import InterviewNote, ProofreadingComment, ProofreadingReply
from caps_sheets.capitalisation.proofreading.content import verbatims
from caps_sheets.capitalisation.proofreading.permissions import Reader
from caps_sheets.capitalisation.proofreading.services import Typed, keep_ticks, save_comments
from portal.base.models import StandardPage
from portal.home.models import HomePage
from portal.site_setup.roles import MODERATION
from portal.users.models import User
from tests.capitalisation.proofreading import make_coordinator, make_round, reply_of
from tests.e2e.served import ASKS, SITE, Served, browsing
from tests.factories.capitalisation import make_member
from tests.factories.interviews import make_interview
from tests.factories.network import make_clsm

pytestmark = [pytest.mark.e2e, pytest.mark.django_db]

PAUSE, RETRY = 3_000, 15_000  # milliseconds: after the last key, and after a refusal


class Screen(NamedTuple):
    """A form on the screen of ``user``, whose clock is moved by hand."""

    page: Page
    served: Served
    user: User

    def later(self, milliseconds: int) -> None:
        self.page.clock.run_for(milliseconds)

    def saves(self, milliseconds: int) -> None:
        """That long after, something leaves by itself and is answered."""
        with self.page.expect_response(lambda answer: answer.request.method == "POST"):
            self.later(milliseconds)

    def sends(self, number: int) -> None:
        """Until that many requests have left: the page may first ask for something else."""
        for _ in range(200):
            if len(self.served.posts) >= number:
                return
            self.later(10)
            self.page.wait_for_timeout(20)
        raise AssertionError(f"{len(self.served.posts)} of {number} requests")

    def presses(self, name: str) -> list[str]:
        """The button of exactly that name, until the next page; what the browser asked before it left."""
        asked: list[str] = []
        self.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).click()
        return asked

    def change_token(self) -> None:
        """What a new sign-in in another tab does to the token of this page."""
        del self.served.client.cookies[settings.CSRF_COOKIE_NAME]

    def expect_question(self, is_asked: bool) -> None:
        """Whether the browser would ask before the page is left, once the answer has been read."""
        for _ in range(40):
            if self.page.evaluate(ASKS) is is_asked:
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"question: {not is_asked}")


def opened(browser: Browser, user: User, address: str) -> Iterator[Screen]:
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    with browsing(browser, client) as (context, served):
        page = context.new_page()
        page.clock.install()
        page.goto(f"{SITE}{address}")
        yield Screen(page, served, user)


# --- Interview -------------------------------------------------------------------------------------------------------


@pytest.fixture
def interview():
    return make_interview()


@pytest.fixture
def answers(browser: Browser, interview) -> Iterator[Screen]:
    yield from opened(browser, make_member(MODERATION), reverse("interview_answers", args=[interview.pk]))


def notes(screen: Screen) -> Locator:
    return screen.page.get_by_label("Notes").first


def status(screen: Screen) -> Locator:
    return screen.page.locator("[data-interview-status]")


def test_an_answer_is_saved_after_a_pause(answers: Screen):
    notes(answers).fill("Un début")
    answers.expect_question(True)
    answers.later(PAUSE - 100)
    assert answers.served.posts == []
    answers.saves(200)
    expect(status(answers)).to_contain_text("Enregistré à")
    assert InterviewNote.objects.get().notes == "Un début"
    answers.expect_question(False)
    notes(answers).fill("Un début et une fin")
    answers.saves(PAUSE)
    assert InterviewNote.objects.get().notes == "Un début et une fin", "the page knows what it saved itself"


def test_an_answer_waits_for_the_connection(answers: Screen):
    answers.served.is_cut = True
    notes(answers).fill("Écrit dans le train")
    answers.later(PAUSE)
    expect(status(answers)).to_contain_text("La connexion est coupée")
    answers.expect_question(True)
    answers.served.is_cut = False
    answers.later(RETRY)
    expect(status(answers)).to_contain_text("Enregistré à")
    assert InterviewNote.objects.get().notes == "Écrit dans le train"


def test_after_a_new_sign_in_the_page_takes_the_new_token_by_itself(answers: Screen):
    answers.change_token()
    notes(answers).fill("Écrit dans une vieille page")
    answers.saves(PAUSE)
    answers.sends(2)
    expect(status(answers)).to_contain_text("Enregistré à")
    assert InterviewNote.objects.get().notes == "Écrit dans une vieille page"


def test_a_mark_that_cannot_be_read_is_said_and_not_left_silently(answers: Screen):
    answers.page.get_by_label("Repère (mm:ss)").first.fill("douze")
    answers.later(PAUSE)
    expect(status(answers)).to_contain_text("sauf : Écrivez le repère en minutes et secondes")
    answers.expect_question(True)


def test_an_answer_changed_elsewhere_stops_the_saving_until_one_chooses(answers: Screen, interview):
    notes(answers).fill("Mon texte")
    question = interview.grid.questions.first()
    InterviewNote.objects.create(interview=interview, question=question, rank=0, notes="Celui de la collègue")
    answers.later(PAUSE)
    expect(status(answers)).to_contain_text("modifiées ailleurs")
    answers.expect_question(True)
    sent = len(answers.served.posts)
    notes(answers).fill("Mon texte, suite")
    answers.later(RETRY)
    assert len(answers.served.posts) == sent
    assert InterviewNote.objects.get().notes == "Celui de la collègue"


def test_the_button_saves_without_a_question(answers: Screen):
    notes(answers).click()
    answers.page.keyboard.type("Par le bouton")
    assert answers.presses("Enregistrer") == []
    assert InterviewNote.objects.get().notes == "Par le bouton"


# --- Proof-reading ---------------------------------------------------------------------------------------------------


@pytest.fixture
def reply() -> ProofreadingReply:
    clsm = make_clsm(title="CLSM du Val")
    make_coordinator(clsm)
    return reply_of(make_round(clsm), clsm)


@pytest.fixture
def reading(browser: Browser, reply: ProofreadingReply) -> Iterator[Screen]:
    user = User.objects.get(first_name="coordination")
    yield from opened(browser, user, reverse("proofreading", args=[reply.clsm_id, reply.round_id]))


def box(screen: Screen) -> Locator:
    return screen.page.locator("#commentaire-leviers")


def said(screen: Screen) -> Locator:
    return screen.page.locator("[data-part=leviers] [data-status]")


def kept() -> str:
    return ProofreadingComment.objects.get().text


def test_a_comment_is_saved_after_a_pause(reading: Screen):
    box(reading).fill("Le véto")
    reading.expect_question(True)
    reading.later(1_000)
    expect(said(reading)).to_contain_text("Enregistré à")
    assert kept() == "Le véto"
    reading.expect_question(False)
    box(reading).fill("Le véto a prêté sa salle")
    reading.saves(1_000)
    assert kept() == "Le véto a prêté sa salle", "the page knows the version that it saved"


def test_what_is_typed_during_a_saving_leaves_in_its_turn(reading: Screen):
    held = []
    reading.page.route("**/relectures/**", lambda route: held.append(route) if not held else route.fallback())
    box(reading).fill("Un début")
    with reading.page.expect_request(lambda request: request.method == "POST"):
        reading.later(1_000)
    box(reading).fill("Un début et une fin")
    reading.later(1_000)  # the first is still on its way
    with reading.page.expect_response(lambda answer: answer.request.method == "POST"):
        held[0].fallback()
    expect(said(reading)).to_contain_text("Enregistré à")
    reading.saves(1_000)
    assert kept() == "Un début et une fin"
    reading.expect_question(False)


def test_a_comment_leaves_with_the_new_token_after_a_new_sign_in(reading: Screen):
    reading.change_token()
    box(reading).fill("Écrit dans une vieille page")
    reading.saves(1_000)
    expect(said(reading)).to_contain_text("Pas encore enregistré")
    reading.expect_question(True)
    reading.saves(RETRY)
    expect(said(reading)).to_contain_text("Enregistré à")
    assert kept() == "Écrit dans une vieille page"


def test_a_comment_changed_in_another_tab_is_not_overwritten(reading: Screen, reply: ProofreadingReply):
    save_comments(Reader(reply, user=reading.user), {"leviers": Typed("De l’autre onglet", 0)})
    box(reading).fill("D’ici")
    reading.later(1_000)
    expect(said(reading)).to_contain_text("a changé dans un autre onglet")
    assert kept() == "De l’autre onglet"
    reading.expect_question(True)


def test_a_tick_made_in_another_tab_stays_when_this_page_saves(reading: Screen, reply: ProofreadingReply):
    (quoted,) = verbatims(reply.round.text())
    mine = reading.page.locator("input[name=verbatim]")
    keep_ticks(Reader(reply, user=reading.user), {quoted.key})
    box(reading).fill("Le véto")
    reading.saves(1_000)
    assert reply.verbatims.exists(), "not ticked here, ticked elsewhere"
    for is_ticked in (True, False):
        mine.set_checked(is_ticked)
        reading.saves(1_000)
        expect(reading.page.locator("input[name=ticked]:enabled")).to_have_count(int(is_ticked))
        assert reply.verbatims.exists() is is_ticked, "ticked or unticked here"
    box(reading).fill("Le véto a prêté sa salle")
    keep_ticks(Reader(reply, user=reading.user), {quoted.key})
    reading.saves(1_000)
    assert reply.verbatims.exists(), "what was saved from here is no change any more"


def test_a_reading_that_is_over_says_so_and_keeps_the_text_on_screen(reading: Screen, reply: ProofreadingReply):
    reply.round.task_state.workflow_state.cancel(user=None)
    box(reading).fill("Trop tard")
    reading.later(1_000)
    expect(said(reading)).to_contain_text("Pas encore enregistré")
    reading.expect_question(True)
    assert not ProofreadingComment.objects.exists()
    expect(box(reading)).to_have_value("Trop tard")


def test_an_answer_is_sent_without_a_question(reading: Screen):
    box(reading).click()
    reading.page.keyboard.type("Très fidèle")
    assert reading.presses("Renvoyer aux auteurs avec mes commentaires") == []
    assert kept() == "Très fidèle"


# --- Page editor -----------------------------------------------------------------------------------------------------


@pytest.fixture
def editor(browser: Browser, home: HomePage) -> Iterator[Screen]:
    page = StandardPage.objects.get(slug="mentions-legales")
    author = User.objects.create_superuser("administration@portail.example")
    for screen in opened(browser, author, reverse("wagtailadmin_pages:edit", args=[page.pk])):
        screen.page.set_viewport_size({"width": 360, "height": 800})
        yield screen


def types(screen: Screen, text: str) -> None:
    """Until Wagtail has seen it and saved, or tried to."""
    screen.later(3_000)
    screen.page.locator("#id_title").press_sequentially(text)
    screen.later(3_000)


def test_an_editor_is_told_when_the_session_ends_and_saves_again_after_a_new_one(editor: Screen):
    message = editor.page.locator("[data-autosave-message]")
    editor.served.client.logout()
    types(editor, " perdue ?")
    expect(message).to_contain_text("Votre session a pris fin : ce que vous écrivez n’est plus enregistré.")
    expect(message.get_by_role("link")).to_be_visible()
    editor.served.client.force_login(editor.user)
    editor.page.evaluate("dispatchEvent(new Event('focus'))")
    expect(message).to_have_count(0)
    assert "perdue ?" in StandardPage.objects.get(slug="mentions-legales").get_latest_revision_as_object().title


def test_an_editor_is_told_when_the_connection_is_cut(editor: Screen):
    editor.served.is_cut = True
    types(editor, " gardé")
    message = editor.page.locator("[data-autosave-message]")
    expect(message).to_contain_text("La connexion est coupée : ce que vous écrivez n’est pas encore enregistré.")
    editor.served.is_cut = False
    editor.later(RETRY)
    expect(message).to_have_count(0)
