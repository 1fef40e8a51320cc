"""The CLSMs of a sheet answer about its text, in their space or by a link."""

from datetime import timedelta

from django.utils import timezone
from wagtail.models import TaskState

from caps_sheets.capitalisation.models import (
    ProofreadingComment,
    ProofreadingLink,
    ProofreadingReply,
    ProofreadingRound,
    VerbatimAgreement,
    VerbatimRefusal,
)
from caps_sheets.capitalisation.proofreading.content import verbatims
from caps_sheets.capitalisation.proofreading.links import remind_all, revoke, send_link
from caps_sheets.capitalisation.proofreading.permissions import Reader
from caps_sheets.capitalisation.proofreading.refusals import refuse, take_back
from caps_sheets.capitalisation.proofreading.services import Typed, agree, give_back, keep_ticks, save_comments
from network.models import CoordinatorAssignment
from portal.site_setup.roles import MODERATION
from tests.capitalisation.proofreading import make_round, reply_of
from tests.concurrency.machines import World, machine, notices
from tests.factories.capitalisation import make_member
from tests.factories.network import make_clsm, make_coordinator


@machine
def proofreading_link() -> World:
    clsm = make_clsm()
    opened = make_round(clsm)
    first, second = make_member(MODERATION), make_member(MODERATION)
    CoordinatorAssignment.objects.all().delete()
    reply = reply_of(opened, clsm)
    link = send_link(reply, "relecture@clsm.example", by=first)
    decisions = {
        "revoke": lambda: revoke(link, by=first),
        "revoke too": lambda: revoke(link, by=second),
        "send": lambda: send_link(reply, "autre@clsm.example", by=second).address,
    }

    def state() -> object:
        return sorted((one.address, one.revoked_at is None) for one in ProofreadingLink.objects.all()), notices()

    return World(decisions, state)


@machine
def proofreading_answer() -> World:
    """Two coordinators of one CLSM answer for it, and somebody who has its link."""
    clsm = make_clsm()
    first, second = make_coordinator(clsm), make_coordinator(clsm)
    opened = make_round(clsm)
    reply = reply_of(opened, clsm)
    link = ProofreadingLink.objects.create(reply=reply, address="relecture@clsm.example")
    keys = [one.key for one in verbatims(opened.text())]

    def reader(**who: object) -> Reader:
        return Reader(ProofreadingReply.objects.get(pk=reply.pk), **who)

    save_comments(reader(user=second), {"contexte": Typed("Précisez l’année.", 0)})
    decisions = {
        "agree": lambda: agree(reader(user=first), keys, has_read=True),
        "agree by link": lambda: agree(reader(link=link), keys, has_read=True, role="Directrice"),
        "give back": lambda: give_back(reader(user=second)),
        "comment": lambda: len(save_comments(reader(user=second), {"contexte": Typed("Autre mot.", 1)})),
        "tick": lambda: keep_ticks(reader(user=first), keys),
        "refuse": lambda: refuse(reader(user=second), keys[0], "Trop précis."),
        "take back": lambda: take_back(reader(user=first), keys[0]),
    }

    def state() -> object:
        replies = list(ProofreadingReply.objects.values_list("decision", "decided_by", "decided_as"))
        said = list(ProofreadingComment.objects.values_list("text", "version")), VerbatimAgreement.objects.count()
        said += (VerbatimRefusal.objects.count(),)
        steps = list(TaskState.objects.order_by("pk").values_list("task", "status"))
        return replies, said, steps, list(ProofreadingRound.objects.values_list("outcome")), notices()

    return World(decisions, state, once=("agree", "agree by link", "give back"))


@machine
def proofreading_reminders() -> World:
    """A CLSM asked twenty days ago, when the timer starts twice."""
    clsm = make_clsm()
    make_coordinator(clsm)
    make_round(clsm)
    ProofreadingRound.objects.update(opened_at=timezone.now() - timedelta(days=20))
    return World({"remind": remind_all}, notices)
