"""The forms of an episode (the transcript may come as a file) and of a show (what directories refuse is shown)."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from wagtail.admin.forms import WagtailAdminPageForm

from caps_sheets.podcasts.formats import chapters
from caps_sheets.podcasts.formats.artwork import artwork_errors
from portal.base.time_marks import TimeMarkField
from portal.medialib.models import PortalImage
from portal.medialib.transcripts import formats
from portal.medialib.transcripts.forms import TO_CONFIRM, read_upload
from portal.moderation.page_forms import ModeratedPageForm
from portal.taxonomies.models import Theme


class EpisodeForm(ModeratedPageForm):
    """A transcript file replaces the text of the transcript.

    A file that is not understood as it is written is refused once, with what was understood in the field of the text.
    """

    transcript_file = forms.FileField(
        label="Fichier de transcription",
        required=False,
        help_text="Fichier .vtt, .srt, .sbv, .json ou .txt. Il remplace le texte ci-dessous.",
        widget=forms.FileInput(attrs={"accept": ".vtt,.srt,.sbv,.json,.txt"}),
    )

    chapters_file = forms.FileField(
        label="Fichier de chapitres",
        required=False,
        help_text="Lignes de texte, JSON, WebVTT ou XML de Podlove. Il remplace les lignes ci-dessus.",
        widget=forms.FileInput(attrs={"accept": ".json,.txt,.vtt,.xml,.psc"}),
    )
    soundbite_start = TimeMarkField(label="Début de l’extrait", required=False)

    def _read_chapters(self, typed: str) -> str:
        """The chapters of the file, or those typed, as lines.

        Whatever is dropped, changed or guessed is shown once with the lines that would be kept, in their field, before
        a save writes them. A draft keeps lines that cannot be read: its publication refuses them.
        """
        file: UploadedFile | None = self.cleaned_data.get("chapters_file")
        reading = chapters.read_chapters(file.read(chapters.MAX_FILE + 1) if file else typed)
        text = chapters.write(reading.items)
        if not file and (reading.errors or text == typed.strip()):
            return typed
        if reading.errors or reading.notices or not text:
            self.data: QueryDict = self.data.copy()
            if text:
                self.data[self.add_prefix("chapters")] = text
            shown = "Voici les chapitres compris : relisez-les, puis enregistrez." if text else "Aucun chapitre lu."
            self.add_error("chapters", [shown, *list(reading.messages())[: chapters.SHOWN_ERRORS]])
        return text

    def clean_transcript_file(self) -> str:
        file: UploadedFile | None = self.cleaned_data.get("transcript_file")
        if file is None:
            return ""
        transcript = read_upload(file)
        if said := transcript.summary():
            self.data = self.data.copy()
            self.data["transcript"] = transcript.to_vtt()
            raise ValidationError([*said, TO_CONFIRM])
        return transcript.to_vtt()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if text := cleaned.get("transcript_file"):
            cleaned["transcript"] = text
        if "chapters" in cleaned:
            cleaned["chapters"] = self._read_chapters(cleaned["chapters"] or "")
        self._tie_proofreading_to_what_was_heard(cleaned)
        self._note_what_is_hard_to_hear(cleaned)
        return cleaned

    def _tie_proofreading_to_what_was_heard(self, cleaned: dict[str, Any]) -> None:
        """« Relue » ticked here is about this text and this sound; an earlier tick is about those of that day only."""
        if cleaned.get("transcript_status") != self.instance.TranscriptStatus.REVIEWED:
            return
        audio = cleaned.get("audio")
        key = formats.review_key(cleaned.get("transcript") or "", audio.version if audio else "")
        if "transcript_status" in self.changed_data:
            self.instance.transcript_reviewed_key = key
        elif self.instance.transcript_reviewed_key != key:
            cleaned["transcript_status"] = self.instance.TranscriptStatus.DRAFT

    def _note_what_is_hard_to_hear(self, cleaned: dict[str, Any]) -> None:
        """A theme that requires the help numbers adds a content note, which the author may rewrite."""
        is_silent = not (cleaned.get("content_note") or "").strip()
        names = cleaned.get("themes") or []
        if is_silent and names and Theme.objects.filter(name__in=names, shows_help=True).exists():
            cleaned["content_note"] = CONTENT_NOTE


class ShowForm(WagtailAdminPageForm):
    def clean_artwork(self) -> PortalImage | None:
        image: PortalImage | None = self.cleaned_data.get("artwork")
        errors = artwork_errors(image) if "artwork" in self.changed_data else []
        if errors:
            raise ValidationError(errors)
        return image

    def clean_new_feed_url(self) -> str:
        url: str = self.cleaned_data.get("new_feed_url", "")
        if url and urlsplit(url).scheme != "https":
            raise ValidationError("La nouvelle adresse doit commencer par « https:// ».")
        return url

    def is_valid(self) -> bool:
        valid = super().is_valid()
        if not valid or "season_items" not in self.formsets:
            return valid
        seasons = self.formsets["season_items"]
        numbers = [form.cleaned_data.get("number") for form in seasons.forms if form not in seasons.deleted_forms]
        given = [number for number in numbers if number is not None]
        if len(set(given)) < len(given):
            seasons.non_form_errors().append("Deux noms sont donnés à la même saison.")
            # With a page-level error, Wagtail shows the form again with its errors.
            self.add_error(None, "Noms de saisons : deux noms sont donnés à la même saison.")
        return not self.errors


#: Suggested as soon as a theme requires the help numbers; the author may improve it.
CONTENT_NOTE = "Cet épisode parle du suicide."
