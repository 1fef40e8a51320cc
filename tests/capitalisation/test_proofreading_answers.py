"""The CLSM reads, comments, sends back or agrees; nothing that was typed is lost."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail.models import PageLogEntry

from caps_sheets.capitalisation.models import (
    ProofreadingComment,
    ProofreadingLink,
    ProofreadingRound,
    Reply,
    RoundOutcome,
    VerbatimAgreement,
)
from caps_sheets.capitalisation.proofreading import views
from caps_sheets.capitalisation.proofreading.permissions import Reader
from caps_sheets.capitalisation.proofreading.services import agree
from caps_sheets.models import CapsSheetPage
from network.models import ClsmPage
from portal.base.signed_links import token_of
from portal.moderation.models import Notice
from portal.users.models import User
from tests.capitalisation.proofreading import agreement, comment, make_coordinator, make_round, reply_of, submit
from tests.factories.network import make_clsm
from tests.factories.replay import replayed
from tests.factories.review import fill_grid

pytestmark = pytest.mark.django_db


@replayed
def make_asked() -> tuple[ClsmPage, User, ProofreadingRound]:
    clsm = make_clsm(title="CLSM du Val")
    return clsm, make_coordinator(clsm), make_round(clsm, title="Marcher ensemble")


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


def url(asked: ProofreadingRound, clsm) -> str:
    return reverse("proofreading", args=[clsm.pk, asked.pk])


def step(asked: ProofreadingRound) -> tuple[str, str]:
    state = CapsSheetPage.objects.get(pk=asked.sheet_id).current_workflow_state
    return state.status, state.current_task_state.task.name


def test_the_coordinator_is_told_and_finds_it_in_the_space(client, asked, clsm, coordinator):
    notice = Notice.objects.get(recipient=coordinator)
    assert "Marcher ensemble" in notice.subject and notice.link == url(asked, clsm)
    client.force_login(coordinator)
    assert url(asked, clsm) in client.get(reverse("space_home", args=[clsm.pk])).content.decode()


def test_shows_the_sheet_as_the_public_will_see_it_and_changes_nothing(client, asked, clsm, coordinator):
    client.force_login(coordinator)
    before = list(ProofreadingRound.objects.values()), ProofreadingComment.objects.count()
    response = client.get(url(asked, clsm))
    html = response.content.decode()
    for words in ("Le territoire manquait d’un lieu", "J’ai compris leur métier", "La réciprocité", "Commencer petit"):
        assert words in html
    assert html.count("<textarea") == 18 + 1, "one per part, and the reason to refuse the only quotation"
    assert "no-store" in response["Cache-Control"]
    assert before == (list(ProofreadingRound.objects.values()), ProofreadingComment.objects.count())


def test_shows_the_text_that_was_submitted_not_the_one_online(client, coordinator, clsm):
    asked = make_round(clsm, title="Titre proposé")
    CapsSheetPage.objects.filter(pk=asked.sheet_id).update(title="Titre en base")
    client.force_login(coordinator)
    html = client.get(url(asked, clsm)).content.decode()
    assert "Titre proposé" in html and "Titre en base" not in html


def test_comments_are_kept_while_typing_and_come_back(client, asked, clsm, coordinator):
    client.force_login(coordinator)
    saved = client.post(
        url(asked, clsm), comment("contexte", "Précisez l’année."), headers={"Accept": "application/json"}
    )
    assert saved.json() == {"versions": {"contexte": 1}, "conflicts": []}
    again = client.post(url(asked, clsm), comment("contexte", "L’année ?", 1), headers={"Accept": "application/json"})
    assert again.json()["versions"] == {"contexte": 2}
    assert "L’année ?" in client.get(url(asked, clsm)).content.decode()
    assert step(asked) == ("in_progress", "Relecture par le CLSM")


def test_two_tabs_do_not_overwrite_each_other(client, asked, clsm, coordinator):
    client.force_login(coordinator)
    client.post(url(asked, clsm), comment("leviers", "Premier onglet."))
    fast = client.post(url(asked, clsm), comment("leviers", "Second onglet."), headers={"Accept": "application/json"})
    assert fast.json()["conflicts"] == ["leviers"]
    html = client.post(url(asked, clsm), comment("leviers", "Second onglet.") | {"decision": "retour"}).content.decode()
    assert "Premier onglet." in html and "Second onglet." in html and "autre onglet" in html
    assert ProofreadingComment.objects.get().text == "Premier onglet."
    assert step(asked)[0] == "in_progress"


def test_two_coordinators_each_keep_their_comments(client, asked, clsm, coordinator):
    other = make_coordinator(clsm, "adjointe")
    for person, text in ((coordinator, "De la première."), (other, "De la seconde.")):
        client.force_login(person)
        client.post(url(asked, clsm), comment("leviers", text))
    html = client.get(url(asked, clsm)).content.decode()
    assert "De la première." in html and "De la seconde." in html
    assert ProofreadingComment.objects.count() == 2


def test_a_return_carries_the_comments_to_the_author(client, asked, clsm, coordinator):
    client.force_login(coordinator)
    client.post(url(asked, clsm), comment("contexte", "Précisez l’année.") | {"decision": "retour"})
    assert step(asked) == ("needs_changes", "Relecture par le CLSM")
    author = asked.sheet.owner
    assert "Précisez l’année." in Notice.objects.filter(recipient=author).latest("pk").message
    client.force_login(author)
    editor = client.get(reverse("wagtailadmin_pages:edit", args=[asked.sheet_id])).content.decode()
    assert "Précisez l’année." in editor and "Contexte et origine de l’action" in editor
    assert PageLogEntry.objects.filter(action="caps_capitalisation.proofreading_returned", user=coordinator).exists()


def test_a_return_without_a_word_is_refused(client, asked, clsm, coordinator):
    client.force_login(coordinator)
    html = client.post(url(asked, clsm), {"decision": "retour"}).content.decode()
    assert "au moins un commentaire" in html
    assert step(asked)[0] == "in_progress"


def test_an_agreement_sends_the_sheet_to_the_grid(client, asked, clsm, coordinator):
    client.force_login(coordinator)
    response = client.post(url(asked, clsm), agreement(asked), follow=True)
    said = response.content.decode()
    assert "bon à publier du CLSM est enregistré" in said
    assert "<title>Merci, la réponse de votre CLSM est enregistrée" in said
    assert step(asked) == ("in_progress", "Relecture éditoriale")
    assert VerbatimAgreement.objects.get().quote == "J’ai compris leur métier."
    reply = reply_of(asked, clsm)
    assert (reply.decision, reply.decided_by) == (Reply.AGREED, coordinator)


@pytest.mark.parametrize(
    ("changed", "said"), [({"verbatim": []}, "Il reste une citation sans votre accord"), ({"has_read": ""}, "")]
)
def test_each_quotation_is_agreed_to(client, asked, clsm, coordinator, changed, said):
    client.force_login(coordinator)
    posted = agreement(asked, **changed) | comment("leviers", "Très juste.")
    if "has_read" in changed:
        del posted["has_read"]
        said = "Cochez que vous avez lu la fiche"
    html = client.post(url(asked, clsm), posted).content.decode()
    assert said in html and "Très juste." in html
    assert step(asked) == ("in_progress", "Relecture par le CLSM")
    assert ProofreadingComment.objects.get().text == "Très juste."


def is_ticked(html: str, key: str) -> bool:
    return f'name="verbatim" value="{key}" checked' in html


@pytest.mark.parametrize("headers", [{}, {"Accept": "application/json"}], ids=["by the button", "by the page"])
def test_ticks_are_kept_before_the_decision(client, asked, clsm, coordinator, headers):
    client.force_login(coordinator)
    (key,) = agreement(asked)["verbatim"]
    client.post(url(asked, clsm), {"verbatim": key}, headers=headers)
    html = client.get(url(asked, clsm)).content.decode()
    assert is_ticked(html, key) and f'name="ticked" value="{key}">' in html
    client.post(url(asked, clsm), {"ticked": key}, headers=headers)
    html = client.get(url(asked, clsm)).content.decode()
    assert not is_ticked(html, key) and f'name="ticked" value="{key}" disabled>' in html


@pytest.mark.parametrize("sent", ["garder", "retour", "accord", "autosave"])
@pytest.mark.parametrize("was_ticked", [True, False])
def test_a_window_opened_before_changes_no_tick_but_its_own(client, asked, clsm, coordinator, sent, was_ticked):
    """The first window ticks; the second, opened before, still shows the box empty and writes a comment.

    Or a colleague unticks it.
    """
    (key,) = agreement(asked)["verbatim"]
    shown = {"ticked": key, "verbatim": key} if was_ticked else {}
    client.force_login(coordinator)
    if was_ticked:
        client.post(url(asked, clsm), {"verbatim": key})
    client.post(url(asked, clsm), {"ticked": key} if was_ticked else {"verbatim": key})
    if was_ticked:
        client.force_login(make_coordinator(clsm, "adjointe"))
    posted = shown | comment("leviers", "Très juste.") | {"decision": sent, "has_read": "on"}
    headers = {"Accept": "application/json"} if sent == "autosave" else {}
    answered = client.post(url(asked, clsm), posted, headers=headers)
    assert VerbatimAgreement.objects.filter(key=key).exists() is not was_ticked
    assert ProofreadingComment.objects.get().text == "Très juste."
    if sent == "accord":
        html = answered.content.decode()
        assert "a changé dans une autre fenêtre" in html and is_ticked(html, key) is not was_ticked
        assert step(asked) == ("in_progress", "Relecture par le CLSM")


def test_the_summary_says_what_is_saved_and_what_is_not(client, asked, clsm, coordinator):
    client.force_login(coordinator)
    client.post(url(asked, clsm), comment("leviers", "Premier onglet."))
    typed = comment("leviers", "Second onglet.") | comment("contexte", "Autre partie.") | {"decision": "retour"}
    html = client.post(url(asked, clsm), typed).content.decode()
    assert "Le commentaire signalé ci-dessous n’est pas enregistré" in html
    assert "Vos commentaires et vos accords sur les citations sont enregistrés." not in html
    assert set(ProofreadingComment.objects.values_list("text", flat=True)) == {"Premier onglet.", "Autre partie."}
    html = client.post(url(asked, clsm), {"decision": "accord"}).content.decode()
    assert "Vos commentaires et vos accords sur les citations sont enregistrés." in html


@pytest.mark.parametrize("moment", ["save_comments", "give_back"], ids=["before the comments", "before the decision"])
def test_an_answer_overtaken_at_the_last_moment_is_a_late_one(client, asked, clsm, coordinator, monkeypatch, moment):
    """The other answer comes after this one was let in: what counts is said, and what is not saved is shown."""
    other = Reader(reply_of(asked, clsm), user=make_coordinator(clsm, "adjointe"))
    following = getattr(views, moment)

    def overtaken(*args: object) -> object:
        agree(other, agreement(asked)["verbatim"], has_read=True)
        return following(*args)

    monkeypatch.setattr(views, moment, overtaken)
    client.force_login(coordinator)
    late = client.post(url(asked, clsm), comment("leviers", "Encore un mot.") | {"decision": "retour"})
    html = late.content.decode()
    assert late.status_code == 409 and "<textarea" not in html
    assert "Votre réponse n’est pas enregistrée." in html and "Décision déjà prise par adjointe" in html
    is_saved = ProofreadingComment.objects.filter(text="Encore un mot.").exists()
    assert "Encore un mot." in html and ("Ceci n’a pas été enregistré." in html) is not is_saved
    assert is_saved is (moment == "give_back")


def test_every_clsm_of_the_sheet_has_to_agree(client, coordinator, clsm):
    other = make_clsm(title="CLSM du Mont")
    second = make_coordinator(other)
    asked = make_round(clsm, other)
    client.force_login(coordinator)
    client.post(url(asked, clsm), agreement(asked))
    assert step(asked) == ("in_progress", "Relecture par le CLSM")
    client.post(url(asked, other), agreement(asked))
    assert step(asked)[1] == "Relecture par le CLSM", "nobody answers for a CLSM they do not coordinate"
    client.force_login(second)
    client.post(url(asked, other), agreement(asked))
    assert step(asked) == ("in_progress", "Relecture éditoriale")


def test_an_answer_after_the_end_is_not_counted_and_not_lost(client, asked, clsm, coordinator):
    client.force_login(coordinator)
    client.post(url(asked, clsm), agreement(asked))
    late = client.post(url(asked, clsm), comment("leviers", "Encore un mot.") | {"decision": "retour"})
    assert late.status_code == 409
    assert "Encore un mot." in late.content.decode()
    assert step(asked) == ("in_progress", "Relecture éditoriale")


@pytest.mark.parametrize("who", ["a colleague", "somebody by a link"])
@pytest.mark.parametrize("sent", ["accord", "retour", "autosave"])
def test_who_answers_second_reads_who_answered_and_changes_nothing(client, asked, clsm, coordinator, who, sent):
    link = ProofreadingLink.objects.create(reply=reply_of(asked, clsm), address="clsm@val.example")
    by_link = reverse("proofreading_by_link", args=[token_of(link)])
    if who == "a colleague":
        client.force_login(make_coordinator(clsm, "adjointe"))
        client.post(url(asked, clsm), comment("leviers", "De la première.") | {"decision": "retour"})
        told = r"Décision déjà prise par adjointe le [\d/]+ à [\d:]+ : retour\."
    else:
        client.post(by_link, agreement(asked, role="Directrice"))
        told = r"Décision déjà prise par une personne sans compte \(Directrice\) le [\d/]+ à [\d:]+ : bon à publier\."
    before = everything_said(asked)
    client.force_login(coordinator)
    typed = comment("contexte", "Tapé par la seconde.")
    if sent == "autosave":
        late = client.post(url(asked, clsm), typed, headers={"Accept": "application/json"})
        assert late.status_code == 409 and re.fullmatch(told, late.json()["problems"][0])
    else:
        late = client.post(url(asked, clsm), agreement(asked, decision=sent) | typed)
        assert late.status_code == 409 and re.search(told, late.content.decode())
        assert "Tapé par la seconde." in late.content.decode(), "what the second typed comes back"
    assert everything_said(asked) == before


def everything_said(asked: ProofreadingRound) -> tuple:
    comments = list(ProofreadingComment.objects.values_list("section", "text", "version"))
    replies = list(asked.replies.values_list("decision", "decided_by", "decided_as", "decided_at"))
    asked.refresh_from_db()
    return comments, replies, asked.outcome, step(asked), VerbatimAgreement.objects.count(), Notice.objects.count()


def test_the_author_takes_the_text_back(client, asked, clsm, coordinator):
    CapsSheetPage.objects.get(pk=asked.sheet_id).current_workflow_state.cancel(user=asked.sheet.owner)
    client.force_login(coordinator)
    assert "terminée" in client.get(url(asked, clsm)).content.decode()
    assert client.post(url(asked, clsm), agreement(asked)).status_code == 409
    assert reply_of(asked, clsm).decision == Reply.WAITING


def test_another_text_is_read_again_and_the_first_round_says_so(client, asked, clsm, coordinator):
    sheet = CapsSheetPage.objects.get(pk=asked.sheet_id)
    client.force_login(coordinator)
    client.post(url(asked, clsm), comment("contexte", "Précisez l’année.") | {"decision": "retour"})
    sheet.hook = "En 2022, des soignants marchent."
    sheet.save_revision(user=sheet.owner)
    again = submit(sheet, sheet.owner)
    html = client.get(url(again, clsm)).content.decode()
    assert "Précisez l’année." in html, "what was asked before is recalled"
    assert "Relire la version actuelle" in client.get(url(asked, clsm)).content.decode()
    assert client.post(url(asked, clsm), agreement(again)).status_code == 409


def test_the_same_text_submitted_again_needs_no_second_agreement(client, asked, clsm, coordinator):
    client.force_login(coordinator)
    client.post(url(asked, clsm), agreement(asked))
    page = CapsSheetPage.objects.get(pk=asked.sheet_id)
    page.current_workflow_state.cancel(user=page.owner)
    page.get_workflow().start(page, page.owner)
    assert step(asked) == ("in_progress", "Relecture éditoriale")
    assert ProofreadingRound.objects.count() == 1


def test_a_text_changed_by_force_meanwhile_is_asked_about_again(client, asked, clsm, coordinator):
    sheet = CapsSheetPage.objects.get(pk=asked.sheet_id)
    sheet.hook = "Changée pendant la lecture."
    sheet.save_revision()
    asked.refresh_from_db()
    assert asked.outcome == RoundOutcome.SUPERSEDED
    client.force_login(coordinator)
    client.post(url(asked, clsm), agreement(asked))
    assert step(asked) == ("in_progress", "Relecture par le CLSM")
    newest = ProofreadingRound.objects.latest("pk")
    client.post(url(newest, clsm), agreement(newest))
    assert step(asked) == ("in_progress", "Relecture éditoriale")


def test_agreed_then_reviewed_then_public(client, asked, clsm, coordinator):
    client.force_login(coordinator)
    client.post(url(asked, clsm), agreement(asked))
    sheet = CapsSheetPage.objects.get(pk=asked.sheet_id)
    fill_grid(sheet)
    sheet.get_latest_revision().publish()
    assert CapsSheetPage.objects.get(pk=sheet.pk).live


def test_the_agreement_of_one_clsm_of_two_publishes_nothing(client, coordinator, clsm):
    """The gate itself, whatever the circuit says: each CLSM that the text names has agreed to it."""
    other = make_clsm(title="CLSM du Mont")
    second = make_coordinator(other)
    asked = make_round(clsm, other)
    missing = "Le CLSM n’a pas donné son bon à publier pour ce texte"
    for person, named, is_missing in ((coordinator, clsm, True), (second, other, False)):
        client.force_login(person)
        client.post(url(asked, named), agreement(asked))
        with pytest.raises(ValidationError) as refused:
            asked.revision.publish()
        assert (missing in str(refused.value)) == is_missing
        assert not CapsSheetPage.objects.get(pk=asked.sheet_id).live
