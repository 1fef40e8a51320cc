"""A honeypot for robots in public forms: invisible, out of keyboard reach, and harmless to those who fill it."""

from typing import cast

from django import forms
from django.http import QueryDict


class HoneypotForm(forms.Form):
    """The template shows the field in ``<div hidden>`` (``components/honeypot.html``)."""

    #: Its name means nothing to password managers.
    zq7 = forms.CharField(
        required=False,
        label="Laissez ce champ vide",
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "tabindex": "-1", "data-1p-ignore": True, "data-lpignore": "true"}
        ),
    )

    def clean_zq7(self) -> str:
        """A browser may have filled it for a person: the form is shown again rather than silently dropped."""
        if self.cleaned_data["zq7"]:
            sent = cast(QueryDict, self.data).copy()  # a plain copy would show each value as a list
            sent["zq7"] = ""
            self.data = sent
            said = "Votre navigateur a rempli un champ caché. Relisez votre message et envoyez de nouveau."
            self.add_error(None, said)
        return ""
