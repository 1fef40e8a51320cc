"""A coordinator passes the reading on: a colleague without account reads, comments, refuses, and never answers."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry

from caps_sheets.capitalisation.models import (
    ProofreadingComment,
    ProofreadingLink,
    Reply,
    VerbatimAgreement,
    VerbatimRefusal,
)
from caps_sheets.capitalisation.proofreading.content import verbatims
from caps_sheets.capitalisation.proofreading.links import remind_all
from caps_sheets.models import CapsSheetPage
from network.models import CoordinatorAssignment
from portal.base.signed_links import token_of
from portal.moderation.models import Notice
from portal.moderation.takedowns.services import take_down
from portal.site_setup.roles import MODERATION
from tests.capitalisation.proofreading import agreement, comment, make_asked, make_coordinator, reply_of
from tests.factories.capitalisation import make_member
from tests.factories.network import make_clsm
from tests.refusals import SIGN_IN, assert_refused

pytestmark = pytest.mark.django_db

ADDRESS = "collegue@val.example"


class World:
    def __init__(self, client, clsm, coordinator, asked) -> None:
        self.client, self.clsm, self.coordinator, self.asked = client, clsm, coordinator, asked
        self.screen = reverse("proofreading_colleagues", args=[clsm.pk, asked.pk])
        client.force_login(coordinator)

    def pass_on(self, address: str = ADDRESS, role: str = "Infirmière de CMP"):
        return self.client.post(self.screen, {"address": address, "role": role})

    @property
    def link(self) -> ProofreadingLink:
        return ProofreadingLink.objects.select_related("reply__round__sheet").get(address=ADDRESS)

    @property
    def page(self) -> str:
        return reverse("proofreading_by_link", args=[token_of(self.link)])

    @property
    def decision(self) -> str:
        return reply_of(self.asked, self.clsm).decision


@pytest.fixture
def world(db, client) -> World:
    return World(client, *make_asked())


@pytest.fixture
def passed(world) -> World:
    world.pass_on()
    world.client.logout()
    return world


def test_the_colleague_reads_comments_and_refuses(passed):
    letter = Notice.objects.get(address=ADDRESS)
    assert letter.link == passed.page and "la réponse reste à la coordination" in letter.message
    html = passed.client.get(passed.page).content.decode()
    assert (
        "J’ai compris leur métier" in html and "Donner le bon à publier" not in html and 'name="verbatim"' not in html
    )
    (verbatim,) = verbatims(passed.asked.text())
    sent = comment("leviers", "Précisez l’année.") | {"refuser": verbatim.key}
    passed.client.post(passed.page, sent)
    assert ProofreadingComment.objects.get().link == VerbatimRefusal.objects.get().link == passed.link
    passed.client.force_login(passed.coordinator)
    html = passed.client.get(reverse("proofreading", args=[passed.clsm.pk, passed.asked.pk])).content.decode()
    assert "Infirmière de CMP" in html and "Précisez l’année." in html and "Vous refusez cette citation" in html
    entry = PageLogEntry.objects.get(action="caps_capitalisation.proofreading_passed")
    assert entry.user == passed.coordinator and entry.data["as"] == "Infirmière de CMP"
    assert ADDRESS not in str(entry.data)


@pytest.mark.parametrize("decision", ["accord", "retour"])
def test_the_answer_stays_the_coordinator_s(passed, decision):
    """Forged: the page offers neither the button nor the ticks."""
    posted = agreement(passed.asked, decision=decision, role="Directrice") | comment("leviers", "Très juste.")
    html = passed.client.post(passed.page, posted).content.decode()
    assert "La réponse du CLSM revient à sa coordination" in html and "Très juste." in html
    assert passed.decision == Reply.WAITING and not VerbatimAgreement.objects.exists()
    assert ProofreadingComment.objects.get().text == "Très juste."


def test_a_colleague_does_not_lift_the_refusal_of_the_coordinator(passed):
    (verbatim,) = verbatims(passed.asked.text())
    VerbatimRefusal.objects.create(
        reply=passed.link.reply, key=verbatim.key, section=verbatim.section, author=passed.coordinator
    )
    said = passed.client.post(passed.page, {"annuler-refus": verbatim.key}, follow=True).content.decode()
    assert VerbatimRefusal.objects.exists()
    assert "Ce refus n’est pas le vôtre, ou n’existe plus" in said and "est annulé" not in said


def test_it_is_listed_and_taken_back(world):
    world.pass_on()
    html = world.client.get(world.screen).content.decode()
    assert "Infirmière de CMP" in html and ADDRESS in html
    world.client.post(world.screen, {"retirer": world.link.pk})
    assert "retiré le" in world.client.get(world.screen).content.decode()
    assert_refused(world.client.get(world.page), 410)
    centre = make_member(MODERATION)
    world.client.force_login(centre)
    detail = world.client.get(reverse("proofreading_rounds:detail", args=[world.asked.pk])).content.decode()
    assert "Lecture passée par" in detail and "Infirmière de CMP" in detail


@pytest.mark.parametrize("end", ["expired", "answered", "post ended", "taken down"])
def test_it_ends(world, end):
    world.pass_on()
    url = world.page
    assert world.client.get(url).status_code == 200
    if end == "expired":
        ProofreadingLink.objects.update(created_at=timezone.now() - timedelta(days=22))
        said = "a expiré"
    elif end == "answered":
        world.client.post(reverse("proofreading", args=[world.clsm.pk, world.asked.pk]), agreement(world.asked))
        said = "a déjà été donnée"
    elif end == "post ended":
        CoordinatorAssignment.objects.filter(user=world.coordinator).update(end=date(2022, 1, 1))
        said = "plus en poste"
    else:
        sheet = CapsSheetPage.objects.get(pk=world.asked.sheet_id)
        take_down(sheet, by=make_member(MODERATION), reason="Accord retiré.")
        said = "retirée provisoirement"
    world.client.logout()
    dead = world.client.post(url, comment("leviers", "Encore un mot."))
    assert_refused(dead, said)
    assert "Encore un mot." in dead.content.decode() and not ProofreadingComment.objects.exists()


def test_who_may_pass_it_on_and_to_whom(world):
    for address, role, said in (
        ("", "Directrice", "Écrivez une adresse complète"),
        ("x", "Directrice", ""),
        (ADDRESS, "", "Indiquez sa fonction"),
        (ADDRESS, "\x00", "Indiquez sa fonction"),
        (ADDRESS, "x" * 121, ""),
    ):
        refused = world.pass_on(address, role)
        assert refused.status_code == 422 and said in refused.content.decode()
    assert not ProofreadingLink.objects.exists()
    world.pass_on()
    assert "a déjà un lien en cours" in world.pass_on().content.decode()
    for number in range(9):
        world.pass_on(f"autre{number}@val.example")
    assert "déjà été passée 10 fois" in world.pass_on("de-trop@val.example").content.decode()
    assert_refused(world.client.post(world.screen, {"retirer": "0"}), 404)
    world.client.force_login(make_coordinator(make_clsm(title="CLSM du Mont")))
    assert_refused(world.pass_on("voisin@val.example"), 404)
    world.client.logout()
    assert_refused(world.pass_on("visite@val.example"), SIGN_IN)


def test_reminders_leave_the_colleague_alone(passed):
    remind_all(timezone.localdate() + timedelta(days=8))
    assert Notice.objects.filter(address=ADDRESS).count() == 1


def test_nothing_leaves_while_the_sheet_is_taken_down(world):
    """Neither a link nor a reminder about a sheet that nobody may read for now."""
    sheet = CapsSheetPage.objects.get(pk=world.asked.sheet_id)
    world.asked.opened_at = timezone.now() - timedelta(days=15)
    world.asked.save()
    take_down(sheet, reason="Consentement retiré", by=make_member(MODERATION))
    html = world.pass_on().content.decode()
    assert "sa relecture est suspendue, aucun lien ne part" in html and ADDRESS in html
    assert not ProofreadingLink.objects.exists()
    assert remind_all() == 0


def test_a_link_that_died_with_a_post_is_said_and_passed_again(world):
    world.pass_on()
    CoordinatorAssignment.objects.update(end=timezone.localdate() - timedelta(days=1))
    successor = make_coordinator(world.clsm, "successeure")
    world.client.force_login(successor)
    assert "ne s’ouvre plus" in world.client.get(world.screen).content.decode()
    world.pass_on()
    assert ProofreadingLink.objects.filter(address=ADDRESS).count() == 2
