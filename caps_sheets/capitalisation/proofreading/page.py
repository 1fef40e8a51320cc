"""What the proof-reading page shows, and what it sends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from caps_sheets.capitalisation.models.proofreading_round import ProofreadingComment, RoundOutcome
from caps_sheets.capitalisation.proofreading.content import HEADINGS, SheetPart, Verbatim, parts
from caps_sheets.capitalisation.proofreading.permissions import Reader
from caps_sheets.capitalisation.proofreading.services import CommentConflict, Typed
from caps_sheets.models.sheet_context import sheet_context
from portal.base.numbers import posted_number

COMMENT = "commentaire-"
VERSION = "version-"
SAVED = "La réponse n’est pas encore envoyée. Vos commentaires et vos accords sur les citations sont enregistrés."
CONFLICT = (
    "La réponse n’est pas encore envoyée. Le commentaire signalé ci-dessous n’est pas enregistré : il n’est que sur "
    "cet écran. Le reste est enregistré."
)
#: Maximum length of one comment.
LONGEST = 10_000


@dataclass(frozen=True)
class Posted:
    """The posted form. ``decision`` is « garder », « retour » or « accord ».

    ``allowed``: the ticked quotations; ``opened_with``: those ticked when the page was opened.
    """

    typed: dict[str, Typed] = field(default_factory=dict)
    allowed: frozenset[str] = frozenset()
    opened_with: frozenset[str] = frozenset()
    decision: str = "garder"
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
        has_read="has_read" in data,
        role=_clean(data.get("role", ""))[:120],
    )


def _clean(text: str) -> str:
    return text.replace("\x00", "").replace("\r\n", "\n")


@dataclass(frozen=True)
class ReadPart:
    """A part with the comments about it. ``version`` is the one that the form started from."""

    part: SheetPart
    text: str
    version: int
    others: list[ProofreadingComment]
    conflict: str = ""


def page_context(
    reader: Reader,
    posted: Posted | None = None,
    *,
    problems: Sequence[str] = (),
    conflicts: Sequence[CommentConflict] = (),
    moved: Sequence[Verbatim] = (),
) -> dict[str, Any]:
    """The open page. After a refusal it shows what was typed, not only what could be saved.

    ``moved``: the quotations whose agreement changed elsewhere.
    """
    opened = reader.reply.round
    sheet = opened.text()
    read_parts = _read_parts(reader, parts(sheet), posted, {conflict.section: conflict for conflict in conflicts})
    return {
        "sheet": sheet,
        "round": opened,
        "reply": reader.reply,
        "reader": reader,
        "parts": read_parts,
        "by_key": {read_part.part.key: read_part for read_part in read_parts},
        "allowed": reader.allowed(),
        "verbatim_count": sum(len(read_part.part.verbatims) for read_part in read_parts),
        "posted": posted,
        "problems": [*_conflict_problems(conflicts), *_moved_problems(moved), *problems],
        "lead": CONFLICT if conflicts else SAVED,
        "other_replies": opened.replies.exclude(pk=reader.reply.pk).select_related("clsm"),
        "previous": _previous_comments(reader),
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
        "comments": with_headings(comments),
        "newer": newer if newer and newer.is_open else None,
        "is_answered": bool(reader.reply.decision) and not newer,
    }


def with_headings(comments: Any) -> list[tuple[str, ProofreadingComment]]:
    """(heading of the part, comment), in the order of the sheet."""
    rank = list(HEADINGS)
    known = [comment for comment in comments if comment.section in HEADINGS]
    return [
        (HEADINGS[comment.section], comment)
        for comment in sorted(known, key=lambda comment: (rank.index(comment.section), comment.pk))
    ]


def _read_parts(
    reader: Reader, sheet_parts: list[SheetPart], posted: Posted | None, conflicts: dict[str, CommentConflict]
) -> list[ReadPart]:
    mine, others = reader.comments(), list(reader.comments_of_others())
    read = []
    for part in sheet_parts:
        saved = mine.get(part.key)
        typed = posted.typed.get(part.key) if posted else None
        conflict = conflicts.get(part.key)
        read.append(
            ReadPart(
                part,
                text=typed.text if typed else (saved.text if saved else ""),
                # Once the other text was shown, saving again is a choice.
                version=conflict.version if conflict else (saved.version if saved else 0),
                others=[comment for comment in others if comment.section == part.key],
                conflict=conflict.kept if conflict else "",
            )
        )
    return read


def _previous_comments(reader: Reader) -> list[tuple[str, ProofreadingComment]]:
    """The comments of the same CLSM on the previous text, to check that they were taken into account."""
    opened = reader.reply.round
    before = opened.sheet.proofreading_rounds.filter(pk__lt=opened.pk, outcome=RoundOutcome.RETURNED).first()
    if before is None:
        return []
    comments = ProofreadingComment.objects.filter(reply__round=before, reply__clsm=reader.reply.clsm_id)
    return with_headings(comments.exclude(text=""))


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
