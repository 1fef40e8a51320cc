"""The transcript screen: the sound, the cues by fifty, another transcript to bring in, its proof-reading."""

from collections.abc import Callable
from typing import Any, cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from wagtail.admin import messages
from wagtail.admin.auth import permission_denied

from caps_sheets.podcasts.formats import Cue, check, coverage_warning, is_waiting_for_times
from caps_sheets.podcasts.making.screens import Screen
from caps_sheets.podcasts.permissions import may_write
from caps_sheets.podcasts.transcripts.correcting import saving
from caps_sheets.podcasts.transcripts.correcting.forms import (
    PER_PAGE,
    BaseCueFormSet,
    CueFormSet,
    ImportForm,
    as_initial,
)
from portal.base.errors import Refused


class TranscriptView(Screen):
    page_title = "Transcription"
    template_name = "wagtailadmin/podcasts/transcript.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actions: dict[str, Callable[[], HttpResponse]] = {
            "cues": self.post_cues,
            "import": self.post_import,
            "review": self.post_review,
        }
        action = actions.get(request.POST.get("action", ""))
        if action is None or not may_write(self.user, self.episode):
            return permission_denied(request)
        return action()

    def post_cues(self) -> HttpResponse:
        cues = self.formset(self.request.POST)
        if not cues.is_valid():
            return self.render_to_response(self.get_context_data(cue_forms=cues, problems=cues.problems()))
        is_timed = self.request.POST.get("is_timed") == "on"
        correction = saving.Correction(self.seen, self.first, self.last, cues.cues(), is_timed)
        try:
            saving.correct(self.episode, correction, by=self.user)
        except Refused as refusal:
            context = self.get_context_data(cue_forms=cues, problems=refusal.messages, is_conflict=True)
            return self.render_to_response(context, status=409)
        messages.success(self.request, "Les répliques sont enregistrées dans le brouillon.")
        following = self.page_number + (1 if "next" in self.request.POST else 0)
        return redirect(f"{self.own_url}?page={following}")

    def post_import(self) -> HttpResponse:
        form = ImportForm(self.request.POST, self.request.FILES, duration=self.duration)
        if form.is_valid():
            try:
                saving.replace(self.episode, form.cleaned_data["transcript"], seen=self.seen, by=self.user)
            except Refused as refusal:
                form.add_error(None, refusal.messages)
            else:
                messages.success(self.request, "La transcription est dans le brouillon, à relire en écoutant.")
                return redirect(self.own_url)
        return self.render_to_response(self.get_context_data(import_form=form))

    def post_review(self) -> HttpResponse:
        try:
            saving.mark_reviewed(self.episode, seen=self.seen, by=self.user)
        except Refused as refusal:
            messages.error(self.request, " ".join(refusal.messages))
        else:
            messages.success(self.request, "La transcription est notée comme relue.")
        return redirect(self.own_url)

    def formset(self, data: Any = None) -> BaseCueFormSet:
        """The cues of this screen, among those of the version that it shows: what is posted speaks of that one."""
        around = self.cues if data is None else saving.cues_of(self.episode, self.seen) or self.cues
        formset = cast(
            BaseCueFormSet, CueFormSet(data, initial=as_initial(around[self.first : self.last]), prefix="cue")
        )
        formset.before = around[self.first - 1] if 0 < self.first <= len(around) else None
        formset.after = around[self.last] if self.last < len(around) else None
        formset.duration = self.duration
        return formset

    @property
    def own_url(self) -> str:
        return reverse("episode_transcript", args=[self.episode.pk])

    @cached_property
    def cues(self) -> list[Cue]:
        return saving.stored_cues(self.draft)

    @property
    def duration(self) -> float | None:
        return self.draft.audio.duration if self.draft.audio else None

    @property
    def seen(self) -> str:
        return self.request.POST.get("seen", "")

    @cached_property
    def page_number(self) -> int:
        if posted := _number(self.request.POST.get("page", "")):
            return posted  # a page of the version that was seen
        asked = _number(self.request.GET.get("page", "")) or 1
        return min(asked, max(1, -(-len(self.cues) // PER_PAGE)))

    @property
    def first(self) -> int:
        return (self.page_number - 1) * PER_PAGE

    @property
    def last(self) -> int:
        return self.first + PER_PAGE

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        transcript = self.draft.transcript
        return {
            "import_form": ImportForm(duration=self.duration),
            "cue_forms": self.formset(),
            "is_conflict": False,
            **super().get_context_data(**kwargs),
            "cues": self.cues,
            "shown": self.cues[self.first : self.last],
            "cue_page": Paginator(self.cues, PER_PAGE).get_page(self.page_number),
            "seen": self.seen if kwargs.get("is_conflict") else saving.version_key(self.episode, transcript),
            "errors": check(transcript, self.duration) if transcript.strip() else [],
            "is_untimed": is_waiting_for_times(transcript),
            "coverage": coverage_warning(self.cues, self.duration or 0),
            "is_reviewed": self.draft.is_transcript_reviewed,
            "may_write": may_write(self.user, self.episode),
            "speakers": sorted({cue.speaker for cue in self.cues if cue.speaker}),
        }


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0


urls: list[URLPattern] = [
    path("pages/<int:page_id>/transcription/", TranscriptView.as_view(), name="episode_transcript"),
]
