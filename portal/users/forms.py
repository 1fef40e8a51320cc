"""Admin forms of accounts and groups."""

from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.forms import CheckboxSelectMultiple, Field, ModelMultipleChoiceField
from wagtail.users.forms import GroupForm, UserCreationForm, UserEditForm

from portal.base.emails import EmailFormField
from portal.users.queries import (
    ADMINISTRATION,
    COACHING,
    EDITING,
    KEPT_BY_ADMINISTRATION,
    LAST_ADMINISTRATOR,
    MODERATION,
    ROLE_NAMES,
    administers,
    chosen_roles,
    is_last_administrator,
    rights_named,
)

#: What each role does, beside its name.
ROLE_LABELS = {
    ADMINISTRATION: "tient les comptes, les rôles et les postes",
    MODERATION: "relit, publie, suit les CLSM de ses régions",
    EDITING: "écrit les fiches et les actualités",
    COACHING: "mène ses dossiers de capitalisation",
}


class RolesField(ModelMultipleChoiceField):
    """The few roles that somebody chooses; the groups that follow posts are neither shown nor lost."""

    widget = CheckboxSelectMultiple

    def label_from_instance(self, obj: Model) -> str:
        name = str(obj)
        return f"{name} : {ROLE_LABELS[name]}" if name in ROLE_LABELS else name


class SomebodysAccount:
    """Browsers do not fill these fields in."""

    cleaned_data: dict[str, Any]
    fields: dict[str, Field]
    initial: dict[str, Any]
    instance: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("email", "first_name", "last_name", "job_title"):
            self.fields[name].widget.attrs["autocomplete"] = "off"
        self.fields["groups"] = RolesField(
            chosen_roles(),
            label="Rôles",
            required=False,
            help_text="Qui coordonne un CLSM reçoit ses droits de son poste, à ses dates : rien n’est à cocher ici.",
        )
        if self.instance.pk:
            self.initial["groups"] = list(chosen_roles().filter(user=self.instance).values_list("pk", flat=True))


class AccountCreationForm(SomebodysAccount, UserCreationForm):
    """A new account has no password: the person logs in with a code sent by e-mail."""

    email = EmailFormField(label="E-mail")

    class Meta(UserCreationForm.Meta):
        fields = UserCreationForm.Meta.fields | {"job_title"}


class AccountEditForm(SomebodysAccount, UserEditForm):
    email = EmailFormField(label="E-mail")

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
        kept = self.instance.groups.exclude(pk__in=chosen_roles().values("pk"))
        return Group.objects.filter(Q(pk__in=groups.values("pk")) | Q(pk__in=kept.values("pk")))


class RoleForm(GroupForm):
    """The code identifies each role by the name of its group, as does the second factor that production requires."""

    def clean_name(self) -> str:
        name = super().clean_name()
        if self.initial.get("name") in ROLE_NAMES and name != self.initial["name"]:
            raise ValidationError(f"« {self.initial['name']} » est un rôle du portail : ce groupe garde son nom.")
        return name

    def clean(self) -> dict[str, Any]:
        """An error of the permissions, which the screen shows for the form as a whole."""
        chosen = self.cleaned_data.get("permissions", [])
        kept = rights_named(KEPT_BY_ADMINISTRATION)
        if self.initial.get("name") == ADMINISTRATION and kept.exclude(pk__in=chosen).exists():
            raise ValidationError(
                "L’Administration garde le droit d’entrer, de tenir les comptes et de changer les rôles : "
                "sans elle, personne ne le pourrait plus."
            )
        return super().clean() or self.cleaned_data
