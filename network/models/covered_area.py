"""The covered area of a CLSM: its communes on a given day, what is computed from them, and its moderators.

The moderators of a CLSM are those of its regions, else those without a region, else all.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone
from wagtail.models import Page

from network.models.lifecycle import RegionalModerator
from network.models.related import ClsmCommune
from network.territories.models import Commune, Department
from portal.users.models import User
from portal.users.queries import MODERATION

if TYPE_CHECKING:
    from network.models.clsm import ClsmPage


def runs_on(day: date) -> Q:
    """Rows whose dates include ``day``; both ends are inclusive, an empty end is open."""
    return (Q(since__isnull=True) | Q(since__lte=day)) & (Q(until__isnull=True) | Q(until__gte=day))


def runs(item: ClsmCommune, day: date) -> bool:
    """The same for a row in memory: prefetched, unsaved or from a revision."""
    return (item.since is None or item.since <= day) and (item.until is None or item.until >= day)


def covered_area(clsm: ClsmPage, day: date | None = None) -> QuerySet[Commune]:
    """The communes covered on ``day`` (today by default): those listed, and all those of the listed EPCI and EPT.

    Reads the parts in memory: valid for an unsaved page, a form and a revision too.
    """
    day = day or timezone.localdate()
    named = [item.commune_id for item in clsm.commune_items.all() if runs(item, day)]
    groups = [item.epci_id for item in clsm.epci_items.all()]
    members = Commune.epcis.through.objects.filter(epci__in=groups).values("commune")
    return Commune.objects.filter(Q(pk__in=named) | Q(pk__in=members))


def stored_covered_area(clsm_id: int, day: date | None = None) -> QuerySet[Commune]:
    """The same for a saved page, in one query with the communes: the public page uses it."""
    named = ClsmCommune.objects.filter(runs_on(day or timezone.localdate()), page=clsm_id)
    members = Commune.epcis.through.objects.filter(epci__clsm_items__page=clsm_id)
    return Commune.objects.filter(Q(pk__in=named.values("commune")) | Q(pk__in=members.values("commune")))


def population_of(communes: QuerySet[Commune]) -> int | None:
    """Inhabitants of all the communes together; None if no commune has a known population."""
    return communes.aggregate(total=Sum("population"))["total"]


def departments_of(communes: QuerySet[Commune]) -> QuerySet[Department]:
    """Each département of the communes, once."""
    return Department.objects.filter(pk__in=communes.values("department"))


def in_charge(able: QuerySet[User], clsm: ClsmPage) -> QuerySet[User]:
    """Those of ``able`` who are in charge of ``clsm``. Never empty unless ``able`` is: somebody always decides."""
    regions = {department.region_id for department in departments_of(covered_area(clsm))}
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


def moderators_by_clsm() -> dict[int, list[User]]:
    """``moderators_for`` every CLSM at once, by the départements stored with its page. Three queries."""
    people = list(User.objects.filter(groups__name=MODERATION, is_active=True).order_by("last_name", "email", "pk"))
    regional: dict[str, set[int]] = defaultdict(set)
    for person, region in RegionalModerator.objects.filter(regions__isnull=False).values_list("user", "regions"):
        regional[region].add(person)
    limited = set().union(*regional.values())
    others = [person for person in people if person.pk not in limited] or people
    regions: dict[int, set[str]] = defaultdict(set)
    for clsm, region in Page.objects.filter(clsmpage__isnull=False).values_list("pk", "clsmpage__departments__region"):
        regions[clsm].add(region)
    found = {}
    for clsm, codes in regions.items():
        able = set().union(*(regional.get(code, set()) for code in codes))
        found[clsm] = [person for person in people if person.pk in able] or others
    return found
