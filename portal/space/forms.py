"""The forms of the coordinators' space, and those filled before a person has an account."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from network.coordination.assignments import shown_since
from network.coordination.claims import Claimant
from network.coordination.invitations import Successor
from network.models import CoordinatorAssignment
from network.models.coordination import SHOWN
from portal.base.emails import EmailFormField
from portal.base.templatetags.dates import long_date


class DayInput(forms.DateInput):
    """The browser's own calendar. Without it, « 2026-11-30 » and « 30/11/2026 » are both accepted."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def day_field(label: str, help_text: str = "", *, required: bool = True) -> forms.DateField:
    formats = ["%Y-%m-%d", "%d/%m/%Y"]
    return forms.DateField(
        label=label, help_text=help_text, required=required, widget=DayInput(), input_formats=formats
    )


def own(token: str) -> forms.TextInput:
    """A text about the person who fills in the form, which browsers may complete; « off » is about somebody else."""
    return forms.TextInput(attrs={"autocomplete": token})


class ClaimForm(forms.Form):
    first_name = forms.CharField(label="Prénom", max_length=150, widget=own("given-name"))
    last_name = forms.CharField(label="Nom", max_length=150, widget=own("family-name"))
    email = EmailFormField(
        label="Adresse e-mail professionnelle",
        help_text="Ce sera l’adresse de votre compte.",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    job_title = forms.CharField(
        label="Fonction",
        max_length=120,
        help_text="Par exemple : coordinatrice du CLSM, chargé de mission santé.",
        widget=own("organization-title"),
    )
    start = day_field("En poste depuis le")
    message = forms.CharField(
        label="Message au Centre",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="N’écrivez rien ici sur une situation ou une personne.",
    )

    def clean_start(self) -> date:
        start = self.cleaned_data["start"]
        if start > timezone.localdate():
            raise forms.ValidationError("Cette date est à venir : faites votre demande une fois en poste.")
        return start

    def claimant(self) -> Claimant:
        return Claimant(**self.cleaned_data)


class AcceptForm(forms.Form):
    """Only for a new account: an existing one keeps its names."""

    first_name = forms.CharField(label="Prénom", max_length=150, widget=own("given-name"))
    last_name = forms.CharField(label="Nom", max_length=150, widget=own("family-name"))


#: Says what it dates: on a telephone it stands between two boxes.
SHOWN_SINCE = {
    "shows_name": "Nom montré",
    "shows_email": "Adresse e-mail montrée",
    "shows_phone": "Téléphone montré",
}


class DetailsForm(forms.ModelForm):
    """What a coordinator says of themselves, and each thing that the public may see."""

    job_title = forms.CharField(label="Fonction", max_length=120, required=False, widget=own("organization-title"))

    class Meta:
        model = CoordinatorAssignment
        fields = ("job_title", "phone", *SHOWN)
        labels: ClassVar[dict[str, str]] = {
            "shows_name": "Montrer mon nom",
            "shows_email": "Montrer mon adresse e-mail",
            "shows_phone": "Montrer mon téléphone",
        }

        widgets: ClassVar[dict[str, forms.Widget]] = {"phone": forms.TelInput(attrs={"autocomplete": "tel"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, since in shown_since(self.instance).items():
            self.fields[name].help_text = f"{SHOWN_SINCE[name]} depuis le {long_date(since)}."

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("shows_phone") and not data.get("phone") and "phone" not in self.errors:
            self.add_error("phone", "Indiquez le numéro à montrer, ou décochez « Montrer mon téléphone ».")
        return data


class HandoverForm(forms.Form):
    last_day = day_field("Votre dernier jour", "Inclus : vous gardez vos droits jusqu’au soir.")
    successor_email = EmailFormField(
        label="Adresse e-mail de la personne qui vous succède",
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text="Elle recevra une invitation. Laissez vide si personne n’est encore désigné.",
    )
    successor_start = day_field("Sa prise de poste", required=False)
    successor_job_title = forms.CharField(label="Sa fonction", max_length=120, required=False, widget=own("off"))

    def clean_last_day(self) -> date:
        return _not_past(self.cleaned_data["last_day"])

    def clean_successor_start(self) -> date | None:
        start = self.cleaned_data["successor_start"]
        return start and _not_past(start)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        email, start = data.get("successor_email"), data.get("successor_start")
        if email and not start and "successor_start" not in self.errors:
            self.add_error("successor_start", "Indiquez le jour où cette personne prend le poste.")
        if not email and (start or data.get("successor_job_title")) and "successor_email" not in self.errors:
            self.add_error("successor_email", "Indiquez l’adresse de la personne qui vous succède.")
        return data

    def successor(self) -> Successor | None:
        data = self.cleaned_data
        if not data["successor_email"]:
            return None
        return Successor(data["successor_email"], data["successor_start"], data["successor_job_title"])


def _not_past(day: date) -> date:
    if day < timezone.localdate():
        raise forms.ValidationError("Cette date est passée : indiquez aujourd’hui ou une date à venir.")
    return day
