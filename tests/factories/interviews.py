"""Factories of interviews: a grid of three questions, an interview with its consent, its answers and its files."""

from datetime import date

from django.core.files.base import ContentFile

from caps_sheets.capitalisation.interviews.files import add_file
from caps_sheets.capitalisation.models import (
    CaseFile,
    Consent,
    FileKind,
    Interview,
    InterviewGrid,
    InterviewNote,
    InterviewPart,
    InterviewQuestion,
    PrivateFile,
    Stage,
)
from portal.users.models import User
from tests.factories.capitalisation import make_case_file
from tests.factories.medialib import silent_mp3

QUESTIONS = (
    (InterviewPart.CARRIER, "Quelle est votre fonction ?", "contexte"),
    (InterviewPart.DIFFICULTIES, "Qu’est-ce qui a été difficile ?", "difficultes"),
    (InterviewPart.CLOSING, "Qui relira ?", ""),
)
ALL_SCOPES = {"allows_notes": True, "allows_recording": True, "allows_verbatims": True, "allows_role": True}


def make_grid(version: int = 1, *, is_current: bool = True) -> InterviewGrid:
    """A small grid, made once a version."""
    grid, created = InterviewGrid.objects.get_or_create(version=version, defaults={"is_current": is_current})
    if created:
        for order, (part, label, section) in enumerate(QUESTIONS):
            InterviewQuestion.objects.create(
                grid=grid, part=part, order=order, label=label, prompts="Depuis quand ?\nAvec qui ?", section=section
            )
    return grid


def make_interview(case_file: CaseFile | None = None, *, consent: bool = True, **kw: object) -> Interview:
    """An interview held on 3 March 2026, in the collection; its consent accepts everything."""
    if case_file is None:
        case_file = make_case_file(stage=Stage.COLLECTION)
    defaults = {"grid": make_grid(), "met_on": date(2026, 3, 3), "interviewee_role": "Coordinatrice du CLSM"}
    interview = Interview.objects.create(case_file=case_file, **(defaults | kw))
    if consent:
        make_consent(interview)
    return interview


def make_consent(interview: Interview, **kw: object) -> Consent:
    defaults = {"text_version": "2026-1", "given_on": date(2026, 3, 3)} | ALL_SCOPES
    return Consent.objects.create(interview=interview, **(defaults | kw))


def answer(interview: Interview, number: int = 0, **kw: object) -> InterviewNote:
    """The answer to the question of that number in the grid."""
    question = list(interview.grid.questions.all())[number]
    return InterviewNote.objects.create(interview=interview, question=question, **({"notes": "Une réponse."} | kw))


def upload(kind: str) -> ContentFile:
    """A file that is accepted for ``kind``."""
    if kind == FileKind.AUDIO:
        return ContentFile(silent_mp3(), name="entretien.mp3")
    if kind == FileKind.CONSENT:
        return ContentFile(b"%PDF-1.7\n" + bytes(200), name="accord.pdf")
    return ContentFile("Bonjour. Racontez-moi l’action.".encode(), name="entretien.txt")


def make_file(interview: Interview, kind: str = FileKind.AUDIO, *, by: User | None = None, **kw: object) -> PrivateFile:
    """A stored file, as the service makes it; ``kw`` are written after it."""
    file = add_file(interview, kind, upload(kind), by=by or User.objects.first() or make_user())
    for name, value in kw.items():
        setattr(file, name, value)
    file.save()
    return file


def make_user() -> User:
    return User.objects.create_user("entretiens@clsm.example")


def make_analysed_case(**kw: object) -> CaseFile:
    """A case file in the analysis, whose interview is closed, answered and agreed to."""
    case_file = make_case_file(stage=Stage.ANALYSIS, **kw)
    interview = make_interview(case_file)
    answer(interview, 0, notes="Je coordonne le CLSM depuis 2021.")
    answer(interview, 1, notes="Les agendas.", verbatim="On courait après les dates.", is_kept=True)
    Interview.objects.filter(pk=interview.pk).update(closed_at="2026-03-04T10:00:00Z")
    return case_file
