"""Admin forms of accounts."""

from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from wagtail.users.forms import UserCreationForm, UserEditForm

from portal.users.queries import LAST_ADMINISTRATOR, administers, is_last_administrator


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

    def clean_is_active(self) -> bool:
        is_active = self.cleaned_data["is_active"]
        if not is_active and is_last_administrator(self.instance):
            raise ValidationError(LAST_ADMINISTRATOR)
        return is_active

    def clean_groups(self) -> QuerySet[Group]:
        groups = self.cleaned_data["groups"]
        if is_last_administrator(self.instance) and not administers(groups):
            raise ValidationError(LAST_ADMINISTRATOR)
        return groups
