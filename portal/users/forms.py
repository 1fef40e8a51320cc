"""Admin forms of accounts."""

from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import Field
from wagtail.users.forms import UserCreationForm, UserEditForm

from portal.users.queries import LAST_ADMINISTRATOR, administers, is_last_administrator


class SomebodysAccount:
    """Two accounts never differ by the case of their address; the browser proposes nothing of its owner's."""

    cleaned_data: dict[str, Any]
    fields: dict[str, Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("email", "first_name", "last_name", "job_title"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class AccountCreationForm(SomebodysAccount, UserCreationForm):
    """A new account has no password: the person logs in with a code sent to their address."""

    class Meta(UserCreationForm.Meta):
        fields = UserCreationForm.Meta.fields | {"job_title"}


class AccountEditForm(SomebodysAccount, UserEditForm):
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
