"""Interviews: planning, closing, reopening, and the coding of answers into sections of the sheet.

Each row of a form carries the value that it showed, so that two tabs on the same form overwrite nothing silently.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from wagtail.log_actions import log

from caps_sheets.capitalisation.interviews.appointments import FIELDS as APPOINTMENT
from caps_sheets.capitalisation.interviews.grids import current_grid
from caps_sheets.capitalisation.interviews.notifications import CANCELLED, MOVED, PLANNED, tell_participants
from caps_sheets.capitalisation.models import Interview, InterviewNote, Stage
from caps_sheets.capitalisation.models.interview import consent_is_valid
from caps_sheets.sections import SECTIONS
from portal.base.errors import RefusedError, already_decided
from portal.base.locks import locked
from portal.users.models import User

Values = Mapping[str, str]


class Settled(Enum):
    UNCHANGED = "unchanged"
    TO_SAVE = "to save"
    CONFLICT = "conflict"


def normalised(text: str) -> str:
    """Browsers post line ends as CRLF."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def digest(values: Values) -> str:
    """Short digest of the content of a row."""
    content = "\x1f".join(f"{name}={values[name]}" for name in sorted(values))
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def settle(base: str, posted: Values, current: Values) -> Settled:
    """What to do with a row: ``base`` is its digest when the form was rendered."""
    if digest(posted) == base or dict(posted) == dict(current):
        return Settled.UNCHANGED
    return Settled.TO_SAVE if digest(current) == base else Settled.CONFLICT


KEYS = [section.key for section in SECTIONS]

#: No section chosen by the coding: that of the question no longer applies.
NOWHERE = "aucune"

HEADINGS = {section.key: section.heading for section in SECTIONS}


@dataclass
class CodedAnswer:
    """One answer and its coding. ``saved``: the other coding, as text, if somebody else changed it meanwhile."""

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
    """Every non-empty answer, in the order of the interview."""
    notes = interview.answers.select_related("question")
    return [_coded(note) for note in notes if note.notes.strip() or note.verbatim.strip()]


@transaction.atomic
def save_coding(interview: Interview, posted: QueryDict, *, by: User) -> list[CodedAnswer]:
    """Save the coding, answer by answer; those that somebody else changed meanwhile are returned unsaved."""
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
    """The answer itself if it is in conflict, with the coding; None if it was saved."""
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


@transaction.atomic
def plan_interview(interview: Interview, *, by: User) -> Interview:
    """Save a new interview with the version of the grid in use, which it keeps."""
    interview.grid = current_grid()
    interview.save()
    log(instance=interview, action="wagtail.create", user=by)
    if interview.is_to_come:
        tell_participants(PLANNED, interview, by=by)
    return interview


@transaction.atomic
def change_interview(changed: Interview, fields: Collection[str], *, by: User) -> None:
    """Write ``fields`` of ``changed``, and no other field: somebody may have written the rest since."""
    fresh = locked(changed)
    if fresh.is_closed:
        raise RefusedError("Cet entretien est clos : rouvrez-le pour le modifier.")
    is_told = fresh.is_to_come or changed.is_to_come
    is_moved = any(getattr(fresh, name) != getattr(changed, name) for name in fields if name in APPOINTMENT)
    changed.sequence = fresh.sequence + is_moved
    changed.save(update_fields=[*fields, "sequence", "updated_at"])
    log(instance=changed, action="wagtail.edit", user=by)
    if is_moved and is_told:
        tell_participants(MOVED, Interview.objects.get(pk=changed.pk), by=by)


@transaction.atomic
def close_interview(interview: Interview, *, by: User, today: date) -> None:
    fresh = locked(interview)
    if fresh.is_closed:
        raise already_decided("cet entretien est clos", by=fresh.closed_by, at=fresh.closed_at)
    if fresh.met_on > today:
        raise RefusedError("La date de l’entretien est à venir.")
    if not consent_is_valid(fresh):
        raise RefusedError("Enregistrez d’abord le consentement de la personne.")
    fresh.closed_at, fresh.closed_by = timezone.now(), by
    fresh.save(update_fields=["closed_at", "closed_by", "updated_at"])
    log(instance=fresh, action="capitalisation.interview_closed", user=by)


@transaction.atomic
def reopen_interview(interview: Interview, *, by: User) -> None:
    """Go back to the answers. From the writing stage on, the case file must first return to the analysis."""
    fresh = locked(interview)
    if not fresh.is_closed:
        raise RefusedError("Cet entretien est déjà ouvert.")
    if fresh.case_file.stage >= Stage.WRITING:
        raise RefusedError("La rédaction a commencé : faites d’abord revenir le dossier à l’analyse.")
    if fresh.answers_deleted_on:
        raise RefusedError("Les réponses de cet entretien ont été supprimées.")
    fresh.closed_at = fresh.closed_by = None
    fresh.save(update_fields=["closed_at", "closed_by", "updated_at"])
    log(instance=fresh, action="capitalisation.interview_reopened", user=by)


@transaction.atomic
def delete_interview(interview: Interview, *, by: User) -> None:
    """Only an interview that did not take place: answers are deleted by their retention period, not by a button."""
    fresh = locked(interview)
    if fresh.answers.exists() or fresh.files.exists() or hasattr(fresh, "consent"):
        raise RefusedError("Cet entretien a un consentement, des réponses ou des fichiers : il ne s’efface pas.")
    log(instance=fresh, action="wagtail.delete", user=by, deleted=True)
    if fresh.is_to_come:
        fresh.sequence += 1
        tell_participants(CANCELLED, fresh, by=by)
    fresh.delete()
