"""Forms of the agreements."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from wagtail.admin.widgets import AdminDateInput

from caps_sheets.podcasts.models import VoiceAuthorisation
from caps_sheets.podcasts.voices.files import ACCEPTED, signed_file_type
from caps_sheets.podcasts.voices.texts import CURRENT, TEXTS

#: A title before a capital, an address, a phone number: what a function never holds.
NAMES_SOMEONE = re.compile(r"\b(?:M\.|MM\.|Mme|Mlle|Monsieur|Madame|Dr|Docteur)\s+[A-ZÀ-Ý]|@|(?:\d[ .]?){9,}")


def check_function(text: str) -> str:
    """``ValidationError`` when a function looks like a person."""
    if NAMES_SOMEONE.search(text):
        raise ValidationError("Écrivez une fonction (« infirmière de CMP »), sans nom ni coordonnées.")
    return text


def past_day(day: date) -> date:
    if day > timezone.localdate():
        raise ValidationError("Cette date est à venir.")
    return day


class AuthorisationForm(forms.ModelForm):
    """``roles``: the functions that the page names, offered while the field stays free."""

    text_version = forms.ChoiceField(label="Version du texte signé")
    file = forms.FileField(
        label="Autorisation signée",
        widget=forms.FileInput(),
        help_text=f"Formats acceptés : {', '.join(ACCEPTED)}. Gardé dans un dossier privé ; chaque lecture est notée.",
    )

    class Meta:
        model = VoiceAuthorisation
        fields = ("role", "text_version", "signed_on", "scope", "until", "file")
        widgets = {"signed_on": AdminDateInput(), "until": AdminDateInput()}
        help_texts = {
            "role": "Exactement comme dans « Voix entendues ». Une fonction, jamais un nom.",
            "until": "Vide : sans limite de durée.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        versions = [text.version for text in reversed(TEXTS)]
        if self.instance.text_version and self.instance.text_version not in versions:
            versions.append(self.instance.text_version)  # signed before the register
        self.fields["text_version"].choices = [(version, version) for version in versions]  # type: ignore[attr-defined]
        self.fields["text_version"].initial = CURRENT.version
        self.fields["file"].required = not self.instance.file
        if self.instance.file:
            self.fields["file"].help_text += " Un fichier est déjà enregistré : laissez vide pour le garder."

    def clean_role(self) -> str:
        return check_function(" ".join(self.cleaned_data["role"].split()))

    def clean_signed_on(self) -> date:
        return past_day(self.cleaned_data["signed_on"])

    def clean_file(self) -> UploadedFile | None:
        file = self.cleaned_data.get("file")
        if not isinstance(file, UploadedFile):
            return None
        signed_file_type(file)
        return file


class WithdrawalForm(forms.Form):
    withdrawn_on = forms.DateField(label="Retirée le", widget=AdminDateInput())
    reason = forms.CharField(
        label="Motif",
        max_length=200,
        required=False,
        help_text="Seulement si la personne l’a donné. Aucune information de santé.",
    )

    def clean_withdrawn_on(self) -> date:
        return past_day(self.cleaned_data["withdrawn_on"])
