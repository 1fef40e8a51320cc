"""One quotation refused by itself: the rest is agreed to, and the sheet is never public with these words."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry

from caps_sheets.capitalisation.models import (
    ProofreadingComment,
    ProofreadingLink,
    ProofreadingRound,
    Reply,
    VerbatimAgreement,
    VerbatimRefusal,
)
from caps_sheets.capitalisation.proofreading.content import verbatims
from caps_sheets.models import CapsSheetPage, OverrideKind
from caps_sheets.review.services import override
from portal.base.signed_links import token_of
from portal.moderation.models import Notice
from portal.site_setup.roles import MODERATION
from tests.capitalisation.proofreading import (
    agreement,
    comment,
    make_asked,
    make_coordinator,
    reply_of,
    submit,
)
from tests.factories.capitalisation import make_member
from tests.factories.network import make_clsm
from tests.factories.review import fill_grid
from tests.refusals import assert_refused

pytestmark = pytest.mark.django_db

QUOTE = "J’ai compris leur métier."


class Asked:
    """A round, its page for one CLSM, and the key of its only quotation."""

    def __init__(self, client, clsm, coordinator, opened: ProofreadingRound) -> None:
        self.client, self.clsm, self.coordinator, self.round = client, clsm, coordinator, opened
        self.url = reverse("proofreading", args=[clsm.pk, opened.pk])
        (verbatim,) = verbatims(opened.text())
        self.key = verbatim.key

    def post(self, **data):
        return self.client.post(self.url, data)

    def refuse(self, reason: str = "", **more):
        return self.post(**{"refuser": self.key, f"motif-{self.key}": reason}, **more)

    def page(self) -> str:
        return self.client.get(self.url).content.decode()


@pytest.fixture
def asked(db, client) -> Asked:
    one = Asked(client, *make_asked())
    client.force_login(one.coordinator)
    return one


def sheet_of(asked: Asked) -> CapsSheetPage:
    return CapsSheetPage.objects.get(pk=asked.round.sheet_id)


def without_quotation(sheet: CapsSheetPage, words: str) -> CapsSheetPage:
    draft = sheet.get_latest_revision_as_object()
    for section in draft.body:
        for block in section.value:
            if block.block_type == "verbatim":
                block.value["quote"] = words
    draft.save_revision(user=sheet.owner)
    return CapsSheetPage.objects.get(pk=sheet.pk)


def test_a_refusal_is_kept_with_its_reason_and_taken_back(asked):
    asked.client.post(asked.url, {"verbatim": asked.key})
    answered = asked.refuse("On la reconnaît.", **comment("leviers", "Très juste."))
    assert answered["Location"] == f"{asked.url}#citation-{asked.key}"
    page = asked.page()
    assert "Vous refusez cette citation" in page and "On la reconnaît." in page and "dont 1 refusée" in page
    assert not VerbatimAgreement.objects.exists(), "the tick goes with the refusal"
    assert ProofreadingComment.objects.get().text == "Très juste.", "what else was typed is saved"
    entry = PageLogEntry.objects.get(action="caps_capitalisation.verbatim_refused")
    assert entry.user == asked.coordinator and QUOTE not in str(entry.data)
    asked.post(**{"annuler-refus": asked.key})
    assert "D’accord pour publier" in asked.page() and not VerbatimRefusal.objects.exists()


def test_the_rest_is_agreed_and_the_authors_replace_what_is_refused(asked):
    asked.refuse("On la reconnaît.")
    answered = asked.client.post(asked.url, agreement(asked.round, verbatim=[]), follow=True)
    assert "sauf pour les citations refusées" in answered.content.decode()
    assert reply_of(asked.round, asked.clsm).decision == Reply.AGREED_EXCEPT
    sheet = sheet_of(asked)
    assert sheet.current_workflow_state.status == "needs_changes"
    notice = Notice.objects.filter(recipient=sheet.owner).latest("pk")
    assert "une citation est refusée" in notice.message and "On la reconnaît." in notice.message
    assert QUOTE not in notice.message, "a notice is an e-mail too"
    asked.client.force_login(sheet.owner)
    missing = asked.client.get(reverse("page_completeness", args=[sheet.pk])).content.decode()
    assert "« CLSM du Val » refuse la citation" in missing and QUOTE in missing
    assert re.search(r'data-field-path="body\.[\w-]+\.[\w-]+\.quote"', missing), "the line opens the block"
    replaced = without_quotation(sheet, "Chacun a vu le métier de l’autre.")
    missing = asked.client.get(reverse("page_completeness", args=[sheet.pk])).content.decode()
    assert "refuse la citation" not in missing
    again = Asked(asked.client, asked.clsm, asked.coordinator, submit(replaced, sheet.owner))
    asked.client.force_login(asked.coordinator)
    assert again.key != asked.key and f'name="refuser" value="{again.key}"' in again.page(), "a new one is asked again"
    asked.client.post(again.url, agreement(again.round))
    fill_grid(replaced)
    replaced.get_latest_revision().publish()
    assert sheet_of(asked).live


def test_no_path_makes_a_refused_quotation_public(asked):
    """Not even the Centre, which may override the agreement; and before the answer is sent."""
    asked.refuse()
    sheet = sheet_of(asked)
    override(sheet, OverrideKind.AGREEMENT, by=make_member(MODERATION), reason="Pas de réponse.")
    fill_grid(sheet)
    with pytest.raises(ValidationError, match="refuse la citation"):
        sheet.get_latest_revision().publish()
    assert not sheet_of(asked).live


def test_a_refusal_holds_for_the_next_text_until_it_is_taken_back(asked):
    asked.refuse()
    sheet = sheet_of(asked)
    sheet.hook = "Changée pendant la lecture."
    sheet.save_revision()
    again = Asked(asked.client, asked.clsm, asked.coordinator, ProofreadingRound.objects.latest("pk"))
    assert again.round != asked.round and "Vous refusez cette citation" in again.page()
    again.post(**{"annuler-refus": again.key})
    asked.client.post(again.url, agreement(again.round))
    assert reply_of(again.round, asked.clsm).decision == Reply.AGREED


def test_a_window_opened_before_does_not_undo_a_refusal(asked):
    asked.refuse()
    html = asked.client.post(asked.url, agreement(asked.round)).content.decode()
    assert "a changé dans une autre fenêtre" in html
    assert VerbatimRefusal.objects.exists() and not VerbatimAgreement.objects.exists()
    assert reply_of(asked.round, asked.clsm).decision == Reply.WAITING


def test_a_reason_without_its_refusal_is_given_back(asked):
    html = asked.post(**{f"motif-{asked.key}": "On la reconnaît.", "decision": "retour"}).content.decode()
    assert "Un motif sans refus" in html and "On la reconnaît.</textarea>" in html
    assert not VerbatimRefusal.objects.exists() and reply_of(asked.round, asked.clsm).decision == Reply.WAITING


def test_a_return_with_a_refusal_needs_no_comment(asked):
    asked.refuse()
    asked.post(decision="retour")
    assert reply_of(asked.round, asked.clsm).decision == Reply.RETURNED


@pytest.mark.parametrize("key", ["x", "0" * 64, "\x00x", "é" * 500])
def test_a_forged_quotation_is_refused(asked, key):
    answered = asked.post(refuser=key)
    assert "Cette citation n’est pas dans le texte à relire" in answered.content.decode()
    assert not VerbatimRefusal.objects.exists()


def test_nobody_refuses_for_another_clsm_nor_after_the_answer(asked):
    other = make_coordinator(make_clsm(title="CLSM du Mont"))
    asked.client.force_login(other)
    assert_refused(asked.refuse(), 404)
    asked.client.force_login(asked.coordinator)
    asked.client.post(asked.url, agreement(asked.round))
    assert_refused(asked.refuse(), "Décision déjà prise")
    assert not VerbatimRefusal.objects.exists()


def test_by_a_link(asked):
    link = ProofreadingLink.objects.create(reply=reply_of(asked.round, asked.clsm), address="clsm@val.example")
    asked.client.logout()
    asked.url = reverse("proofreading_by_link", args=[token_of(link)])
    asked.refuse("Trop précis.")
    assert "lecture par le lien" in asked.page()
    assert VerbatimRefusal.objects.get().link == link
    ProofreadingLink.objects.update(created_at=timezone.now() - timedelta(days=30))
    assert_refused(asked.post(**{"annuler-refus": asked.key}), 410)
    assert VerbatimRefusal.objects.exists()
