"""The form of an episode: the transcript may come as a file."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from caps_sheets.podcasts import transcripts
from portal.moderation.forms import ModeratedPageForm


class EpisodeForm(ModeratedPageForm):
    """A transcript file replaces the text of the transcript, and must be right as soon as it is sent."""

    transcript_file = forms.FileField(
        label="Fichier de transcription",
        required=False,
        help_text="Fichier .vtt ou .srt enregistré en UTF-8. Il remplace le texte ci-dessous.",
        widget=forms.FileInput(attrs={"accept": ".vtt,.srt"}),
    )

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
            # Another text means another proof-reading.
            if text != self.instance.transcript and "transcript_status" not in self.changed_data:
                cleaned["transcript_status"] = self.instance.TranscriptStatus.DRAFT
        return cleaned
