"""What the proof-reading page shows, and what it sends."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Max, Subquery
from django.http import QueryDict

from caps_sheets.capitalisation.models.proofreading_round import (
    ProofreadingComment,
    RoundOutcome,
    VerbatimRefusal,
    held,
)
from caps_sheets.capitalisation.proofreading.content import Verbatim, verbatims
from caps_sheets.capitalisation.proofreading.permissions import Reader
from caps_sheets.capitalisation.proofreading.services import CommentConflict, Typed, carried_comments, carried_verbatims
from caps_sheets.models import CapsSheetPage
from caps_sheets.models.parts import HEADINGS, SheetPart, Since, as_read, parts, since
from caps_sheets.models.sheet_context import sheet_context
from portal.base.comparison import ChangedLine
from portal.base.errors import Problem
from portal.base.numbers import posted_number

COMMENT = "commentaire-"
VERSION = "version-"
REASON = "motif-"
SAVED = "La réponse n’est pas encore envoyée. Vos commentaires et vos accords sur les citations sont enregistrés."
CONFLICT = (
    "La réponse n’est pas encore envoyée. Le commentaire signalé ci-dessous n’est pas enregistré : il n’est que sur "
    "cet écran. Le reste est enregistré."
)
#: Maximum length of one comment.
LONGEST = 10_000
#: Maximum length of the reason of a refusal.
LONGEST_REASON = 1_000


@dataclass(frozen=True)
class Posted:
    """The posted form. ``decision`` is « garder », « reprendre », « retour » or « accord ».

    ``allowed``: the ticked quotations; ``opened_with``: those ticked when the page was opened; ``refused`` and
    ``taken_back``: the quotation whose button was pressed; ``reasons``: of refusals, by quotation.
    """

    typed: dict[str, Typed] = field(default_factory=dict)
    allowed: frozenset[str] = frozenset()
    opened_with: frozenset[str] = frozenset()
    decision: str = "garder"
    refused: str = ""
    taken_back: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)
    has_read: bool = False
    role: str = ""


def read_post(data: QueryDict) -> Posted:
    typed = {
        key: Typed(_clean(data.get(COMMENT + key, ""))[:LONGEST], posted_number(data.get(VERSION + key, "")))
        for key in HEADINGS
        if COMMENT + key in data
    }
    return Posted(
        typed=typed,
        allowed=frozenset(data.getlist("verbatim")),
        opened_with=frozenset(data.getlist("ticked")),
        decision=data.get("decision", "garder"),
        refused=data.get("refuser", ""),
        taken_back=data.get("annuler-refus", ""),
        reasons={
            name.removeprefix(REASON): reason
            for name in data
            if name.startswith(REASON) and (reason := _clean(data.get(name, "")).strip()[:LONGEST_REASON])
        },
        has_read="has_read" in data,
        role=_clean(data.get("role", ""))[:120],
    )


def _clean(text: str) -> str:
    return text.replace("\x00", "").replace("\r\n", "\n")


@dataclass(frozen=True)
class ReadVerbatim:
    """A quotation with what the CLSM said of it; ``reason``: typed, and not sent yet."""

    verbatim: Verbatim
    is_allowed: bool
    refusal: VerbatimRefusal | None
    reason: str = ""


@dataclass(frozen=True)
class ReadPart:
    """A part with its quotations and the comments about it. ``version`` is the one that the form started from.

    ``lines``: what changed since the last reading of this person; None if nothing did, or for a first reading.
    ``asked``: what the CLSM asked for about an earlier text, if the part is still the same.
    """

    part: SheetPart
    verbatims: list[ReadVerbatim]
    text: str
    version: int
    others: list[ProofreadingComment]
    conflict: str = ""
    lines: list[ChangedLine] | None = None
    asked: list[ProofreadingComment] = field(default_factory=list)
    is_folded: bool = False


def page_context(
    reader: Reader,
    posted: Posted | None = None,
    *,
    problems: Sequence[str | Problem] = (),
    conflicts: Sequence[CommentConflict] = (),
    moved: Sequence[Verbatim] = (),
) -> dict[str, Any]:
    """The open page. After a refusal it shows what was typed, not only what could be saved.

    ``moved``: the quotations whose agreement changed elsewhere.
    """
    opened = reader.reply.round
    sheet = as_read(opened.revision)
    known = last_reading(reader)
    allowed, refused = reader.allowed(), reader.refused()
    reasons = posted.reasons if posted else {}
    quoted = [
        ReadVerbatim(one, one.key in allowed, refused.get(one.key), reasons.get(one.key, ""))
        for one in verbatims(sheet)
    ]
    carried = carried_verbatims(reader, [read.verbatim for read in quoted], allowed.union(refused))
    previous = _previous_comments(reader)
    read_parts = _read_parts(reader, sheet, quoted, posted, {conflict.section: conflict for conflict in conflicts})
    if known:
        settled = allowed | ({verbatim.key for verbatim in carried} if posted is None else set())
        read_parts = [_since(known, one, previous, settled) for one in read_parts]
    return {
        "sheet": sheet,
        "round": opened,
        "reply": reader.reply,
        "reader": reader,
        "parts": read_parts,
        "by_key": {read_part.part.key: read_part for read_part in read_parts},
        "since": known,
        "carried": carried,
        "carried_comments": carried_comments(reader),
        "verbatim_count": sum(len(read_part.verbatims) for read_part in read_parts),
        "refused_count": sum(bool(read.refusal) for read_part in read_parts for read in read_part.verbatims),
        "posted": posted,
        "problems": [*_conflict_problems(conflicts), *_moved_problems(moved), *problems],
        "lead": CONFLICT if conflicts else SAVED,
        "other_replies": opened.replies.exclude(pk=reader.reply.pk).select_related("clsm"),
        "previous": with_headings(previous),
        **sheet_context(sheet),
    }


def closed_context(reader: Reader) -> dict[str, Any]:
    """A round that is over, as the CLSM sees it later."""
    opened = reader.reply.round
    comments = reader.reply.comments.exclude(text="").select_related("author", "link")
    newer = opened.sheet.proofreading_rounds.filter(pk__gt=opened.pk, outcome=RoundOutcome.OPEN).first()
    return {
        "round": opened,
        "reply": reader.reply,
        "sheet": opened.sheet,
        "held": held(opened),
        "comments": with_headings(comments),
        "newer": newer if newer and newer.is_open else None,
        "is_answered": bool(reader.reply.decision) and not newer,
    }


def with_headings(comments: Any) -> list[tuple[str, Any]]:
    """(heading of the part, comment or refusal), in the order of the sheet."""
    rank = list(HEADINGS)
    known = [comment for comment in comments if comment.section in HEADINGS]
    return [
        (HEADINGS[comment.section], comment)
        for comment in sorted(known, key=lambda comment: (rank.index(comment.section), comment.pk))
    ]


def last_reading(reader: Reader) -> Since | None:
    """What changed since this person read the sheet; None for a first reading."""
    last = reader.last_reading
    if last is None:
        return None
    read_at = last.decided_at or last.comments.aggregate(at=Max("updated_at"))["at"]
    return since(read_at, last.round.revision, reader.reply.round.revision)


def _since(known: Since, one: ReadPart, previous: Sequence[ProofreadingComment], settled: Collection[str]) -> ReadPart:
    """The part with what changed in it. An unchanged one is folded, unless it holds something to answer."""
    if one.part.key in known.lines:
        return replace(one, lines=known.lines[one.part.key])
    asked = [comment for comment in previous if comment.section == one.part.key]
    waiting = [read for read in one.verbatims if read.verbatim.key not in settled]
    return replace(one, asked=asked, is_folded=not (asked or waiting or one.text or one.others or one.conflict))


def _read_parts(
    reader: Reader,
    sheet: CapsSheetPage,
    quoted: Sequence[ReadVerbatim],
    posted: Posted | None,
    conflicts: dict[str, CommentConflict],
) -> list[ReadPart]:
    mine, others = reader.comments_and_others()
    read = []
    for part in parts(sheet):
        saved = mine.get(part.key)
        typed = posted.typed.get(part.key) if posted else None
        conflict = conflicts.get(part.key)
        read.append(
            ReadPart(
                part,
                [read for read in quoted if read.verbatim.section == part.key],
                text=typed.text if typed else (saved.text if saved else ""),
                # Once the other text was shown, saving again is a choice.
                version=conflict.version if conflict else (saved.version if saved else 0),
                others=[comment for comment in others if comment.section == part.key],
                conflict=conflict.kept if conflict else "",
            )
        )
    return read


def _previous_comments(reader: Reader) -> list[ProofreadingComment]:
    """The comments of the same CLSM on the previous text, to check that they were taken into account."""
    opened = reader.reply.round
    earlier = opened.sheet.proofreading_rounds.filter(pk__lt=opened.pk, outcome=RoundOutcome.RETURNED)
    before = Subquery(earlier.values("pk")[:1])
    comments = ProofreadingComment.objects.filter(reply__round=before, reply__clsm=reader.reply.clsm_id)
    return list(comments.exclude(text=""))


def unused_reasons(reader: Reader, posted: Posted) -> list[Problem]:
    """A reason typed beside a quotation that is not refused would be lost."""
    refused = reader.refused()
    return [
        Problem("choisissez « Refuser cette citation », ou effacez ce motif.", "Un motif sans refus", f"{REASON}{key}")
        for key in posted.reasons
        if key not in refused and key in {verbatim.key for verbatim in verbatims(reader.reply.round.text())}
    ]


def _conflict_problems(conflicts: Sequence[CommentConflict]) -> list[str]:
    return [
        f"Votre commentaire sur « {HEADINGS[conflict.section]} » a changé dans un autre onglet : "
        "l’autre texte est rappelé au-dessus du vôtre. Enregistrez de nouveau pour garder le vôtre."
        for conflict in conflicts
    ]


def _moved_problems(moved: Sequence[Verbatim]) -> list[str]:
    return [
        f"L’accord pour publier « {verbatim.quote} » a changé dans une autre fenêtre : il est montré ici tel qu’il est "
        "enregistré. Vérifiez-le, puis répondez de nouveau."
        for verbatim in moved
    ]
