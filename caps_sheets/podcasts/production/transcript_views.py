"""Admin views and forms of a transcript: correction beside the sound, import, proof-reading.

Cues are shown by fifty. What somebody else saved meanwhile is not overwritten.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from wagtail.admin import messages
from wagtail.admin.auth import permission_denied

from caps_sheets.podcasts.permissions import may_write
from caps_sheets.podcasts.production import transcript_services
from caps_sheets.podcasts.production.admin_views import EpisodeGuard
from portal.base.admin_views import ObjectView
from portal.base.characters import normalize
from portal.base.errors import Problem, RefusedError
from portal.medialib.transcripts.formats import (
    MAX_LENGTH,
    Cue,
    TranscriptError,
    check,
    coverage_warning,
    decode,
    is_waiting_for_times,
    parse,
    read_pasted,
    srt_to_vtt,
)
from portal.medialib.transcripts.formats.webvtt import END_TOLERANCE

PER_PAGE = 50

TIME = re.compile(r"(?:(\d{1,2}):)?(\d{1,2}):([0-5]?\d)(?:[.,](\d{1,3}))?", re.ASCII)


class CueTimeField(forms.CharField):
    """Seconds, shown and typed as « 12:30.500 » or « 1:02:03.500 »."""

    def __init__(self, mark: str, **kwargs: Any) -> None:
        """``mark``: how the script of the screen identifies the field."""
        super().__init__(widget=forms.TextInput(attrs={"size": 11, "autocomplete": "off", mark: True}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return show_time(value) if isinstance(value, float) else value

    def to_python(self, value: Any) -> float | None:  # type: ignore[override]
        if isinstance(value, float) or not str(value or "").strip():
            return value if isinstance(value, float) else None
        match = TIME.fullmatch(str(value).strip())
        if match is None:
            raise ValidationError("Écrivez minutes et secondes, par exemple 12:30.500.")
        hours, minutes, seconds, decimals = match.groups()
        whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
        return round(whole + float(f"0.{decimals or 0}"), 3)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True

    def run_validators(self, value: Any) -> None:
        """The validators of a text do not apply to seconds."""


def show_time(seconds: float) -> str:
    minutes, left = divmod(round(seconds * 1000), 60_000)
    hours, minutes = divmod(minutes, 60)
    clock = f"{minutes:02}:{left // 1000:02}.{left % 1000:03}"
    return f"{hours}:{clock}" if hours else clock


class CueForm(forms.Form):
    start = CueTimeField("data-cue-start", label="Début")
    end = CueTimeField("data-cue-end", label="Fin")
    speaker = forms.CharField(
        label="Voix", max_length=160, required=False, widget=forms.TextInput(attrs={"list": "voix-connues"})
    )
    text = forms.CharField(label="Texte", max_length=5_000, widget=forms.Textarea(attrs={"rows": 2}))

    def clean_speaker(self) -> str:
        return " ".join(normalize("NFC", self.cleaned_data["speaker"]).split())

    def clean_text(self) -> str:
        return " ".join(normalize("NFC", self.cleaned_data["text"]).split())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        start, end = cleaned.get("start"), cleaned.get("end")
        if start is not None and end is not None and start >= end:
            self.add_error("end", "La fin doit venir après le début.")
        return cleaned

    @property
    def name(self) -> str:
        start = self.initial.get("start")
        return "Ajouter une réplique" if start is None else f"Réplique à {show_time(start)}"

    @property
    def problems(self) -> list[Problem]:
        wrong = [field for field in self if field.errors]
        own = [Problem(str(text), self.name, self["start"].id_for_label) for text in self.non_field_errors()]
        return own + [
            Problem(" ".join(map(str, one.errors)), f"{self.name}, {one.label}", one.id_for_label) for one in wrong
        ]

    @property
    def cue(self) -> Cue:
        data = self.cleaned_data
        return Cue(data["start"], data["end"], data["speaker"], data["text"])


class BaseCueFormSet(forms.BaseFormSet):
    """The cues of one screen and an empty line to add one, sorted by time.

    ``before`` and ``after``: the adjacent cues on the other screens; ``duration`` of the sound in seconds, or None.
    """

    before: Cue | None = None
    after: Cue | None = None
    duration: float | None = None

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = "Supprimer cette réplique"

    def clean(self) -> None:
        if any(self.errors):
            return
        for form in self._kept():
            cue = form.cue
            if self.before and cue.start < self.before.start:
                form.add_error("start", f"La page précédente va jusqu’à {show_time(self.before.start)}.")
            if self.after and cue.start > self.after.start:
                form.add_error("start", f"La page suivante commence à {show_time(self.after.start)}.")
            if self.duration and cue.end > self.duration + END_TOLERANCE:
                form.add_error("end", f"Le son dure {show_time(self.duration)}.")

    def cues(self) -> list[Cue]:
        return sorted((form.cue for form in self._kept()), key=lambda cue: cue.start)

    def problems(self) -> list[Problem | str]:
        """For the error summary: each refused field, by its cue."""
        return [*map(str, self.non_form_errors()), *(problem for form in self.forms for problem in form.problems)]

    def _kept(self) -> list[CueForm]:
        # An empty extra line has no cleaned data.
        return [form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]


CueFormSet = forms.formset_factory(
    CueForm, formset=BaseCueFormSet, extra=1, can_delete=True, max_num=PER_PAGE + 1, absolute_max=PER_PAGE + 1
)


def as_initial(cues: Sequence[Cue]) -> list[dict[str, Any]]:
    return [
        {"start": float(cue.start), "end": float(cue.end), "speaker": cue.speaker, "text": cue.text} for cue in cues
    ]


class TranscriptImportForm(forms.Form):
    """A file, or a text pasted with its voices. ``duration`` of the sound in seconds, to estimate missing times."""

    file = forms.FileField(
        label="Fichier .vtt ou .srt",
        required=False,
        widget=forms.FileInput(attrs={"accept": ".vtt,.srt,.txt"}),
        help_text="Enregistré en UTF-8, 2 Mo au plus.",
    )
    text = forms.CharField(
        label="Ou texte collé, une voix par ligne",
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="« Coordination du CLSM : Bonjour. » Avec un temps si vous l’avez : « [12:30] Animation : Merci. » "
        "Une ligne qui commence par quelques mots et deux-points est prise pour une voix.",
    )

    def __init__(self, *args: Any, duration: float | None, **kwargs: Any) -> None:
        self.duration = duration
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        file, text = cleaned.get("file"), cleaned.get("text") or ""
        name = "file" if file else "text"
        try:
            cleaned["transcript"] = self._transcript(file, text)
        except TranscriptError as error:
            self.add_error(name, error.messages)
        return cleaned

    def _transcript(self, file: UploadedFile | None, text: str) -> str:
        if file is not None:
            if (file.size or 0) > MAX_LENGTH:
                raise TranscriptError(["Ce fichier dépasse 2 Mo."])
            text = decode(file.read())
        elif not text.strip():
            raise TranscriptError(["Choisissez un fichier, ou collez un texte."])
        text = text if text.startswith("WEBVTT") else srt_to_vtt(text)
        if not text.startswith("WEBVTT"):
            return read_pasted(text, self.duration)
        parse(text)
        return text


class TranscriptView(EpisodeGuard, ObjectView):
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
        correction = transcript_services.Correction(self.seen, self.first, self.last, cues.cues(), is_timed)
        try:
            transcript_services.correct(self.episode, correction, by=self.user)
        except RefusedError as refusal:
            context = self.get_context_data(cue_forms=cues, problems=refusal.messages, is_conflict=True)
            return self.render_to_response(context, status=409)
        messages.success(self.request, "Les répliques sont enregistrées dans le brouillon.")
        following = self.page_number + (1 if "next" in self.request.POST else 0)
        return redirect(f"{self.own_url}?page={following}")

    def post_import(self) -> HttpResponse:
        form = TranscriptImportForm(self.request.POST, self.request.FILES, duration=self.duration)
        if form.is_valid():
            try:
                transcript_services.replace(self.episode, form.cleaned_data["transcript"], seen=self.seen, by=self.user)
            except RefusedError as refusal:
                form.add_error(None, refusal.messages)
            else:
                messages.success(self.request, "La transcription est dans le brouillon, à relire en écoutant.")
                return redirect(self.own_url)
        return self.render_to_response(self.get_context_data(import_form=form))

    def post_review(self) -> HttpResponse:
        try:
            transcript_services.mark_reviewed(self.episode, seen=self.seen, by=self.user)
        except RefusedError as refusal:
            messages.error(self.request, " ".join(refusal.messages))
        else:
            messages.success(self.request, "La transcription est notée comme relue.")
        return redirect(self.own_url)

    def formset(self, data: Any = None) -> BaseCueFormSet:
        """The cues of this screen, from the version that it shows: the posted data refers to that one."""
        around = self.cues if data is None else transcript_services.cues_of(self.episode, self.seen) or self.cues
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
        return transcript_services.stored_cues(self.draft)

    @property
    def duration(self) -> float | None:
        return self.draft.audio.duration if self.draft.audio else None

    @property
    def seen(self) -> str:
        return self.request.POST.get("seen", "")

    @cached_property
    def page_number(self) -> int:
        if posted := _number(self.request.POST.get("page", "")):
            return posted  # a page of the version on screen
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
            "import_form": TranscriptImportForm(duration=self.duration),
            "cue_forms": self.formset(),
            "is_conflict": False,
            **super().get_context_data(**kwargs),
            "cues": self.cues,
            "shown": self.cues[self.first : self.last],
            "cue_page": Paginator(self.cues, PER_PAGE).get_page(self.page_number),
            "seen": self.seen
            if kwargs.get("is_conflict")
            else transcript_services.version_key(self.episode, transcript),
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
