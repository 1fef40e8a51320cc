"""What the screen « Pilotage » is limited to: a reader, a period, a région, a person."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from django.db.models import Q, QuerySet
from django.utils import timezone

from caps_sheets.capitalisation.census.campaign import in_region, moderated_by
from network.models import ClsmPage
from network.models.queries import active_profiles
from portal.users.models import User


@dataclass(frozen=True)
class Scope:
    """``first`` and ``last`` are days of Paris, inclusive. ``region`` is a slug, ``person`` the id of an account."""

    user: User
    today: date
    first: date | None = None
    last: date | None = None
    region: str = ""
    person: int | None = None
    #: (slug, name) of every région, in their order.
    regions: tuple[tuple[str, str], ...] = ()

    def days(self, field: str) -> Q:
        """Condition: the date ``field`` is in the period."""
        after = Q(**{f"{field}__gte": self.first}) if self.first else Q()
        return after & Q(**{f"{field}__lte": self.last}) if self.last else after

    def times(self, field: str) -> Q:
        """Condition: the moment ``field`` is in the period, in Paris."""
        after = Q(**{f"{field}__gte": _start(self.first)}) if self.first else Q()
        return after & Q(**{f"{field}__lt": _start(self.last + timedelta(days=1))}) if self.last else after

    def in_region(self, clsm: str) -> Q:
        """Condition: the CLSM at lookup path ``clsm`` is of the région."""
        return Q(**{f"{clsm}__in": in_region(ClsmPage.objects.all(), self.region).values("pk")}) if self.region else Q()

    def follows(self, field: str) -> Q:
        """Condition: the account ``field`` is the person."""
        return Q(**{field: self.person}) if self.person else Q()

    def profiles(self) -> QuerySet[ClsmPage]:
        """The active profiles of the région that the person moderates."""
        return self._moderated.filter(self.in_region("pk"))

    @cached_property
    def _moderated(self) -> QuerySet[ClsmPage]:
        """Read once: which moderators are in charge of a CLSM is computed out of the database."""
        return moderated_by(active_profiles(), self.person) if self.person else active_profiles()


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
