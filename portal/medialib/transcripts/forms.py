"""Forms of a transcript: its cues, fifty a screen, and the text or the file from which it comes."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from portal.base.characters import normalize
from portal.base.errors import Problem
from portal.base.readings import Remark
from portal.base.time_marks import TimeMarkField
from portal.medialib.transcripts.formats import MAX_LENGTH, Cue, Transcript, check, read_transcript
from portal.medialib.transcripts.formats.webvtt import END_TOLERANCE, SHOWN_ERRORS

PER_PAGE = 50

TIME = re.compile(r"(?:(\d{1,2}):)?(\d{1,2}):([0-5]?\d)(?:[.,](\d{1,3}))?", re.ASCII)


class CueTimeField(TimeMarkField):
    """Seconds and milliseconds, shown and typed as « 12:30.500 » or « 1:02:03.500 »."""

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
            Problem(" ".join(map(str, field.errors)), f"{self.name}, {field.label}", field.id_for_label)
            for field in wrong
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
    """A file, or a text pasted with its voices. ``duration`` of the sound in seconds, to estimate missing times.

    A text that is not understood as it is written is refused once: the form then holds what was understood, and
    ``transcript`` what was changed, dropped or not read. What is sent after that is read as it is.
    """

    file = forms.FileField(
        label="Fichier de sous-titres ou de texte",
        required=False,
        widget=forms.FileInput(attrs={"accept": ".vtt,.srt,.sbv,.json,.txt,.docx"}),
        help_text=".vtt, .srt, .sbv, .json, .txt ou .docx (Word), 2 Mo au plus.",
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
        self.transcript: Transcript | None = None
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        file, text = cleaned.get("file"), cleaned.get("text") or ""
        if file is None and not text.strip():
            self.add_error("text", "Choisissez un fichier, ou collez un texte.")
            return cleaned
        try:
            transcript = read_upload(file, self.duration) if file else readable(read_transcript(text, self.duration))
        except ValidationError as refusal:
            self.add_error("file" if file else "text", refusal)
            return cleaned
        cleaned["transcript"] = transcript.to_vtt()
        # What was shown comes back as the portal writes it, and is then read without a remark.
        if text.split() != cleaned["transcript"].split():
            late = check(cleaned["transcript"], self.duration)
            transcript.notices += [Remark(message) for message in late]
        if transcript.notices or transcript.errors:
            self.transcript = transcript
            self.data = {**self.data.dict(), "text": cleaned["transcript"]}  # type: ignore[attr-defined]
            self.add_error("text", TO_CONFIRM)
        return cleaned


TO_CONFIRM = (
    "Rien n’est encore enregistré. Lisez ce qui a été compris autrement, corrigez le texte ci-dessous, puis envoyez-le."
)


def read_upload(file: UploadedFile, duration: float | None = None) -> Transcript:
    """The transcript of an uploaded file. ``ValidationError`` if it has nothing to keep."""
    if (file.size or 0) > MAX_LENGTH:
        raise ValidationError("Ce fichier dépasse 2 Mo.")
    return readable(read_transcript(file.read(), duration))


def readable(transcript: Transcript) -> Transcript:
    """``ValidationError`` with its errors if it has no cue."""
    if not transcript.items:
        raise ValidationError([str(remark) for remark in transcript.errors[:SHOWN_ERRORS]])
    return transcript
