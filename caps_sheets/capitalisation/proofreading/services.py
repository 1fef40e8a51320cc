"""Rounds of proof-reading, comments saved as they are typed, and the decision: a return or a *bon à publier*.

A round opens with a submission. It closes when the CLSMs have answered or the text has changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Revision, TaskState

from caps_sheets.capitalisation.models.proofreading_round import (
    ProofreadingComment,
    ProofreadingReply,
    ProofreadingRound,
    Reply,
    RoundOutcome,
    VerbatimAgreement,
    VerbatimRefusal,
    close,
    has_agreement,
    held,
    open_round,
    open_rounds,
)
from caps_sheets.capitalisation.proofreading.content import Verbatim, verbatims
from caps_sheets.capitalisation.proofreading.notifications import tell_of_agreement
from caps_sheets.capitalisation.proofreading.permissions import Reader
from caps_sheets.models import CapsSheetPage, PublicationOverride
from caps_sheets.models.clearance import text_key
from caps_sheets.models.parts import HEADINGS, changed_since
from caps_sheets.models.review import waives_agreement
from portal.base.errors import RefusedError, already_decided
from portal.moderation.decisions import lock


def follow_text(revision: Revision) -> None:
    """A text changed by a forced edit during its proof-reading is read again: the round of the former text ends."""
    waiting = ProofreadingRound.objects.filter(
        sheet=revision.object_id, outcome=RoundOutcome.OPEN, task_state__status=TaskState.STATUS_IN_PROGRESS
    ).select_related("task_state")
    for old in waiting:
        if old.text_key == text_key(revision):
            continue
        task_state = old.step
        task_state.revision = revision
        task_state.save(update_fields=["revision"])
        open_round(task_state)


def go_on_without(decision: PublicationOverride) -> None:
    """The Centre overrode the CLSMs: their open rounds about this text end."""
    waiting = open_rounds().filter(sheet=decision.sheet_id, text_key=decision.text_key).first()
    if waiting:
        close(waiting, RoundOutcome.OVERRIDDEN)
        waiting.step.specific.approve(user=decision.by, comment=decision.reason)


def agreement_errors(sheet: CapsSheetPage, revision: Revision, key: str) -> list[str]:
    """Clearance check: see ``caps_sheets.models.clearance``."""
    if has_agreement(sheet.pk, revision, key) or waives_agreement(sheet.pk, key):
        return []
    return ["Le CLSM n’a pas donné son bon à publier pour ce texte, et le Centre n’a pas passé outre."]


def latest_round(sheet: CapsSheetPage) -> ProofreadingRound | None:
    return (
        ProofreadingRound.objects.filter(sheet=sheet.pk)
        .select_related("task_state", "revision")
        .prefetch_related("replies__clsm", "replies__decided_by", "replies__comments__author")
        .first()
    )


AGREED = "caps_capitalisation.proofreading_agreed"

RETURNED = "caps_capitalisation.proofreading_returned"

NOT_THEIRS = "La réponse du CLSM revient à sa coordination : vos commentaires lui sont enregistrés."

OVER = "Cette relecture est terminée : votre réponse n’a pas été enregistrée."


@dataclass(frozen=True)
class Typed:
    """A posted comment, with the version it started from (0: there was none)."""

    text: str
    version: int


@dataclass(frozen=True)
class CommentConflict:
    """A comment that changed elsewhere since the page was opened."""

    section: str
    kept: str
    version: int


@transaction.atomic
def save_comments(reader: Reader, typed: Mapping[str, Typed]) -> list[CommentConflict]:
    """Save the comments. Those that changed in another tab stay unchanged and are returned. Raises ``RefusedError``."""
    still_open(reader.reply)
    known = reader.comments()
    conflicts = []
    for section, comment in typed.items():
        before = known.get(section)
        text = comment.text.strip()
        if section not in HEADINGS or text == (before.text if before else ""):
            continue
        if before and before.version != comment.version:
            conflicts.append(CommentConflict(section, before.text, before.version))
        elif before:
            before.text, before.version = text, before.version + 1
            before.save()
        else:
            ProofreadingComment.objects.create(reply=reader.reply, section=section, text=text, **reader.signature)
    return conflicts


@transaction.atomic
def give_back(reader: Reader, role: str = "") -> None:
    """Return the sheet to its authors with the comments. Raises ``RefusedError``."""
    opened = still_open(reader.reply)
    problems = _role_problems(reader, role)
    refused = refused_quotations(reader, opened)
    if not refused and not reader.reply.comments.exclude(text="").exists():
        problems.append("Écrivez au moins un commentaire : il dira aux auteurs ce qu’il faut reprendre.")
    if problems:
        raise RefusedError(*problems)
    _return(reader, opened, Reply.RETURNED, role)


def _return(reader: Reader, opened: ProofreadingRound, decision: Reply, role: str) -> None:
    _decide(reader, decision, role)
    close(opened, RoundOutcome.RETURNED)
    log_answer(reader, RETURNED)
    opened.step.specific.reject(user=reader.user, comment=summary(reader.reply, refused_quotations(reader, opened)))


def refused_quotations(reader: Reader, opened: ProofreadingRound) -> list[VerbatimRefusal]:
    """The refusals about quotations of this very text, in its order."""
    refused = reader.refused()
    return [refused[verbatim.key] for verbatim in verbatims(opened.text()) if verbatim.key in refused]


@transaction.atomic
def agree(reader: Reader, allowed: Collection[str], *, has_read: bool, role: str = "") -> None:
    """Record the *bon à publier* of the CLSM; the last CLSM to agree moves the sheet to the next step.

    With a refused quotation, the rest is agreed to, and the sheet goes back to its authors. Raises ``RefusedError``.
    """
    opened = still_open(reader.reply)
    refused = reader.refused()
    accepted = [verbatim for verbatim in verbatims(opened.text()) if verbatim.key not in refused]
    problems = _role_problems(reader, role)
    if left := [verbatim for verbatim in accepted if verbatim.key not in allowed]:
        count = "une citation" if len(left) == 1 else f"{len(left)} citations"
        problems.append(f"Il reste {count} sans votre accord : cochez, refusez-la, ou renvoyez la fiche.")
    if not has_read:
        problems.append("Cochez que vous avez lu la fiche et que vous donnez le bon à publier.")
    if problems:
        raise RefusedError(*problems)
    for verbatim in accepted:
        VerbatimAgreement.objects.update_or_create(
            reply=reader.reply, key=verbatim.key, defaults={"quote": verbatim.quote, "role": verbatim.role}
        )
    if refused_quotations(reader, opened):
        _return(reader, opened, Reply.AGREED_EXCEPT, role)
    else:
        _agree_to_all(reader, opened, role)


def _agree_to_all(reader: Reader, opened: ProofreadingRound, role: str) -> None:
    _decide(reader, Reply.AGREED, role)
    log_answer(reader, AGREED)
    state = opened.step.workflow_state
    tell_of_agreement(reader.reply, {opened.sheet.owner, state.requested_by})
    if not opened.replies.exclude(decision=Reply.AGREED).exists():
        close(opened, RoundOutcome.AGREED)
        opened.step.specific.approve(user=reader.user)


@transaction.atomic
def keep_ticks(reader: Reader, allowed: Collection[str], opened_with: Collection[str] = frozenset()) -> list[Verbatim]:
    """Save the agreements to quotations before the decision. Raises ``RefusedError``.

    Only changes since the page was opened are applied. Quotations whose agreement changed elsewhere stay unchanged and
    are returned.
    """
    quoted = verbatims(still_open(reader.reply).text())
    if not reader.may_answer:
        return []
    refused = reader.refused()
    removed = [verbatim.key for verbatim in quoted if verbatim.key in opened_with and verbatim.key not in allowed]
    reader.reply.verbatims.filter(key__in=removed).delete()
    for verbatim in quoted:
        if verbatim.key in allowed and verbatim.key not in opened_with and verbatim.key not in refused:
            _allow(reader.reply, verbatim)
    kept = reader.allowed()
    return [verbatim for verbatim in quoted if (verbatim.key in kept) != (verbatim.key in allowed)]


def carried_verbatims(reader: Reader, quoted: Sequence[Verbatim], settled: Collection[str]) -> list[Verbatim]:
    """Those of ``quoted`` agreed to at the last reading of this person, in parts that did not change since, and not
    ``settled`` yet: agreed to or refused.
    """
    last = reader.last_reading
    if last is None or not reader.may_answer:
        return []
    changed = changed_since(last.round.revision, reader.reply.round.revision)
    before = set(last.verbatims.values_list("key", flat=True)).difference(settled)
    return [verbatim for verbatim in quoted if verbatim.key in before and verbatim.section not in changed]


@transaction.atomic
def carry_over(reader: Reader) -> None:
    """Agree again to ``carried_verbatims``, and write again what was typed about the unchanged parts of a text that was
    replaced before the answer. Raises ``RefusedError``.
    """
    still_open(reader.reply)
    settled = reader.allowed().union(reader.refused())
    for verbatim in carried_verbatims(reader, verbatims(reader.reply.round.text()), settled):
        _allow(reader.reply, verbatim)
    save_comments(reader, {section: Typed(text, 0) for section, text in carried_comments(reader).items()})


def carried_comments(reader: Reader) -> dict[str, str]:
    """What this person typed about the unchanged parts of a text that was replaced before the answer, by part."""
    last = reader.last_reading
    if last is None or last.decision != Reply.WAITING:
        return {}
    changed, written = changed_since(last.round.revision, reader.reply.round.revision), reader.comments()
    return {
        section: comment.text
        for section, comment in replace(reader, reply=last).comments().items()
        if comment.text and section not in changed and section not in written
    }


def _allow(reply: ProofreadingReply, verbatim: Verbatim) -> None:
    VerbatimAgreement.objects.get_or_create(
        reply=reply, key=verbatim.key, defaults={"quote": verbatim.quote, "role": verbatim.role}
    )


def summary(reply: ProofreadingReply, refused: Iterable[VerbatimRefusal] = ()) -> str:
    """The comments and refusals as the authors read them in their notice, part by part.

    The notice is also an e-mail: it never holds the quotation.
    """
    rank = list(HEADINGS)
    comments = sorted(reply.comments.exclude(text=""), key=lambda comment: (rank.index(comment.section), comment.pk))
    lines = [f"{HEADINGS[comment.section]} : {comment.text}" for comment in comments]
    heading = f"Retour de « {reply.clsm.title} »."
    if reply.decision == Reply.AGREED_EXCEPT:
        heading = f"« {reply.clsm.title} » donne son bon à publier, sauf pour ce qui suit."
    return "\n\n".join([heading, *map(_refusal_line, refused), *lines])


def _refusal_line(refusal: VerbatimRefusal) -> str:
    line = f"{HEADINGS[refusal.section]} : une citation est refusée, à remplacer ou à retirer."
    return f"{line} Motif : {refusal.reason}" if refusal.reason else line


def still_open(reply: ProofreadingReply) -> ProofreadingRound:
    """The round, locked until the end of the transaction. Raises ``RefusedError`` if no answer counts any more."""
    lock([reply.round.sheet_id])  # before the round, as for every decision about a page
    opened = ProofreadingRound.objects.select_for_update().get(pk=reply.round_id)
    if refused := over(ProofreadingReply.objects.select_related("decided_by").get(pk=reply.pk), opened):
        raise refused
    return opened


def over(reply: ProofreadingReply, asked: ProofreadingRound) -> RefusedError | None:
    """The message for an answer that comes too late; None while an answer counts."""
    if reply.decision != Reply.WAITING:
        who = reply.decided_by or f"une personne sans compte ({reply.decided_as})"
        return already_decided(reply.get_decision_display(), by=who, at=reply.decided_at)
    reason = held(asked) if asked.is_open else OVER
    return RefusedError(reason) if reason else None


def _role_problems(reader: Reader, role: str) -> list[str]:
    if not reader.may_answer:
        raise RefusedError(NOT_THEIRS)
    if reader.link and not role.strip():
        return ["Indiquez votre fonction : elle reste avec la réponse du CLSM."]
    return []


def _decide(reader: Reader, decision: Reply, role: str) -> None:
    reply = reader.reply
    reply.decision = decision
    reply.decided_at = timezone.now()
    reply.decided_by = reader.user
    reply.decided_as = role.strip() if reader.link else ""
    reply.save()


def log_answer(reader: Reader, action: str, **more: str) -> None:
    opened = reader.reply.round
    data = {"clsm": reader.reply.clsm.title, "as": reader.reply.decided_as} | more
    log(instance=opened.sheet, action=action, user=reader.user, revision=opened.revision, data=data)
