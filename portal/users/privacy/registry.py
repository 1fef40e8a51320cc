"""The register of personal data. Each app declares its part in its own module ``personal_data``, found by name.

A test fails on a field that names or references a person and that no app declares.
"""

from dataclasses import dataclass
from enum import Enum

from django.apps import apps
from django.db.models import Field, Model
from django.utils.module_loading import autodiscover_modules
from wagtail import hooks

from portal.users.models import User

PUBLIC_TASK = "mission d’intérêt public (RGPD, article 6.1.e)"
LEGAL_DUTY = "obligation légale (RGPD, articles 5.2, 7.1 et 32)"
DATABASE = "base de données du portail"
CENTRE = "Administration et Modération"


#: Models, and fields, that their library names in English only.
LIBRARY_NAMES = {
    "portal_users.User_groups": "rôle d’un compte",
    "portal_users.User_user_permissions": "droit donné à un compte",
    "mfa.Authenticator": "second facteur",
    "wagtailcore.PageSubscription": "abonnement à une page",
    "wagtailcore.UploadedFile": "fichier en cours de dépôt",
    "wagtailadmin.EditingSession": "présence sur un formulaire",
    "wagtailadmin.FormState": "état d’un formulaire",
}
LIBRARY_FIELDS = {"user": "personne", "resolved by": "résolu par"}


def model_name(model: type[Model]) -> str:
    return LIBRARY_NAMES.get(model._meta.label, str(model._meta.verbose_name))


def field_name(field: Field) -> str:
    return LIBRARY_FIELDS.get(str(field.verbose_name), str(field.verbose_name))


class Erasure(Enum):
    """The effect of an erasure on a row; the value is shown in the register."""

    DELETE = "supprimé"
    CLEAR = "vidé de ce qui désigne la personne"
    KEEP = "conservé, rattaché à un compte devenu anonyme"


@dataclass(frozen=True)
class Holding:
    """A field that identifies a person: a relation to an account, or an e-mail address.

    ``clears``: the other fields of the row about the person; ``CLEAR`` empties them. ``is_about``: the row is the
    person’s own data, and an export gives all of it (except ``hidden``); otherwise it only records that the person
    acted, and an export gives its dates.
    """

    model: str
    field: str
    erasure: Erasure
    clears: tuple[str, ...] = ()
    is_about: bool = False
    hidden: tuple[str, ...] = ()

    @property
    def model_class(self) -> type[Model]:
        return apps.get_model(self.model)

    @property
    def field_object(self) -> Field:
        return self.model_class._meta.get_field(self.field)  # type: ignore[return-value]

    @property
    def label(self) -> str:
        return f"{model_name(self.model_class)} : {field_name(self.field_object)}"


@dataclass(frozen=True)
class Mention:
    """Free texts that may hold the name or e-mail address of a person, whoever wrote them: an erasure removes it."""

    model: str
    fields: tuple[str, ...]

    @property
    def model_class(self) -> type[Model]:
        return apps.get_model(self.model)

    @property
    def label(self) -> str:
        fields = [field_name(self.model_class._meta.get_field(name)) for name in self.fields]  # type: ignore[arg-type]
        return f"{model_name(self.model_class)} : {', '.join(fields)}"


@dataclass(frozen=True)
class ProcessingActivity:
    """A processing activity, one line of the register, in French: whose data, purpose, retention, recipients."""

    key: str
    name: str
    people: str
    data: str
    purpose: str
    kept: str
    readers: str
    basis: str = PUBLIC_TASK
    where: str = DATABASE
    holdings: tuple[Holding, ...] = ()
    mentions: tuple[Mention, ...] = ()


_activities: dict[str, ProcessingActivity] = {}


def declare(*activities: ProcessingActivity) -> None:
    _activities.update({activity.key: activity for activity in activities})


def processing_activities() -> list[ProcessingActivity]:
    """The whole register, in the order of the apps."""
    autodiscover_modules("personal_data")
    return list(_activities.values())


def activity_named(key: str) -> ProcessingActivity:
    return next(activity for activity in processing_activities() if activity.key == key)


def holdings() -> list[Holding]:
    return [holding for activity in processing_activities() for holding in activity.holdings]


def obstacles(user: User) -> list[str]:
    """French sentences of the hook ``account_erasure_obstacles``: what keeps the account of ``user`` from erasure."""
    return [sentence for check in hooks.get_hooks("account_erasure_obstacles") for sentence in check(user)]


def close_access(email: str, by: User | None) -> int:
    """Close the access that an e-mail address still gives, by the hook ``person_erasure``: number of changed rows."""
    return sum(close(email, by) for close in hooks.get_hooks("person_erasure"))
