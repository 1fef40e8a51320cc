"""The analysis: towards which sections of the sheet each answer goes, and which verbatims are kept."""

from dataclasses import dataclass

from django.db import transaction
from django.http import QueryDict
from wagtail.log_actions import log

from caps_sheets.capitalisation.interviews.settling import Settled, digest, settle
from caps_sheets.capitalisation.models import Interview, InterviewNote
from caps_sheets.sections import SECTIONS
from portal.base.locks import locked
from portal.users.models import User

KEYS = [section.key for section in SECTIONS]
#: The analysis chose no section: the one of the question no longer applies.
NOWHERE = "aucune"
HEADINGS = {section.key: section.heading for section in SECTIONS}


@dataclass
class CodedAnswer:
    """One answer and its coding. ``saved``: the other coding, in words, when somebody else changed it meanwhile."""

    note: InterviewNote
    sections: list[str]
    is_kept: bool
    base: str
    saved: str = ""

    @property
    def prefix(self) -> str:
        return f"n{self.note.pk}"

    @property
    def section_names(self) -> str:
        return ", ".join(HEADINGS[key] for key in self.sections) or "aucune section"


def coded_answers(interview: Interview) -> list[CodedAnswer]:
    """Every answer that holds something, in the order of the interview."""
    notes = interview.answers.select_related("question")
    return [_coded(note) for note in notes if note.notes.strip() or note.verbatim.strip()]


@transaction.atomic
def save_coding(interview: Interview, posted: QueryDict, *, by: User) -> list[CodedAnswer]:
    """Save what was chosen, answer by answer; those that somebody else changed meanwhile come back unsaved."""
    locked(interview)
    answers = [answer for answer in coded_answers(interview) if f"{answer.prefix}-base" in posted]
    conflicts = [conflict for answer in answers if (conflict := _save(answer, posted))]
    log(instance=interview, action="capitalisation.answers_coded", user=by)
    return conflicts


def _coded(note: InterviewNote) -> CodedAnswer:
    sections = [key for key in KEYS if key in note.target_sections]
    return CodedAnswer(note, sections, note.is_kept, digest(_values(sections, note.is_kept)))


def _values(sections: list[str], is_kept: bool) -> dict[str, str]:
    return {"sections": ",".join(sections), "is_kept": "oui" if is_kept else ""}


def _save(answer: CodedAnswer, posted: QueryDict) -> CodedAnswer | None:
    """The answer itself when it is in conflict, with what was chosen; None when all is well."""
    chosen = posted.getlist(f"{answer.prefix}-sections")
    sections, is_kept = [key for key in KEYS if key in chosen], f"{answer.prefix}-kept" in posted
    typed, current = _values(sections, is_kept), _values(answer.sections, answer.is_kept)
    outcome = settle(str(posted[f"{answer.prefix}-base"]), typed, current)
    if outcome is Settled.CONFLICT:
        answer.saved = f"{answer.section_names}{', verbatim retenu' if answer.is_kept else ''}"
        answer.sections, answer.is_kept = sections, is_kept
        return answer
    if outcome is Settled.TO_SAVE:
        answer.note.sections, answer.note.is_kept = sections or [NOWHERE], is_kept
        answer.note.save(update_fields=["sections", "is_kept"])
    return None
