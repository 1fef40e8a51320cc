"""Admin forms of accounts."""

from typing import Any

from wagtail.users.forms import UserCreationForm, UserEditForm


class LowerCaseEmail:
    """Two accounts never differ by the case of their address."""

    cleaned_data: dict[str, Any]

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class AccountCreationForm(LowerCaseEmail, UserCreationForm):
    """A new account has no password: the person logs in with a code sent to their address."""

    class Meta(UserCreationForm.Meta):
        fields = UserCreationForm.Meta.fields | {"job_title"}


class AccountEditForm(LowerCaseEmail, UserEditForm):
    class Meta(UserEditForm.Meta):
        fields = UserEditForm.Meta.fields | {"job_title"}
