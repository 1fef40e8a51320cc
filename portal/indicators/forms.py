"""The filters of the screen « Pilotage », read from the address."""

from datetime import date
from typing import Any, cast

from django import forms

from caps_sheets.capitalisation.case_files.permissions import VIEW_EVERY, possible_owners
from caps_sheets.capitalisation.census.campaign import regions
from portal.indicators.scope import Scope
from portal.users.models import User


class ScopeForm(forms.Form):
    du = forms.DateField(label="Du", required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    au = forms.DateField(label="Au", required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    region = forms.ChoiceField(label="Région", required=False)
    personne = forms.ChoiceField(label="Personne", required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        """Who sees only their own case files has nobody to choose."""
        super().__init__(*args, **kwargs)
        self.user = user
        self.regions = tuple(regions())
        cast(forms.ChoiceField, self.fields["region"]).choices = [("", "Toutes"), *self.regions]
        if user.has_perm(VIEW_EVERY):
            people = [(str(person.pk), str(person)) for person in possible_owners()]
            cast(forms.ChoiceField, self.fields["personne"]).choices = [("", "Tout le monde"), *people]
        else:
            del self.fields["personne"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("du") and data.get("au") and data["au"] < data["du"]:
            self.add_error("au", "Ce jour précède le début de la période.")
        return data

    def scope(self, today: date) -> Scope:
        """For a valid form."""
        data = self.cleaned_data
        person = data.get("personne")
        return Scope(
            self.user,
            today,
            data.get("du"),
            data.get("au"),
            data["region"],
            int(person) if person else None,
            self.regions,
        )

    def query(self) -> dict[str, str]:
        """The filters in force, as an address holds them."""
        return {name: str(value) for name, value in self.cleaned_data.items() if value}


class RegionForm(ScopeForm):
    """The région alone: a census is counted whole, whoever follows it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {"region": self.fields["region"]}
