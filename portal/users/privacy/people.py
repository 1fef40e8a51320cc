"""One person as the portal knows them: an e-mail address, an account if any, and the rows linked to them."""

from dataclasses import dataclass

from django.db.models import EmailField, Model, QuerySet

from portal.base.emails import canonical_email
from portal.users.models import User
from portal.users.privacy.registry import Holding, ProcessingActivity, processing_activities


@dataclass(frozen=True)
class Person:
    email: str
    user: User | None

    @property
    def names(self) -> list[str]:
        """The names under which a text may mention the person: full name first, then e-mail address."""
        full_name = self.user.get_full_name().strip() if self.user else ""
        return [name for name in (full_name if " " in full_name else "", self.email) if name]


@dataclass(frozen=True)
class Trace:
    """What one field holds about the person."""

    activity: ProcessingActivity
    holding: Holding
    count: int


def find_person(email: str) -> Person:
    """By e-mail address; people without an account may have left theirs."""
    email = canonical_email(email)
    return Person(email, User.objects.filter(email=email).first())


def rows_of(holding: Holding, person: Person) -> QuerySet[Model]:
    """The rows of ``holding`` that reference ``person``."""
    rows = holding.model_class._base_manager.all()
    if isinstance(holding.field_object, EmailField):
        return rows.filter(**{f"{holding.field}__iexact": person.email})
    return rows.filter(**{holding.field: person.user.pk}) if person.user else rows.none()


def traces(person: Person) -> list[Trace]:
    """Where the person is mentioned, and how many times."""
    person_traces = [
        Trace(activity, holding, rows_of(holding, person).count())
        for activity in processing_activities()
        for holding in activity.holdings
    ]
    return [trace for trace in person_traces if trace.count]
