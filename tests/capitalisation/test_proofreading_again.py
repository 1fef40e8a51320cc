"""A text that comes back to its CLSM: only what changed since this person’s reading is asked again."""

import json
import re

import pytest
from django.urls import reverse

from caps_sheets.capitalisation.models import (
    ProofreadingComment,
    ProofreadingLink,
    ProofreadingRound,
    VerbatimAgreement,
)
from caps_sheets.models import CapsSheetPage
from network.models import ClsmPage
from portal.base.signed_links import token_of
from portal.users.models import User
from tests.capitalisation.proofreading import agreement, comment, make_coordinator, make_round, reply_of, submit
from tests.factories.network import make_clsm
from tests.factories.replay import replayed
from tests.factories.sheets import TEXT, body
from tests.refusals import NOT_FOUND, assert_refused

pytestmark = pytest.mark.django_db

QUOTED = {"quote": "On ose se parler.", "role": "Élue", "has_consent": True}
LEVERS = [*TEXT["leviers"], {"type": "verbatim", "value": QUOTED}]


@replayed
def make_answered() -> tuple[ClsmPage, User, ProofreadingRound]:
    """Two quotations agreed to, one comment, and the sheet sent back."""
    clsm = make_clsm(title="CLSM du Val")
    coordinator = make_coordinator(clsm)
    asked = make_round(clsm, title="Marcher ensemble", sections={"leviers": LEVERS})
    return clsm, coordinator, asked


@pytest.fixture
def made(db, client) -> tuple[ClsmPage, User, ProofreadingRound]:
    clsm, coordinator, asked = make_answered()
    client.force_login(coordinator)
    sent = agreement(asked, decision="retour") | comment("contexte", "Précisez l’année.")
    client.post(url(asked, clsm), sent)
    return clsm, coordinator, asked


def url(asked: ProofreadingRound, clsm: ClsmPage) -> str:
    return reverse("proofreading", args=[clsm.pk, asked.pk])


def written_again(asked: ProofreadingRound, **sections: list[dict]) -> ProofreadingRound:
    sheet = CapsSheetPage.objects.get(pk=asked.sheet_id).get_latest_revision_as_object()
    sheet.body = json.dumps(body(**{"leviers": LEVERS} | sections))
    sheet.save_revision(user=sheet.owner)
    return submit(sheet, sheet.owner)


def changed(html: str) -> list[str]:
    return re.findall(r'class="proof-part proof-part--changed"\s+id="([\w-]+)"', html)


def lever(text: str) -> list[dict]:
    return [{"type": "lever", "value": {"title": "Portage", "text": text}}, LEVERS[1]]


def test_four_characters_later_one_part_is_read_again(client, made, django_assert_max_num_queries):
    clsm, _, asked = made
    again = written_again(asked, leviers=lever("L’élue préside tout."))
    client.get(url(again, clsm))  # its session is written once
    with django_assert_max_num_queries(22):
        html = client.get(url(again, clsm)).content.decode()
    assert changed(html) == ["leviers"]
    assert "Une partie a changé&nbsp;; 17 n’ont pas changé, et sont repliées" in html
    assert re.search(r"préside<ins><span[^>]*>\[ajouté&nbsp;: </span> tout<span", html)
    assert html.count("proof-part__same") == 16, "what was asked about an unchanged part stays in view"
    assert "Votre CLSM avait demandé ici" in html


def test_agreements_come_back_by_one_act_and_only_where_nothing_changed(client, made):
    clsm, _, asked = made
    again = written_again(asked, leviers=lever("L’élue préside tout."))
    reply = reply_of(again, clsm)
    assert "votre accord pour 1 citation des parties inchangées" in client.get(url(again, clsm)).content.decode()
    assert not reply.verbatims.exists(), "reading changes nothing"
    for _twice in range(2):
        said = client.post(url(again, clsm), {"decision": "reprendre", "has_read": "on"}, follow=True).content.decode()
    assert [one.quote for one in reply.verbatims.all()] == ["J’ai compris leur métier."]
    assert "accords d’avant sont repris" in said and 'value="reprendre"' not in said
    kept = reply.verbatims.get().key
    partly = {"decision": "accord", "has_read": "on", "verbatim": kept, "ticked": kept}
    assert "Il reste une citation sans votre accord" in client.post(url(again, clsm), partly).content.decode()


def test_somebody_else_reads_it_all(client, made):
    clsm, _, asked = made
    again = written_again(asked, leviers=lever("L’élue préside tout."))
    link = ProofreadingLink.objects.create(reply=reply_of(again, clsm), address="ville@val.example")
    client.force_login(make_coordinator(clsm, "adjointe"))
    for address in (url(again, clsm), reverse("proofreading_by_link", args=[token_of(link)])):
        html = client.get(address).content.decode()
        assert "Depuis votre lecture" not in html and changed(html) == []
        client.post(address, {"decision": "reprendre"})
    assert not VerbatimAgreement.objects.filter(reply=link.reply).exists()


def test_a_link_to_the_same_address_is_the_same_person(client, made):
    clsm, _, asked = made
    first = written_again(asked, leviers=lever("L’élue préside tout."))
    old = ProofreadingLink.objects.create(reply=reply_of(first, clsm), address="ville@val.example")
    by_link = reverse("proofreading_by_link", args=[token_of(old)])
    client.post(by_link, comment("publics", "Qui ?") | {"decision": "retour", "role": "Directrice"})
    again = written_again(asked, leviers=lever("Elle préside."))
    link = ProofreadingLink.objects.create(reply=reply_of(again, clsm), address="ville@val.example")
    assert changed(client.get(reverse("proofreading_by_link", args=[token_of(link)])).content.decode()) == ["leviers"]


def test_what_was_typed_before_a_forced_edit_is_not_lost(client, made):
    """The text changes under the reader: the round ends without an answer; its comments come back by the same act."""
    clsm, coordinator, asked = made
    first = written_again(asked, leviers=lever("L’élue préside tout."))
    client.post(url(first, clsm), comment("publics", "Qui ?") | comment("leviers", "Quand ?"))
    again = written_again(asked, leviers=lever("Elle préside."))
    client.post(url(again, clsm), {"decision": "reprendre"})
    kept = ProofreadingComment.objects.filter(reply=reply_of(again, clsm), author=coordinator)
    assert [(one.section, one.text) for one in kept] == [("publics", "Qui ?")]


def test_a_purged_text_is_read_again_whole(client, made):
    clsm, _, asked = made
    again = written_again(asked, leviers=lever("L’élue préside tout."))
    ProofreadingRound.objects.filter(pk=asked.pk).update(revision=None)
    html = client.get(url(again, clsm)).content.decode()
    assert "Depuis votre lecture" not in html


def test_nobody_carries_over_for_another_clsm(client, made):
    _, coordinator, asked = made
    other = make_clsm(title="CLSM du Mont")
    again = written_again(asked)
    client.force_login(coordinator)
    assert_refused(client.post(url(again, other), {"decision": "reprendre"}), NOT_FOUND)


def test_comments_typed_on_a_replaced_text_are_taken_up_again(client, db):
    """Typed and kept for later, without a tick: the text changed elsewhere before the answer."""
    clsm, coordinator, asked = make_answered()
    client.force_login(coordinator)
    client.post(url(asked, clsm), {"decision": "garder"} | comment("contexte", "Précisez l’année."))
    again = written_again(asked, leviers=lever("L’élue préside tout."))
    html = client.get(url(again, clsm)).content.decode()
    assert "Vous aviez écrit 1 commentaire sur des parties inchangées" in html and "Reprendre ce commentaire" in html
    client.post(url(again, clsm), {"decision": "reprendre"})
    assert [one.text for one in reply_of(again, clsm).comments.all()] == ["Précisez l’année."]
    assert "Reprendre ce commentaire" not in client.get(url(again, clsm)).content.decode()


def test_a_colleague_does_not_hide_what_the_holder_of_a_link_read(client, made):
    clsm, coordinator, asked = made
    first = written_again(asked, leviers=lever("L’élue préside tout."))
    reply = reply_of(first, clsm)
    mine = ProofreadingLink.objects.create(reply=reply, address="ville@val.example")
    ProofreadingLink.objects.create(
        reply=reply, address="autre@val.example", may_answer=False, role="Infirmière", created_by=coordinator
    )
    client.post(
        reverse("proofreading_by_link", args=[token_of(mine)]),
        agreement(first, decision="retour", role="Directrice") | comment("leviers", "Non."),
    )
    again = written_again(first, leviers=lever("L’élue préside un peu."))
    link = ProofreadingLink.objects.create(reply=reply_of(again, clsm), address="ville@val.example")
    assert "Depuis votre lecture" in client.get(reverse("proofreading_by_link", args=[token_of(link)])).content.decode()
