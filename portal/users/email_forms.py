"""The forms by which a person changes the e-mail address of their account."""

from typing import Any, cast

from allauth.account.adapter import get_adapter
from django import forms
from django.http import HttpRequest

from portal.base.emails import EmailFormField
from portal.users.limits import allows_mail
from portal.users.models import User


class NewEmailForm(forms.Form):
    email = EmailFormField(
        label="Nouvelle adresse e-mail",
        help_text="Un code y est envoyé : gardez la page ouverte.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if email.lower() == cast(User, self.request.user).email.lower():
            raise forms.ValidationError("C’est déjà l’adresse de votre compte.")
        if not allows_mail(self.request, email):
            raise get_adapter().validation_error("rate_limited")
        return email


class EmailCodeForm(forms.Form):
    code = forms.CharField(label="Code", max_length=20, widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}))
