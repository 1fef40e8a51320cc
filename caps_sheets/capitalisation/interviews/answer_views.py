"""Admin views of the answers, of their analysis, and of the draft sheet made from them."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from wagtail.admin import messages

from caps_sheets.capitalisation.interviews.admin_views import CaseGuard, InterviewGuard
from caps_sheets.capitalisation.interviews.answers import (
    AnswerRow,
    by_part,
    check_open,
    posted_rows,
    rows_of,
    save_answers,
)
from caps_sheets.capitalisation.interviews.draft import draft_sheet
from caps_sheets.capitalisation.interviews.passages import allows_verbatims
from caps_sheets.capitalisation.interviews.services import HEADINGS, CodedAnswer, coded_answers, save_coding
from caps_sheets.capitalisation.interviews.transcripts import sounds_of, transcripts_of
from caps_sheets.capitalisation.models import Passage
from portal.base.admin_views import ObjectView, ServiceActionView
from portal.base.errors import Problem, RefusedError
from portal.base.outcomes import refusals

CONFLICT = (
    "Des réponses ont été enregistrées entretemps, dans un autre onglet ou par une autre personne. Rien n’est perdu : "
    "les deux textes sont montrés ci-dessous ; corrigez le vôtre, puis enregistrez."
)
MISTAKES = "Tout est enregistré, sauf les champs signalés ci-dessous."


class AnswersView(InterviewGuard, ObjectView):
    """GET shows the form; POST saves it, by the button or by the autosave, which accepts JSON."""

    page_title = "Réponses"
    template_name = "wagtailadmin/capitalisation/interviews/answers.html"
    rows: list[AnswerRow] | None = None

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wants_json = "application/json" in request.headers.get("Accept", "")
        try:
            self.rows = save_answers(self.interview, request.POST)
        except RefusedError as refusal:
            if wants_json:
                return JsonResponse({"refused": " ".join(refusal.messages)}, status=409)
            self.rows = posted_rows(self.interview, request.POST)
            return self._again(" ".join(refusal.messages))
        if wants_json:
            return self._as_json(self.rows)
        return self._by_button(self.rows)

    def _by_button(self, rows: list[AnswerRow]) -> HttpResponse:
        if any(row.saved is not None for row in rows):
            return self._again(CONFLICT)
        if any(row.errors for row in rows):
            return self._again(MISTAKES)
        messages.success(self.request, "Les réponses sont enregistrées.")
        return redirect("interview_answers", self.interview.pk)

    def _again(self, lead: str) -> HttpResponse:
        """The form as typed; the error summary links to each place to read again."""
        problems = [problem for row in self.rows or [] for problem in row.problems]
        return self.render_to_response(self.get_context_data(lead=lead, problems=problems))

    def _as_json(self, rows: list[AnswerRow]) -> JsonResponse:
        """Bases of the saved rows; a row in conflict keeps its own, so that the next save meets the conflict again."""
        return JsonResponse(
            {
                "saved_at": timezone.localtime().strftime("%H:%M"),
                "bases": {row.prefix: row.base for row in rows if row.saved is None},
                "errors": {row.prefix: row.errors for row in rows if row.errors},
                "conflicts": [row.prefix for row in rows if row.saved is not None],
            }
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = rows_of(self.interview) if self.rows is None else self.rows
        with refusals() as closed:
            check_open(self.interview)
        return {
            **super().get_context_data(**kwargs),
            "parts": list(by_part(rows)),
            "closed_reason": " ".join(closed),
            "sounds": sounds_of(self.interview),
            "transcripts": transcripts_of(self.interview),
            "has_conflict": any(row.saved is not None for row in rows),
        }


class AnalysisView(InterviewGuard, ObjectView):
    page_title = "Analyse"
    template_name = "wagtailadmin/capitalisation/interviews/analysis.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        conflicts = {answer.note.pk: answer for answer in save_coding(self.interview, request.POST, by=self.user)}
        if not conflicts:
            messages.success(request, "L’analyse est enregistrée.")
            return redirect("interview_analysis", self.interview.pk)
        answers = [conflicts.get(answer.note.pk, answer) for answer in coded_answers(self.interview)]
        problems = [
            Problem("deux choix se croisent.", str(answer.note), answer.prefix) for answer in conflicts.values()
        ]
        return self.render_to_response(self.get_context_data(answers=answers, problems=problems, lead=CONFLICT))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        answers = kwargs.pop("answers", None) or coded_answers(self.interview)
        passages = list(self.interview.passages.select_related("transcript"))
        context = {
            "answers": answers,
            "headings": HEADINGS,
            "fed": fed(answers, passages),
            "passages": passages,
            "allows_verbatims": allows_verbatims(self.interview),
            "sounds": sounds_of(self.interview),
            "transcripts": transcripts_of(self.interview),
        }
        return {**super().get_context_data(**kwargs), **context}


def fed(answers: list[CodedAnswer], passages: list[Passage]) -> list[tuple[str, int, int]]:
    """(heading, number of answers, number of passages) of each section."""
    return [
        (
            heading,
            sum(key in answer.sections for answer in answers),
            sum(key == passage.section for passage in passages),
        )
        for key, heading in HEADINGS.items()
    ]


class DraftView(CaseGuard, ServiceActionView):
    """« Générer le brouillon de fiche »: redirects to the sheet on success, else back to the case file."""

    done = "Le brouillon de la fiche est prêt : chaque passage marqué est à réécrire."

    def carry_out(self) -> None:
        draft_sheet(self.case_file, by=self.user)

    def get_success_url(self) -> str:
        if self.case_file.sheet_id:
            return reverse("wagtailadmin_pages:edit", args=[self.case_file.sheet_id])
        return self.case_url
