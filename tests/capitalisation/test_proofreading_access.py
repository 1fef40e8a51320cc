"""Who is refused: by URL and by forged POST, by old links too."""

from datetime import date, timedelta

import pytest
from django.core import signing
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry

from caps_sheets.capitalisation.models import (
    ProofreadingComment,
    ProofreadingLink,
    ProofreadingReply,
    ProofreadingRound,
    Reply,
)
from caps_sheets.capitalisation.proofreading.content import verbatims
from caps_sheets.capitalisation.proofreading.links import revoke
from caps_sheets.models import CapsSheetPage, PublicationOverride
from network.coordination.assignments import end
from network.models import ClsmPage, CoordinatorAssignment
from portal.base.signed_links import token_of
from portal.moderation.models import Notice, Takedown
from portal.moderation.takedowns.services import ask_lift, confirm_lift, take_down
from portal.site_setup.roles import ADMINISTRATION, COACHING, COORDINATION, EDITING, MODERATION
from portal.users.models import User
from tests.capitalisation.proofreading import agreement, comment, make_coordinator, make_round, reply_of, submit
from tests.factories.capitalisation import make_member
from tests.factories.network import make_clsm
from tests.factories.replay import replayed
from tests.refusals import NOT_FOUND, SIGN_IN, assert_refused, summary, told

pytestmark = pytest.mark.django_db

ADDRESS = "clsm@val.example"


@replayed
def make_asked() -> tuple[ClsmPage, User, ProofreadingRound]:
    clsm = make_clsm(title="CLSM du Val", generic_email=ADDRESS)
    return clsm, make_coordinator(clsm), make_round(clsm)


@pytest.fixture
def made(db) -> tuple[ClsmPage, User, ProofreadingRound]:
    return make_asked()


@pytest.fixture
def clsm(made) -> ClsmPage:
    return made[0]


@pytest.fixture
def coordinator(made) -> User:
    return made[1]


@pytest.fixture
def asked(made) -> ProofreadingRound:
    return made[2]


@pytest.fixture
def link(asked, clsm) -> ProofreadingLink:
    return ProofreadingLink.objects.create(reply=reply_of(asked, clsm), address=ADDRESS)


def space_url(asked, clsm) -> str:
    return reverse("proofreading", args=[clsm.pk, asked.pk])


def link_url(link) -> str:
    return reverse("proofreading_by_link", args=[token_of(link)])


def nothing_was_said(asked) -> bool:
    state = CapsSheetPage.objects.get(pk=asked.sheet_id).current_workflow_task_state
    answered = ProofreadingReply.objects.exclude(decision=Reply.WAITING).exists()
    return not answered and not ProofreadingComment.objects.exists() and state.task.name == "Relecture par le CLSM"


def forged(asked) -> list[dict]:
    return [agreement(asked), comment("leviers", "Forgé.") | {"decision": "retour"}, comment("leviers", "Forgé.")]


@pytest.mark.parametrize(
    "who",
    [
        "nobody",
        "former",
        "future",
        "elsewhere",
        "closed account",
        *(ADMINISTRATION, MODERATION, EDITING, COACHING, COORDINATION),
    ],
)
def test_only_those_in_post_answer_in_the_space(client, asked, clsm, coordinator, who):
    if who in ("former", "future"):
        post = CoordinatorAssignment.objects.get(user=coordinator)
        if who == "former":
            end(post, on=date.today() - timedelta(days=1))
        else:
            CoordinatorAssignment.objects.filter(pk=post.pk).update(start=date.today() + timedelta(days=1))
        client.force_login(coordinator)
    elif who == "elsewhere":
        client.force_login(make_coordinator(make_clsm()))
    elif who == "closed account":
        client.force_login(coordinator)
        coordinator.is_active = False
        coordinator.save()
    elif who != "nobody":
        client.force_login(make_member(who))
    why = SIGN_IN if who in ("nobody", "closed account") else NOT_FOUND
    assert_refused(client.get(space_url(asked, clsm)), why)
    for data in forged(asked):
        for headers in ({}, {"Accept": "application/json"}):
            assert_refused(client.post(space_url(asked, clsm), data, headers=headers), why)
    assert nothing_was_said(asked)


def test_a_round_is_not_reached_through_another_clsm(client, asked, clsm):
    elsewhere = make_clsm()
    client.force_login(make_coordinator(elsewhere))
    url = reverse("proofreading", args=[elsewhere.pk, asked.pk])
    assert client.get(url).status_code == 404
    for data in forged(asked):
        assert client.post(url, data).status_code == 404
    assert nothing_was_said(asked)


def test_coordinators_take_no_decision_in_the_back_office(client, asked, coordinator):
    client.force_login(coordinator)
    state = CapsSheetPage.objects.get(pk=asked.sheet_id).current_workflow_task_state
    for action in ("approve", "reject", "override"):
        url = reverse("wagtailadmin_pages:workflow_action", args=[asked.sheet_id, action, state.pk])
        client.post(url, {"comment": "Forgé."})
        client.post(
            reverse("wagtailadmin_pages:edit", args=[asked.sheet_id]),
            {"action-workflow-action": "1", "workflow-action-name": action},
        )
    assert nothing_was_said(asked) and not PublicationOverride.objects.exists()


@pytest.mark.parametrize("role", [EDITING, COACHING])
@pytest.mark.parametrize("action", ["approve", "reject", "override"])
def test_the_team_does_not_answer_for_the_clsm(client, asked, role, action):
    client.force_login(make_member(role))
    state = CapsSheetPage.objects.get(pk=asked.sheet_id).current_workflow_task_state
    url = reverse("wagtailadmin_pages:workflow_action", args=[asked.sheet_id, action, state.pk])
    client.post(url, {"comment": "Forgé."})
    assert nothing_was_said(asked) and not PublicationOverride.objects.exists()


class TestCentre:
    def test_goes_without_the_clsm_and_says_why(self, client, asked):
        moderator = make_member(MODERATION)
        client.force_login(moderator)
        state = CapsSheetPage.objects.get(pk=asked.sheet_id).current_workflow_task_state
        url = reverse("wagtailadmin_pages:workflow_action", args=[asked.sheet_id, "override", state.pk])
        client.post(url, {"comment": "  "})
        assert nothing_was_said(asked) and not PublicationOverride.objects.exists()
        client.post(url, {"comment": "Poste vacant depuis un an."})
        assert PublicationOverride.objects.get().by == moderator
        state = CapsSheetPage.objects.get(pk=asked.sheet_id).current_workflow_task_state
        assert state.task.name == "Relecture éditoriale"
        asked.refresh_from_db()
        assert asked.get_outcome_display() == "le Centre a passé outre"

    def test_the_screen_of_the_override_lets_the_sheet_go_on(self, client, asked):
        client.force_login(make_member(MODERATION))
        url = reverse("override_agreement", args=[asked.sheet_id])
        client.post(url, {"kind": "accord", "reason": "Poste vacant."})
        state = CapsSheetPage.objects.get(pk=asked.sheet_id).current_workflow_task_state
        assert state.task.name == "Relecture éditoriale"
        second = client.post(url, {"kind": "accord", "reason": "Deux fois."})
        assert "Décision déjà prise" in second.content.decode()
        asked.refresh_from_db()
        assert asked.get_outcome_display() == "le Centre a passé outre"

    def test_is_told_when_nobody_is_in_post_and_sends_the_link(self, client, django_capture_on_commit_callbacks):
        vacant = make_clsm(title="CLSM vacant", generic_email=ADDRESS)
        moderator = make_member(MODERATION)
        asked = make_round(vacant)
        notice = Notice.objects.get(recipient=moderator, event="proofreading_without_coordinator")
        client.force_login(moderator)
        html = client.get(notice.link).content.decode()
        assert "Personne n’est en poste" in html and ADDRESS in html
        client.post(notice.link, {"reply": reply_of(asked, vacant).pk, "address": ADDRESS})
        letter = Notice.objects.get(address=ADDRESS)
        assert token_of(ProofreadingLink.objects.get()) in letter.link
        assert token_of(ProofreadingLink.objects.get()) not in client.get(notice.link).content.decode()
        assert PageLogEntry.objects.filter(action="caps_capitalisation.proofreading_link_sent").exists()

    def test_a_wrong_address_is_said_and_kept(self, client, asked, clsm):
        client.force_login(make_member(MODERATION))
        url = reverse("proofreading_rounds:detail", args=[asked.pk])
        response = client.post(url, {"reply": reply_of(asked, clsm).pk, "address": "clsm@"})
        assert (
            "écrivez le nom complet du site, avec son point" in summary(response)
            and 'value="clsm@"' in response.content.decode()
        )
        assert not ProofreadingLink.objects.exists()

    @pytest.mark.parametrize("role", [EDITING, COACHING, COORDINATION])
    def test_only_the_centre_sends_and_withdraws_links(self, client, asked, clsm, link, role):
        client.force_login(make_member(role))
        url = reverse("proofreading_rounds:detail", args=[asked.pk])
        client.post(url, {"reply": link.reply_id, "address": "moi@ailleurs.example"})
        client.post(reverse("proofreading_rounds:revoke", args=[link.pk]))
        client.get(reverse("proofreading_rounds:index"))
        assert list(ProofreadingLink.objects.values_list("address", "revoked_at")) == [(ADDRESS, None)]

    def test_withdrawing_takes_a_post(self, client, link):
        client.force_login(make_member(MODERATION))
        assert client.get(reverse("proofreading_rounds:revoke", args=[link.pk])).status_code == 405
        client.post(reverse("proofreading_rounds:revoke", args=[link.pk]))
        link.refresh_from_db()
        assert link.revoked_at


class TestLink:
    def test_opens_the_text_without_an_account_and_reading_changes_nothing(self, client, asked, clsm, link):
        response = client.get(link_url(link))
        assert response.status_code == 200 and "J’ai compris leur métier" in response.content.decode()
        assert "no-store" in response["Cache-Control"] and "noindex" in response["X-Robots-Tag"]
        assert nothing_was_said(asked)

    def test_answers_with_a_function(self, client, asked, clsm, link):
        html = client.post(link_url(link), agreement(asked)).content.decode()
        assert "Indiquez votre fonction" in html
        client.post(link_url(link), comment("leviers", "Oui.") | agreement(asked, role="Directrice de la santé"))
        reply = reply_of(asked, clsm)
        assert (reply.decision, reply.decided_as, reply.decided_by) == (Reply.AGREED, "Directrice de la santé", None)
        assert client.get(link_url(link)).status_code == 410

    def test_sends_back(self, client, asked, clsm, link):
        client.post(link_url(link), comment("leviers", "À revoir.") | {"decision": "retour", "role": "Élue"})
        assert reply_of(asked, clsm).decision == Reply.RETURNED

    def test_gives_no_other_door(self, client, asked, clsm, link):
        client.get(link_url(link))
        for url in (space_url(asked, clsm), reverse("proofreading_rounds:detail", args=[asked.pk])):
            assert_refused(client.get(url), SIGN_IN)
        assert client.get(reverse("wagtailadmin_pages:view_draft", args=[asked.sheet_id])).status_code == 302

    @pytest.mark.parametrize("state", ["expired", "revoked", "superseded", "answered", "taken back"])
    def test_an_old_link_says_so_and_does_nothing(self, client, asked, clsm, coordinator, link, state):
        sheet = CapsSheetPage.objects.get(pk=asked.sheet_id)
        if state == "expired":
            ProofreadingLink.objects.update(created_at=timezone.now() - timedelta(days=21))
            said = "a expiré"
        elif state == "revoked":
            revoke(link, by=coordinator)
            said = "a été retiré"
        elif state == "superseded":
            sheet.hook = "Un autre texte."
            sheet.save_revision()
            submit(sheet, sheet.owner)
            said = "n’est plus d’actualité"
        elif state == "answered":
            client.force_login(coordinator)
            client.post(space_url(asked, clsm), agreement(asked))
            client.logout()
            said = "déjà été donnée"
        else:
            sheet.current_workflow_state.cancel(user=sheet.owner)
            said = "terminée"
        before = list(ProofreadingReply.objects.values()), ProofreadingComment.objects.count()
        for data in [None, *forged(asked)]:
            response = client.post(link_url(link), data | {"role": "Élue"}) if data else client.get(link_url(link))
            assert response.status_code == 410
            assert said in response.content.decode()
            assert "J’ai compris leur métier" not in response.content.decode()
            assert response.content.decode().lower().count("demandez") == 1, "one thing to do, said once"
        assert before == (list(ProofreadingReply.objects.values()), ProofreadingComment.objects.count())

    def test_a_link_that_dies_under_an_open_page_says_why_to_its_script(self, client, asked, coordinator, link):
        revoke(link, by=coordinator)
        response = client.post(link_url(link), forged(asked)[0], headers={"Accept": "application/json"})
        assert response.status_code == 409
        reason, advice = response.json()["problems"]
        assert reason == "Ce lien a été retiré par le Centre national."
        assert advice.startswith("Copiez ce que vous venez d’écrire")

    def test_is_good_until_its_last_day(self, client, link):
        ProofreadingLink.objects.update(created_at=timezone.now() - timedelta(days=20, hours=23))
        assert client.get(link_url(link)).status_code == 200

    @pytest.mark.parametrize("token", ["", "x", "1:abc", "MQ:xxxx"])
    def test_an_invented_link_does_not_exist(self, client, asked, token):
        assert client.get(f"/relecture/{token}/").status_code == 404
        assert client.post(f"/relecture/{token}/", agreement(asked)).status_code == 404

    def test_a_signature_made_for_something_else_opens_nothing(self, client, link):
        for token in (
            signing.Signer(salt="autre").sign_object(link.pk),
            signing.Signer(salt=ProofreadingLink.salt).sign_object(10**6),
        ):
            assert client.get(reverse("proofreading_by_link", args=[token])).status_code == 404


def test_a_sheet_taken_down_is_read_by_nobody_until_it_is_back(client, asked, clsm, coordinator, link):
    """By its link and in the space: the reason is said, the text is not shown, no answer counts."""
    quote = verbatims(asked.text())[0].quote
    client.force_login(coordinator)
    addresses = (link_url(link), space_url(asked, clsm))
    for address in addresses:
        assert quote in told(client.get(address))
    moderator, second = make_member(MODERATION), make_member(MODERATION)
    takedown = take_down(asked.sheet, reason="Motif interne.", by=moderator)
    for address in addresses:
        shown = client.get(address)
        text = told(shown)
        assert "retirée provisoirement par le Centre national" in text
        assert "Motif interne" not in text and quote not in text
        for kind in forged(asked):
            refused = client.post(address, kind | {"role": "Élue"})
            assert refused.status_code in (409, 410) and "retirée provisoirement" in told(refused)
    assert nothing_was_said(asked)
    ask_lift(takedown, reason="Accord signé.", by=moderator)
    confirm_lift(Takedown.objects.get(), by=second)
    for address in addresses:
        assert quote in told(client.get(address))
