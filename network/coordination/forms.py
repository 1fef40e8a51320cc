"""The forms with which the Centre invites, answers a claim or ends a post."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from wagtail.admin.widgets import AdminDateInput

from network.coordination.invitations import Invitee
from network.models import ClaimRequest, CoordinatorAssignment
from portal.base.emails import EmailFormField

#: The browser would otherwise fill in the Centre's own name and address.
SOMEBODY_ELSE = {"autocomplete": "off"}


class InviteForm(forms.Form):
    account_email = EmailFormField(
        label="Adresse e-mail professionnelle", max_length=254, widget=forms.EmailInput(SOMEBODY_ELSE)
    )
    first_name = forms.CharField(label="Prénom", max_length=150, required=False, widget=forms.TextInput(SOMEBODY_ELSE))
    last_name = forms.CharField(label="Nom", max_length=150, required=False, widget=forms.TextInput(SOMEBODY_ELSE))
    job_title = forms.CharField(label="Fonction", max_length=120, required=False, widget=forms.TextInput(SOMEBODY_ELSE))
    start = forms.DateField(label="En poste depuis le", widget=AdminDateInput, initial=timezone.localdate)
    end = forms.DateField(
        label="Jusqu’au", widget=AdminDateInput, required=False, help_text="Dernier jour inclus. Vide : sans terme."
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("start"), data.get("end")
        if start and end and end < start:
            self.add_error("end", "La fin du poste précède son début.")
        elif end and end < timezone.localdate():
            self.add_error("end", "La fin du poste est déjà passée.")
        return data

    def invitee(self) -> Invitee:
        return Invitee(**self.cleaned_data)


class EndForm(forms.Form):
    last_day = forms.DateField(
        label="Dernier jour", widget=AdminDateInput, help_text="Inclus : les droits s’arrêtent le lendemain."
    )

    def __init__(self, *args: Any, post: CoordinatorAssignment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.post = post
        self.fields["last_day"].initial = post.end or timezone.localdate()

    def clean_last_day(self) -> date:
        day = self.cleaned_data["last_day"]
        if day < self.post.start:
            raise forms.ValidationError("Le dernier jour précède le début du poste.")
        return day


class AcceptClaimForm(forms.Form):
    """Which e-mail address proves the claim: the generic one of the CLSM, or the claimant’s own, checked by other
    means.
    """

    GENERIC, OWN = "generique", "demande"

    send_to = forms.ChoiceField(label="Envoyer l’invitation à", widget=forms.RadioSelect)

    def __init__(self, *args: Any, claim: ClaimRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        generic = claim.clsm.generic_email
        choices = [(self.OWN, f"{claim.email}, l’adresse de la demande, que j’ai vérifiée autrement")]
        if generic:
            choices.insert(0, (self.GENERIC, f"{generic}, l’adresse générique au dossier"))
            self.fields["send_to"].initial = self.GENERIC
        self.fields["send_to"].choices = choices  # type: ignore[attr-defined]

    @property
    def to_generic(self) -> bool:
        return self.cleaned_data["send_to"] == self.GENERIC


class RefuseClaimForm(forms.Form):
    reason = forms.CharField(
        label="Motif",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Envoyé à la personne, tel quel.",
    )
