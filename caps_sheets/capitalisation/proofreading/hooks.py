"""What proof-reading registers: log entries, a clearance check, panels, a section of a CLSM's space."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import PageLogEntry

from caps_sheets.capitalisation.case_files.queries import CasePanel
from caps_sheets.capitalisation.models import CaseFile, ProofreadingLink
from caps_sheets.capitalisation.models.proofreading_round import (
    ProofreadingReply,
    ProofreadingRound,
    Reply,
    open_rounds,
)
from caps_sheets.capitalisation.proofreading import links, refusals, services
from caps_sheets.capitalisation.proofreading.links import revoke
from caps_sheets.capitalisation.proofreading.notifications import proofreading_events
from caps_sheets.capitalisation.proofreading.page import with_headings
from caps_sheets.capitalisation.proofreading.refusals import refusal_errors
from caps_sheets.capitalisation.proofreading.services import agreement_errors, latest_round
from caps_sheets.panels import FollowUp
from network.models import ClsmPage
from network.space_sections import Section, Todo, Waiting, counted
from portal.base.work_lists import WorkList, WorkRow, described
from portal.users.models import User

LABELS = {
    services.AGREED: "Bon à publier du CLSM",
    services.RETURNED: "Retour du CLSM",
    refusals.REFUSED: "Citation refusée par le CLSM",
    refusals.TAKEN_BACK: "Refus d’une citation annulé par le CLSM",
    links.SENT: "Lien de relecture envoyé",
    links.PASSED: "Lecture passée à un·e collègue",
    links.REVOKED: "Lien de relecture retiré",
}


@hooks.register("register_log_actions")
def proofreading_log_actions(actions: LogActionRegistry) -> None:
    class ProofreadingFormatter(LogFormatter):
        def format_message(self, log_entry: PageLogEntry) -> str:
            details = (log_entry.data.get(name) for name in ("clsm", "as", "section", "address"))
            return " – ".join([self.label, *(detail for detail in details if detail)])

    for action, label in LABELS.items():
        actions.register_action(action)(type("Formatter", (ProofreadingFormatter,), {"label": label}))


SHOWN = 3


def read_rounds(sheet: Any, user: User) -> dict[str, Any] | None:
    """The latest rounds first; None if the sheet was never proof-read."""
    rounds = (
        ProofreadingRound.objects.filter(sheet=sheet.pk)
        .select_related("task_state")
        .prefetch_related("replies__clsm", "replies__decided_by", "replies__comments__author")[:SHOWN]
    )
    rows = [_row(opened) for opened in rounds]
    return {"rounds": rows} if rows else None


def _row(opened: ProofreadingRound) -> dict[str, Any]:
    replies = [
        {"reply": reply, "comments": with_headings([comment for comment in reply.comments.all() if comment.text])}
        for reply in opened.replies.all()
    ]
    return {"round": opened, "replies": replies, "url": reverse("proofreading_rounds:detail", args=[opened.pk])}


@hooks.register("sheet_follow_up_parts")
def rounds_part() -> FollowUp:
    return FollowUp("wagtailadmin/proofreading/follow_up.html", read_rounds)


ANSWERED, MOST_ROWS = 5, 50

MOST_TODOS = 3


def read_proofreading(clsm: ClsmPage, user: User) -> dict[str, Any] | None:
    """The pending requests to the CLSM, the oldest first, and its latest answers; None if it never had any.

    One query: those that wait have no date yet, and come first.
    """
    is_shown = Q(round__in=open_rounds(), decision=Reply.WAITING) | ~Q(decision=Reply.WAITING)
    replies = ProofreadingReply.objects.filter(is_shown, clsm=clsm.pk).select_related("round__sheet")
    rows = replies.order_by(F("decided_at").desc(nulls_first=True), "round__opened_at")[:MOST_ROWS]
    waiting = [row for row in rows if row.decision == Reply.WAITING]
    answered = [row for row in rows if row.decision != Reply.WAITING][:ANSWERED]
    if not waiting and not answered:
        return None
    return {"waiting": waiting, "answered": answered, "todos": [todo(reply) for reply in waiting[:MOST_TODOS]]}


def count_proofreading(clsms: Sequence[ClsmPage], user: User) -> Waiting:
    waiting = ProofreadingReply.objects.filter(clsm__in=clsms, round__in=open_rounds(), decision=Reply.WAITING)
    return counted(waiting, "clsm", "relectures")


def todo(reply: ProofreadingReply) -> Todo:
    url = reverse("proofreading", args=[reply.clsm_id, reply.round_id])
    return Todo(f"« {reply.round.sheet.draft_title} » attend votre lecture avant publication.", "Relire", url)


@hooks.register("clsm_space_sections")
def proofreading_section() -> Section:
    template = "components/proofreading/space_section.html"
    return Section("relectures", "Fiches à relire", 40, template, read_proofreading, count_proofreading)


def read(case_file: CaseFile, user: User) -> dict[str, Any] | None:
    """None while nobody was asked to read the sheet."""
    latest = latest_round(case_file.sheet) if case_file.sheet else None
    return {"round": latest, "replies": latest.replies.all()} if latest else None


@hooks.register("case_file_panels")
def proofreading_panel() -> CasePanel:
    return CasePanel(
        "relecture-clsm", "Relecture par le CLSM", 40, "wagtailadmin/capitalisation/case_proofreading.html", read
    )


hooks.register("sheet_clearance_checks", agreement_errors)
hooks.register("sheet_rules", refusal_errors)
hooks.register("notice_events", proofreading_events)


@hooks.register("person_erasure")
def close_proofreading_links(email: str, by: User | None) -> int:
    """A link would outlive the e-mail address that it was sent to, and could no longer be told from another."""
    links = ProofreadingLink.objects.filter(address=email, revoked_at=None)
    for link in links.select_related("reply__clsm", "reply__round__sheet", "reply__round__revision"):
        revoke(link, by=by)
    return len(links)


def rounds_in_progress(user: User) -> QuerySet[ProofreadingRound] | None:
    """What the CLSMs read: the Centre follows it."""
    if not user.has_perm(links.RIGHT):
        return None
    return described(open_rounds(), title=F("sheet__draft_title"), at="opened_at", first=["opened_at", "pk"])


def _round_url(row: WorkRow) -> str:
    return reverse("proofreading_rounds:detail", args=[row.pk])


def _rounds_url(user: User) -> str:
    return reverse("proofreading_rounds:index")


@hooks.register("work_lists")
def round_lists() -> list[WorkList]:
    return [
        WorkList("relectures-clsm", "Relectures en cours par les CLSM", 15, rounds_in_progress, _round_url, _rounds_url)
    ]
