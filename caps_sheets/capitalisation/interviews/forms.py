"""Forms of the interview screens."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.admin.widgets import AdminDateInput

from caps_sheets.capitalisation.case_files.permissions import possible_owners
from caps_sheets.capitalisation.interviews.consents import CURRENT, TEXTS, stamp
from caps_sheets.capitalisation.interviews.files import ACCEPTED, read_file
from caps_sheets.capitalisation.models import Consent, FileKind, Interview, PrivateFile
from portal.base.validators import check_function, past_day
from portal.medialib.private_files import shown_types

#: Of an interview: a mistyped year is asked again.
FIRST_DAY, FARTHEST = date(2000, 1, 1), timedelta(days=731)


def day_field(label: str, **kwargs: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=AdminDateInput(), **kwargs)


class InterviewForm(forms.ModelForm):
    video_url = forms.URLField(
        label="Lien de la visioconférence",
        max_length=500,
        required=False,
        assume_scheme="https",
        error_messages={"invalid": "Collez un lien qui commence par https://."},
        help_text="Il commence par https:// ; seuls les participants et le Centre le voient.",
    )

    class Meta:
        model = Interview
        fields = (
            "met_on", "met_at", "minutes", "channel", "place", "video_url", "interviewee_role", "interviewer",
            "preparation", "notes",
        )  # fmt: skip
        widgets = {
            "met_on": AdminDateInput(),
            "met_at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "preparation": forms.Textarea(attrs={"rows": 3}),
            "notes": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {
            "met_at": "À l’heure de Paris, aussi pour l’outre-mer.",
            "minutes": "Une heure et demie d’habitude : 90.",
            "place": "Montrée aux participants, comme le lien.",
            "preparation": "Le CLSM le lit dans l’avis de rendez-vous. Vide : l’avis conseille les documents utiles.",
            "notes": "Le CLSM ne les lit pas. N’écrivez aucune donnée de santé sur une personne.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.instance.interviewer_id
        self.fields["interviewer"].queryset = possible_owners()  # type: ignore[attr-defined]
        if chosen and not possible_owners().filter(pk=chosen).exists():
            self.fields["interviewer"].disabled = True

    def clean_interviewee_role(self) -> str:
        return check_function(self.cleaned_data["interviewee_role"])

    def clean_met_on(self) -> date:
        day: date = self.cleaned_data["met_on"]
        if not FIRST_DAY <= day <= timezone.localdate() + FARTHEST:
            raise ValidationError("Vérifiez l’année : un entretien se tient dans les deux ans qui viennent, au plus.")
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        day = cleaned.get("met_on")
        if day and day >= timezone.localdate() and not cleaned.get("met_at") and "met_at" not in self.errors:
            self.add_error("met_at", "Indiquez l’heure : le CLSM la reçoit avec la date.")
        return cleaned


class ConsentForm(forms.ModelForm):
    text_version = forms.ChoiceField(
        label="Version du texte signé",
        choices=[(text.version, text.version) for text in reversed(TEXTS)],
        initial=CURRENT.version,
    )

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Consent
        fields = ("text_version", "given_on", "allows_notes", "allows_recording", "allows_verbatims", "allows_role")
        widgets = {"given_on": AdminDateInput()}
        help_texts = {"allows_notes": "Sans elle, rien ne peut être gardé de l’entretien."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = stamp(self.instance)

    def clean_given_on(self) -> date:
        return past_day(self.cleaned_data["given_on"])


class ConsentWithdrawalForm(forms.Form):
    withdrawn_on = day_field("Retiré le")
    is_sure = forms.BooleanField(
        label="J’ai compris que les fichiers, les notes et les verbatims seront supprimés à la prochaine purge."
    )

    def clean_withdrawn_on(self) -> date:
        return past_day(self.cleaned_data["withdrawn_on"])


class FileForm(forms.ModelForm):
    """The file is checked here, so that its refusal shows beside the field."""

    class Meta:
        model = PrivateFile
        fields = ("kind", "title", "file")
        help_texts = {
            "title": "Sans nom de personne.",
            "file": (
                f"Enregistrement : MP3 ou M4A. Transcription : {shown_types(ACCEPTED[FileKind.TRANSCRIPT])}. "
                f"Consentement signé : {shown_types(ACCEPTED[FileKind.CONSENT])}."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = True
        self.fields["file"].widget = forms.FileInput()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("kind") and cleaned.get("file"):
            try:
                cleaned["file"] = read_file(cleaned["kind"], cleaned["file"]).file
            except ValidationError as error:
                self.add_error("file", error)
        return cleaned

    def clean_title(self) -> str:
        return check_function(self.cleaned_data["title"])


class DeletionDateForm(forms.Form):
    delete_on = day_field(
        "À supprimer le",
        required=False,
        help_text="Vide : douze mois après la publication, au plus tard vingt-quatre mois après le dépôt.",
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Motif", max_length=200)
