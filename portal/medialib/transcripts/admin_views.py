"""The screen where a transcript is read and corrected beside its sound, fifty cues a page."""

from collections.abc import Callable
from typing import Any, cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from wagtail.admin import messages
from wagtail.admin.auth import permission_denied

from portal.base.admin_views import ObjectView
from portal.base.errors import RefusedError
from portal.base.numbers import posted_number
from portal.medialib.transcripts import corrections
from portal.medialib.transcripts.corrections import Correction
from portal.medialib.transcripts.formats import (
    Cue,
    Transcript,
    check,
    coverage_warning,
    is_waiting_for_times,
    read,
    read_stored,
)
from portal.medialib.transcripts.forms import PER_PAGE, BaseCueFormSet, CueFormSet, TranscriptImportForm, as_initial


class TranscriptView(ObjectView):
    """Correction and import of one transcript. What somebody else saved meanwhile is not overwritten.

    A room puts its own guard before this class, and gives the text, the sound, who may write, and how a correction or
    another text is saved; ``version_key`` and ``transcript_of`` too where it keeps versions. Its template extends
    ``wagtailadmin/medialib/transcript.html`` to say more about its own object.
    """

    page_title = "Transcription"
    template_name = "wagtailadmin/medialib/transcript.html"
    sound_label = "Enregistrement"
    corrected_message = "Les répliques sont enregistrées."
    imported_message = "La transcription est enregistrée, à relire en écoutant."

    @property
    def transcript(self) -> str:
        """The stored text, in WebVTT; empty while there is none."""
        raise NotImplementedError

    @property
    def sound_url(self) -> str:
        """Empty without a sound: the times are then typed."""
        raise NotImplementedError

    @property
    def duration(self) -> float | None:
        """Of the sound, in seconds; None without a sound."""
        raise NotImplementedError

    def declared_voices(self) -> list[str]:
        """The functions that the object names: offered for each cue, before those that the text names."""
        return []

    def may_write(self) -> bool:
        """Whether the user, who may read, may also correct."""
        raise NotImplementedError

    def correct(self, correction: Correction) -> None:
        """Lock the stored text and save it ``corrected``. Raises ``RefusedError``."""
        raise NotImplementedError

    def replace(self, transcript: str) -> None:
        """Lock the stored text, ``check_unchanged`` since ``self.seen``, and save another. Raises ``RefusedError``."""
        raise NotImplementedError

    def version_key(self) -> str:
        return corrections.version_key(self.transcript)

    def transcript_of(self, seen: str) -> str | None:
        """The text of the version ``seen``; None if it is no longer kept."""
        return self.transcript if corrections.has_text(seen, self.transcript) else None

    def post_actions(self) -> dict[str, Callable[[], HttpResponse]]:
        """Value of the field ``action`` → what it does."""
        return {"cues": self.post_cues, "import": self.post_import}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        action = self.post_actions().get(request.POST.get("action", ""))
        if action is None or not self.may_write():
            return permission_denied(request)
        return action()

    def post_cues(self) -> HttpResponse:
        cues = self.formset(self.request.POST)
        if not cues.is_valid():
            return self.render_to_response(self.get_context_data(cue_forms=cues, problems=cues.problems()))
        is_timed = self.request.POST.get("is_timed") == "on"
        try:
            self.correct(Correction(self.seen, self.first, self.last, cues.cues(), is_timed))
        except RefusedError as refusal:
            context = self.get_context_data(cue_forms=cues, problems=refusal.messages, is_conflict=True)
            return self.render_to_response(context, status=409)
        messages.success(self.request, self.corrected_message)
        following = self.page_number + (1 if "next" in self.request.POST else 0)
        return redirect(f"{self.request.path}?page={following}")

    def post_import(self) -> HttpResponse:
        form = TranscriptImportForm(self.request.POST, self.request.FILES, duration=self.duration)
        if form.is_valid():
            try:
                self.replace(form.cleaned_data["transcript"])
            except RefusedError as refusal:
                form.add_error(None, refusal.messages)
            else:
                messages.success(self.request, self.imported_message)
                return redirect(self.imported_url())
        return self.render_to_response(self.get_context_data(import_form=form))

    def imported_url(self) -> str:
        """Where a new text leads: its own screen."""
        return self.request.path

    def formset(self, data: Any = None) -> BaseCueFormSet:
        """The cues of this screen, from the version that it shows: the posted data refers to that one."""
        around = self.cues if data is None else read(self.transcript_of(self.seen) or "") or self.cues
        formset = cast(
            BaseCueFormSet, CueFormSet(data, initial=as_initial(around[self.first : self.last]), prefix="cue")
        )
        formset.before = around[self.first - 1] if 0 < self.first <= len(around) else None
        formset.after = around[self.last] if self.last < len(around) else None
        formset.duration = self.duration
        return formset

    @cached_property
    def cues(self) -> list[Cue]:
        return read(self.transcript)

    @cached_property
    def stored(self) -> Transcript:
        return read_stored(self.transcript) if self.transcript.strip() else Transcript()

    @property
    def seen(self) -> str:
        """The key of the version on the screen that posts."""
        return self.request.POST.get("seen", "")

    @cached_property
    def page_number(self) -> int:
        if posted := posted_number(self.request.POST.get("page", "")):
            return posted  # a page of the version on screen
        asked = posted_number(self.request.GET.get("page", "")) or 1
        return min(asked, max(1, -(-len(self.cues) // PER_PAGE)))

    @property
    def first(self) -> int:
        return (self.page_number - 1) * PER_PAGE

    @property
    def last(self) -> int:
        return self.first + PER_PAGE

    def _speakers(self) -> list[str]:
        named = sorted({cue.speaker for cue in self.cues if cue.speaker})
        return list(dict.fromkeys([*self.declared_voices(), *named]))

    def versions_seen(self, forms: dict[str, Any]) -> dict[str, str]:
        """The version shown, and that of each form: one given back with a mistake is about the one it was opened on."""
        current = self.version_key()
        return {
            "seen": current,
            "cues_seen": self.seen if "cue_forms" in forms else current,
            "import_seen": self.seen if "import_form" in forms else current,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        transcript = self.transcript
        return {
            "import_form": TranscriptImportForm(duration=self.duration),
            "cue_forms": self.formset(),
            "is_conflict": False,
            **super().get_context_data(**kwargs),
            "sound_url": self.sound_url,
            "sound_label": self.sound_label,
            "cues": self.cues,
            "shown": self.cues[self.first : self.last],
            "cue_page": Paginator(self.cues, PER_PAGE).get_page(self.page_number),
            **self.versions_seen(kwargs),
            "errors": check(transcript, self.duration) if transcript.strip() else [],
            "notices": Transcript(notices=self.stored.notices).summary(),
            "is_untimed": is_waiting_for_times(transcript),
            "coverage": coverage_warning(self.cues, self.duration or 0),
            "may_write": self.may_write(),
            "speakers": self._speakers(),
        }
