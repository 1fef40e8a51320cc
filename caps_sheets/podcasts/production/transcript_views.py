"""The transcript of an episode, beside its sound: what is saved goes to the draft, and is marked « relue » here."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from wagtail.admin import messages

from caps_sheets.podcasts.permissions import may_write
from caps_sheets.podcasts.production import transcript_services
from caps_sheets.podcasts.production.admin_views import EpisodeGuard
from portal.base.errors import RefusedError
from portal.medialib.transcripts.admin_views import TranscriptView
from portal.medialib.transcripts.corrections import Correction


class EpisodeTranscriptView(EpisodeGuard, TranscriptView):
    template_name = "wagtailadmin/podcasts/transcript.html"
    sound_label = "Son de l’épisode"
    corrected_message = "Les répliques sont enregistrées dans le brouillon."
    imported_message = "La transcription est dans le brouillon, à relire en écoutant."

    @property
    def transcript(self) -> str:
        return self.draft.transcript

    @property
    def sound_url(self) -> str:
        return self.draft.audio.url if self.draft.audio else ""

    @property
    def duration(self) -> float | None:
        return self.draft.audio.duration if self.draft.audio else None

    def declared_voices(self) -> list[str]:
        return [speaker.role for speaker in self.draft.speaker_items.all()]

    def may_write(self) -> bool:
        return may_write(self.user, self.episode)

    def version_key(self) -> str:
        return transcript_services.version_key(self.episode, self.transcript)

    def transcript_of(self, seen: str) -> str | None:
        return transcript_services.transcript_of(self.episode, seen)

    def correct(self, correction: Correction) -> None:
        transcript_services.correct(self.episode, correction, by=self.user)

    def replace(self, transcript: str) -> None:
        transcript_services.replace(self.episode, transcript, seen=self.seen, by=self.user)

    def post_actions(self) -> dict[str, Callable[[], HttpResponse]]:
        return super().post_actions() | {"review": self.post_review}

    def post_review(self) -> HttpResponse:
        try:
            transcript_services.mark_reviewed(self.episode, seen=self.seen, by=self.user)
        except RefusedError as refusal:
            messages.error(self.request, " ".join(refusal.messages))
        else:
            messages.success(self.request, "La transcription est notée comme relue.")
        return redirect(self.request.path)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"is_reviewed": self.draft.is_transcript_reviewed}


urls: list[URLPattern] = [
    path("pages/<int:page_id>/transcription/", EpisodeTranscriptView.as_view(), name="episode_transcript"),
]
