"""Who of the moderators is in charge of a CLSM: those of its regions, else those who have none, else all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from network.models.life import RegionalModerator
from network.perimeter import departments_of, perimeter
from portal.users.models import User

if TYPE_CHECKING:
    from network.models import ClsmPage

#: The role whose people decide on profiles (portal.home.roles).
MODERATION = "Modération"


def in_charge(able: QuerySet[User], clsm: ClsmPage) -> QuerySet[User]:
    """Those of ``able`` who look after ``clsm``. Never empty when ``able`` is not: nothing waits for nobody."""
    regions = {department.region_id for department in departments_of(perimeter(clsm))}
    regional = RegionalModerator.objects.filter(regions__in=regions)
    for narrowed in (
        able.filter(pk__in=regional.values("user")),
        able.exclude(pk__in=RegionalModerator.objects.filter(regions__isnull=False).values("user")),
    ):
        if narrowed.exists():
            return narrowed
    return able


def moderators_for(clsm: ClsmPage) -> QuerySet[User]:
    return in_charge(User.objects.filter(groups__name=MODERATION, is_active=True), clsm)
