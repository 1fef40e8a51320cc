"""The form of an episode: the transcript may come as a file."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from caps_sheets.podcasts import chapters, transcripts
from caps_sheets.podcasts.rules import CONTENT_NOTE
from portal.base.time_marks import TimeMarkField
from portal.moderation.forms import ModeratedPageForm
from portal.taxonomies.models import Theme


class EpisodeForm(ModeratedPageForm):
    """A transcript file replaces the text of the transcript, and must be right as soon as it is sent."""

    transcript_file = forms.FileField(
        label="Fichier de transcription",
        required=False,
        help_text="Fichier .vtt ou .srt enregistré en UTF-8. Il remplace le texte ci-dessous.",
        widget=forms.FileInput(attrs={"accept": ".vtt,.srt"}),
    )

    chapters_file = forms.FileField(
        label="Fichier de chapitres",
        required=False,
        help_text="Chapitres JSON ou lignes de texte. Il remplace les lignes ci-dessus.",
        widget=forms.FileInput(attrs={"accept": ".json,.txt"}),
    )
    soundbite_start = TimeMarkField(label="Début de l’extrait", required=False)

    def clean_chapters_file(self) -> str:
        file: UploadedFile | None = self.cleaned_data.get("chapters_file")
        if file is None:
            return ""
        if (file.size or 0) > chapters.MAX_FILE:
            raise ValidationError("Ce fichier dépasse 500 ko.")
        try:
            return chapters.decode(file.read())
        except chapters.ChaptersError as error:
            raise ValidationError(error.messages) from error

    def clean_transcript_file(self) -> str:
        file: UploadedFile | None = self.cleaned_data.get("transcript_file")
        if file is None:
            return ""
        if (file.size or 0) > transcripts.MAX_LENGTH:
            raise ValidationError("Ce fichier dépasse 2 Mo.")
        try:
            text = transcripts.decode(file.read())
            transcripts.parse(text)
        except transcripts.TranscriptError as error:
            raise ValidationError(error.messages) from error
        return text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if text := cleaned.get("transcript_file"):
            cleaned["transcript"] = text
        if text := cleaned.get("chapters_file"):
            cleaned["chapters"] = text
        self._tie_proofreading_to_what_was_heard(cleaned)
        self._note_what_is_hard_to_hear(cleaned)
        return cleaned

    def _tie_proofreading_to_what_was_heard(self, cleaned: dict[str, Any]) -> None:
        """« Relue » said here is about this text and this sound; said before, about those of that day only."""
        if cleaned.get("transcript_status") != self.instance.TranscriptStatus.REVIEWED:
            return
        audio = cleaned.get("audio")
        key = transcripts.review_key(cleaned.get("transcript") or "", audio.version if audio else "")
        if "transcript_status" in self.changed_data:
            self.instance.transcript_reviewed_key = key
        elif self.instance.transcript_reviewed_key != key:
            cleaned["transcript_status"] = self.instance.TranscriptStatus.DRAFT

    def _note_what_is_hard_to_hear(self, cleaned: dict[str, Any]) -> None:
        """A theme that asks for the help numbers brings a content note: the author rewrites it, or finds it."""
        is_silent = not (cleaned.get("content_note") or "").strip()
        names = cleaned.get("themes") or []
        if is_silent and names and Theme.objects.filter(name__in=names, shows_help=True).exists():
            cleaned["content_note"] = CONTENT_NOTE
