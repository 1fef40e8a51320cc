"""Admin views and forms of the agreements of an episode: list, recording, correction, withdrawal, signed file."""

from datetime import date
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from wagtail.admin.widgets import AdminDateInput

from caps_sheets.podcasts.models import EpisodePage, VoiceAuthorisation
from caps_sheets.podcasts.models.rules import role_key, voices_of
from caps_sheets.podcasts.permissions import may_keep_voices
from caps_sheets.podcasts.production import voices
from caps_sheets.podcasts.production.admin_views import EpisodeGuard
from caps_sheets.podcasts.production.voices import (
    CURRENT,
    TEXTS,
    note_reading,
    record,
    signed_file,
    voices_at_fault,
    withdraw,
)
from portal.base.admin_views import ObjectView, ServiceFormView
from portal.base.validators import check_function, past_day
from portal.medialib.private_files import SIGNED, serve_private, shown_types


class AuthorisationForm(forms.ModelForm):
    """``roles``: the functions that the page names, suggested; the field stays free."""

    text_version = forms.ChoiceField(label="Version du texte signé")
    file = forms.FileField(
        label="Autorisation signée",
        widget=forms.FileInput(),
        help_text=f"Formats acceptés : {shown_types(SIGNED)}. Gardé dans un dossier privé ; chaque lecture est notée.",
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

    def clean_file(self) -> File | None:
        file = self.cleaned_data.get("file")
        return signed_file(file).file if isinstance(file, UploadedFile) else None


class VoiceWithdrawalForm(forms.Form):
    withdrawn_on = forms.DateField(label="Retirée le", widget=AdminDateInput())
    reason = forms.CharField(
        label="Motif",
        max_length=200,
        required=False,
        help_text="Seulement si la personne l’a donné. Aucune information de santé.",
    )

    def clean_withdrawn_on(self) -> date:
        return past_day(self.cleaned_data["withdrawn_on"])


class VoicesGuard(EpisodeGuard):
    def allows(self) -> bool:
        return may_keep_voices(self.user, self.episode)

    @property
    def voices_url(self) -> str:
        return reverse("episode_voices", args=[self.episode.pk])

    def get_success_url(self) -> str:
        return self.voices_url


class AuthorisationGuard(VoicesGuard):
    """The URL names the agreement by its random identifier."""

    def find(self) -> None:
        authorisations = VoiceAuthorisation.objects.select_related("episode")
        self.authorisation = get_object_or_404(authorisations, uuid=self.kwargs["uuid"])
        self.episode = self.authorisation.episode


class VoicesView(VoicesGuard, ObjectView):
    """Which voices may be broadcast today, and every agreement ever recorded."""

    page_title = "Voix et autorisations"
    template_name = "wagtailadmin/podcasts/voices.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = timezone.localdate()
        voices = voices_of(self.draft, today)
        known = {role_key(voice.role) for voice in voices}
        held = list(self.episode.voice_authorisations.select_related("recorded_by"))
        return {
            **super().get_context_data(**kwargs),
            "voices": voices,
            "synthetic": [speaker.role for speaker in self.draft.speaker_items.all() if speaker.is_synthetic],
            "authorisations": [
                (authorisation, authorisation.state(today), role_key(authorisation.role) in known)
                for authorisation in held
            ],
            "at_fault": voices_at_fault(EpisodePage.objects.get(pk=self.episode.pk), today),
            "may_unpublish": self.episode.permissions_for_user(self.user).can_unpublish(),
        }


FORM = "wagtailadmin/podcasts/form.html"


class AddView(VoicesGuard, ServiceFormView):
    page_title = "Enregistrer une autorisation"
    template_name = FORM
    form_class = AuthorisationForm
    done = "L’autorisation est enregistrée."

    def get_instance(self) -> VoiceAuthorisation:
        return VoiceAuthorisation(episode=self.episode)

    def get_initial(self) -> dict[str, Any]:
        """The first voice without its agreement, or the requested one."""
        lacking = [voice.role for voice in voices_of(self.draft, timezone.localdate()) if voice.lacking]
        asked = self.request.GET.get("voix", "")[:160]
        return {"role": asked or (lacking[0] if lacking else "")}

    def carry_out(self, form: AuthorisationForm) -> None:
        record(form.save(commit=False), form.cleaned_data["file"], by=self.user)


class CorrectView(AuthorisationGuard, ServiceFormView):
    page_title = "Corriger une autorisation"
    template_name = FORM
    form_class = AuthorisationForm
    done = "L’autorisation est corrigée."

    def get_instance(self) -> VoiceAuthorisation:
        return self.authorisation

    def carry_out(self, form: AuthorisationForm) -> None:
        record(form.save(commit=False), form.cleaned_data["file"], by=self.user)


class WithdrawVoiceView(AuthorisationGuard, ServiceFormView):
    page_title = "Retrait de l’autorisation"
    template_name = "wagtailadmin/podcasts/voice_withdraw.html"
    form_class = VoiceWithdrawalForm
    submit_label = "Enregistrer le retrait"
    done = "Le retrait est enregistré : cette voix ne peut plus être publiée."

    def get_initial(self) -> dict[str, Any]:
        return {"withdrawn_on": timezone.localdate()}

    def carry_out(self, form: VoiceWithdrawalForm) -> None:
        withdraw(self.authorisation, form.cleaned_data["withdrawn_on"], form.cleaned_data["reason"], by=self.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "authorisation": self.authorisation}


class FileView(AuthorisationGuard):
    """The signed file itself. Each reading is logged first."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        file = self.authorisation.file
        return serve_private(
            request,
            file,
            content_type=self.authorisation.mime_type,
            name=f"autorisation-{self.authorisation.uuid.hex[:8]}{PurePath(file.name or '').suffix}",
            note=lambda start: note_reading(self.authorisation, self.user),
        )


class TextView(EpisodeGuard, ObjectView):
    """The text to print and sign."""

    page_title = "Texte à faire signer"
    template_name = "wagtailadmin/podcasts/voice_text.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        text = voices.BY_VERSION.get(self.request.GET.get("version", ""), voices.CURRENT)
        return {**super().get_context_data(**kwargs), "text": text, "scopes": VoiceAuthorisation.Scope.labels}


PAGE = "pages/<int:page_id>/voix/"

ONE = "voix/<uuid:uuid>/"

urls: list[URLPattern] = [
    path(PAGE, VoicesView.as_view(), name="episode_voices"),
    path(f"{PAGE}ajouter/", AddView.as_view(), name="voice_add"),
    path(f"{PAGE}texte/", TextView.as_view(), name="voice_text"),
    path(f"{ONE}corriger/", CorrectView.as_view(), name="voice_correct"),
    path(f"{ONE}retirer/", WithdrawVoiceView.as_view(), name="voice_withdraw"),
    path(f"{ONE}fichier/", FileView.as_view(), name="voice_file"),
]
