"""The forms of allauth that ask for an e-mail address."""

from typing import Any

from allauth.account import fields, forms
from allauth.account.adapter import get_adapter
from allauth.core import context

from portal.base.emails import EmailFormField
from portal.users.limits import allows_mail


class AccountEmailField(EmailFormField, fields.EmailField):
    """With the label and the widget of allauth."""


class LoginForm(forms.LoginForm):
    """allauth builds its ``login`` field from the settings."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = AccountEmailField()


class LimitedEmail:
    """For both forms that send an e-mail to the typed address."""

    cleaned_data: dict[str, Any]

    def clean_email(self) -> str:
        if not allows_mail(context.request, self.cleaned_data["email"]):
            raise get_adapter().validation_error("rate_limited")
        return super().clean_email()  # type: ignore[misc]


#: Key of the session: the address of an invitation just accepted, which nobody types a second time.
INVITED = "invited_email"


class LoginCodeForm(LimitedEmail, forms.RequestLoginCodeForm):
    email = AccountEmailField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].initial = context.request.session.get(INVITED, "")


class PasswordResetForm(LimitedEmail, forms.ResetPasswordForm):
    email = AccountEmailField()
