"""The screen where passages of a transcript are sent to the sections of the sheet, one action each."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from wagtail.admin import messages

from caps_sheets.capitalisation.interviews.admin_views import InterviewGuard
from caps_sheets.capitalisation.interviews.file_views import FileGuard
from caps_sheets.capitalisation.interviews.files import note_reading
from caps_sheets.capitalisation.interviews.passages import PassageChoice, allows_verbatims, keep_passage, remove_passage
from caps_sheets.capitalisation.interviews.services import HEADINGS
from caps_sheets.capitalisation.interviews.transcripts import sounds_of
from caps_sheets.capitalisation.models import FileKind, Passage
from portal.base.admin_views import ObjectView, ServiceActionView, say_refusal
from portal.base.errors import RefusedError
from portal.base.numbers import posted_number
from portal.medialib.transcripts.corrections import version_key
from portal.medialib.transcripts.formats import read

VERBATIM = "verbatim:"
PASSAGE = "wagtailadmin/capitalisation/interviews/passage.html"


class PassagesView(FileGuard, ObjectView):
    """GET shows the transcript; POST keeps one passage, by a button or by the script, which accepts JSON."""

    page_title = "Choisir des passages"
    template_name = "wagtailadmin/capitalisation/interviews/passages.html"

    def applies(self) -> bool:
        return self.file.kind == FileKind.TRANSCRIPT and not self.file.deleted_on and bool(self.file.text)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        note_reading(self.file, self.user, starts_at=1)
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wants_json = "application/json" in request.headers.get("Accept", "")
        choice = self._choice()
        try:
            passage = keep_passage(self.file, choice, by=self.user)
        except RefusedError as refusal:
            if wants_json:
                return JsonResponse({"refused": " ".join(refusal.messages)}, status=409)
            say_refusal(request, refusal)
            return redirect(self._address(choice))
        if wants_json:
            return JsonResponse({"html": self._shown(passage), "said": self._said(passage)})
        messages.success(request, self._said(passage))
        return redirect(self._address(choice))

    def _choice(self) -> PassageChoice:
        posted = self.request.POST
        target = posted.get("to", "")
        ranks = (posted_number(rank, -1) for rank in posted.getlist("cue"))
        return PassageChoice(
            seen=posted.get("seen", ""),
            ranks=tuple(rank for rank in ranks if rank is not None),
            section=target.removeprefix(VERBATIM),
            is_verbatim=target.startswith(VERBATIM),
            words=posted.get("words", ""),
        )

    def _address(self, choice: PassageChoice) -> str:
        """Back where the person was reading."""
        place = f"#replique-{min(choice.ranks)}" if choice.ranks else ""
        return f"{self.request.path}{place}"

    def _said(self, passage: Passage) -> str:
        kind = "Verbatim gardé" if passage.is_verbatim else "Passage gardé"
        return f"{kind} dans « {HEADINGS[passage.section]} »."

    def _shown(self, passage: Passage) -> str:
        context = {"passage": passage, "sounds": sounds_of(self.interview), "allows_verbatims": True}
        return render_to_string(PASSAGE, context, request=self.request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "file": self.file,
            "cues": read(self.file.text),
            "seen": version_key(self.file.text),
            "headings": HEADINGS,
            "sounds": sounds_of(self.interview),
            "passages": self.interview.passages.order_by("-pk"),
            "allows_verbatims": allows_verbatims(self.interview),
        }


class RemovePassageView(InterviewGuard, ServiceActionView):
    done = "Le passage est retiré de l’analyse ; il reste dans la transcription."

    def find(self) -> None:
        super().find()
        passage = Passage.objects.filter(interview=self.interview, pk=self.kwargs["passage_pk"]).first()
        if passage is None:
            raise Http404
        self.passage = passage
        self.file = passage.transcript

    def carry_out(self) -> None:
        remove_passage(self.passage, by=self.user)

    def get_success_url(self) -> str:
        if self.file and self.file.text and self.request.POST.get("next") == "passages":
            return reverse("interview_file_passages", args=[self.file.uuid])
        return reverse("interview_analysis", args=[self.interview.pk])
