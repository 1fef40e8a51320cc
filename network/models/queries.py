"""Reads on the network: the directory, its counts, the profiles that wait for a confirmation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from wagtail.models import PageQuerySet

from network.models.clsm import ClsmPage
from network.models.coordination import CoordinatorAssignment
from network.models.covered_area import covered_area, moderators_for, runs_on
from network.models.records import Freshness, freshness_is
from network.models.related import ClsmCommune, ClsmEpci
from network.territories.models import Department
from network.territories.places import Kind, Place, place_index
from portal.base.querysets import visible
from portal.users.models import User

__all__ = [
    "DepartmentCount",
    "StatusCount",
    "active_profiles",
    "coordinators_in_post",
    "covered_area",
    "covering",
    "department_counts",
    "directory",
    "moderators_for",
    "people_in_post",
    "public_profiles",
    "stale_profiles",
    "status_counts",
    "vacant_profiles",
]


@dataclass(frozen=True)
class StatusCount:
    slug: str
    label: str
    count: int


@dataclass(frozen=True)
class DepartmentCount:
    code: str
    slug: str
    name: str
    count: int


def coordinators_in_post(clsms: Iterable[int] | QuerySet, today: date | None = None) -> QuerySet[User]:
    """The active people in post on that day in one of the CLSMs of these ids."""
    posts = CoordinatorAssignment.objects.held(today).filter(clsm__in=clsms)
    return User.objects.filter(pk__in=posts.values("user"))


def public_profiles() -> PageQuerySet[ClsmPage]:
    """What a visitor may see."""
    return visible(ClsmPage.objects.all())


def covering(places: Sequence[Place], day: date | None = None) -> Q:
    """Filter: the CLSMs of one of ``places``.

    Those of a région or a département, by their départements; those of a commune or an EPCI, if their covered area
    holds one of its communes on ``day`` (today), directly or by an EPCI.
    """
    index = place_index()
    divisions = [place for place in places if place.kind in (Kind.REGION, Kind.DEPARTMENT)]
    smaller = [place for place in places if place not in divisions]
    codes = {code for place in smaller for code in index.communes_of(place)}
    named = ClsmCommune.objects.filter(runs_on(day or timezone.localdate()), commune__in=codes)
    grouped = ClsmEpci.objects.filter(epci__communes__in=codes)
    condition = Q(pk__in=named.values("page")) | Q(pk__in=grouped.values("page")) if codes else Q(pk__in=[])
    if divisions:
        departments = Department.objects.filter(
            Q(pk__in=[place.code for place in divisions if place.kind is Kind.DEPARTMENT])
            | Q(region__in=[place.code for place in divisions if place.kind is Kind.REGION])
        )
        condition |= Q(pk__in=_through(departments))
    return condition


def _through(departments: QuerySet[Department]) -> QuerySet:
    through = ClsmPage.departments.through.objects.filter(department__in=departments)
    return through.values("clsmpage")


def directory(
    places: Sequence[Place] | None = None,
    region: str = "",
    department: str = "",
    status: str = "",
) -> PageQuerySet[ClsmPage]:
    """Public profiles in alphabetical order. ``places`` is None for « anywhere »; the filters are slugs or codes."""
    profiles = public_profiles()
    if places is not None:
        profiles = profiles.filter(covering(places))
    if region or department:
        departments = Department.objects.all()
        if region:
            departments = departments.filter(Q(region__slug=region) | Q(region__code=region))
        if department:
            departments = departments.filter(Q(slug=department) | Q(code=department))
        profiles = profiles.filter(pk__in=_through(departments))
    if status:
        profiles = profiles.filter(status__slug=status)
    return profiles.order_by("computed_sort_key", "title", "pk")


def with_card_data(profiles: PageQuerySet[ClsmPage]) -> PageQuerySet[ClsmPage]:
    """Everything that a card shows, in a number of queries that does not depend on the number of cards."""
    return (
        profiles.select_related("status", "scale")
        .annotate(verified_on=F("record__verified_on"))
        .prefetch_related("departments")
    )


def status_counts(profiles: PageQuerySet[ClsmPage]) -> list[StatusCount]:
    """Number of profiles by status, in the order of the vocabulary."""
    rows = (
        profiles.order_by()
        .filter(status__isnull=False)
        .values_list("status__slug", "status__label")
        .annotate(number=Count("pk"))
        .order_by("status__order", "status__label")
    )
    return [StatusCount(*row) for row in rows]


def department_counts(
    profiles: PageQuerySet[ClsmPage], departments: Iterable[Department] | None = None
) -> list[DepartmentCount]:
    """Number of profiles in each of ``departments`` (all), zero included: the data of the map and of its table."""
    through = ClsmPage.departments.through.objects.filter(clsmpage__in=profiles.order_by().values("pk"))
    numbers = dict(through.values_list("department").annotate(number=Count("pk")))
    places = Department.objects.all() if departments is None else departments
    return [DepartmentCount(place.code, place.slug, place.name, numbers.get(place.code, 0)) for place in places]


def people_in_post(clsm_pk: int, today: date | None = None) -> QuerySet[User]:
    """The active accounts of those who coordinate a CLSM on that day."""
    return coordinators_in_post([clsm_pk], today)


def coordinated_by(user: User, today: date | None = None) -> PageQuerySet[ClsmPage]:
    """The profiles, public or not, that ``user`` coordinates on that day."""
    mine = CoordinatorAssignment.objects.current(today or timezone.localdate()).filter(user=user)
    profiles = ClsmPage.objects.filter(pk__in=mine.values("clsm")).order_by("computed_sort_key", "title")
    return profiles.annotate(verified_on=F("record__verified_on"))


def active_profiles() -> PageQuerySet[ClsmPage]:
    """The online profiles that no other one replaces."""
    return ClsmPage.objects.live().filter(replaced_by=None)


def vacant_profiles(today: date | None = None) -> PageQuerySet[ClsmPage]:
    """The active profiles where nobody is in post, with ``post_ended_on``: the last day of the last post.

    Without a past post, the day that the profile declares; None if there is none either.
    """
    mine = CoordinatorAssignment.objects.filter(clsm=OuterRef("pk"))
    ended = mine.order_by("-end").exclude(end=None).values("end")[:1]
    return (
        active_profiles()
        .filter(~Exists(CoordinatorAssignment.objects.held(today).filter(clsm=OuterRef("pk"))))
        .annotate(post_ended_on=Coalesce(Subquery(ended), "vacant_since"))
    )


def stale_profiles(user: User | None = None, today: date | None = None) -> PageQuerySet[ClsmPage]:
    """Live profiles without a confirmation for six months, the oldest first; with ``user``, only their own."""
    today = today or timezone.localdate()
    profiles = coordinated_by(user, today) if user else ClsmPage.objects.annotate(verified_on=F("record__verified_on"))
    profiles = profiles.live().exclude(freshness_is(Freshness.FRESH, today))
    return profiles.order_by(F("verified_on").asc(nulls_first=True), "computed_sort_key", "title")
