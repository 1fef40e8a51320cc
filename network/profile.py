"""What the public page of a CLSM shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import F
from django.utils import timezone
from wagtail.models import PageQuerySet

from network.models.assignments import CoordinatorAssignment
from network.models.records import ClsmRecord
from network.parts import parts_in_memory, stored_parts
from network.perimeter import perimeter, stored_perimeter
from network.services.freshness import freshness
from portal.base.querysets import visible

if TYPE_CHECKING:
    from network.models import ClsmPage


LINKS = (
    "status",
    "scale",
    "area_type",
    "carrier",
    "rules_document",
    "roadmap_document",
    "diagnosis_document",
    "logo",
)


@dataclass(frozen=True)
class PublicCoordinator:
    """One person in post, reduced to what they agreed to show; an empty text means « not shown »."""

    name: str
    job_title: str
    email: str
    phone: str


def public_coordinators(clsm: ClsmPage, today: date | None = None) -> list[PublicCoordinator]:
    """Those in post today, with the details that each one consented to. Names come first."""
    assignments = (
        CoordinatorAssignment.objects.current(today)
        .filter(clsm_id=clsm.pk, user__is_active=True)
        .select_related("user")
        .order_by("-shows_name", "start", "pk")
    )
    return [
        PublicCoordinator(
            name=assignment.user.get_full_name() if assignment.shows_name else "",
            job_title=assignment.job_title,
            email=assignment.user.email if assignment.shows_email else "",
            phone=assignment.phone if assignment.shows_phone else "",
        )
        for assignment in assignments
    ]


def verified_on(clsm: ClsmPage) -> date | None:
    """The only datum of the internal record that is public: when the profile was last confirmed."""
    return ClsmRecord.objects.filter(clsm_id=clsm.pk).values_list("verified_on", flat=True).order_by().first()


def profile_context(clsm: ClsmPage, *, is_preview: bool = False) -> dict[str, object]:
    """Names used by the template; right for a draft too (empty lists, no date).

    ``communes``, ``departments``, ``regions``; ``population``, ``population_year``; ``coordinators``; ``themes``;
    ``verified_on``, ``freshness``, ``today``; and the lists of ``network.parts``.
    """
    places = perimeter(clsm) if is_preview else stored_perimeter(clsm.pk)
    communes = list(places.select_related("department__region").order_by("name", "code"))
    departments = sorted({commune.department for commune in communes}, key=lambda department: department.code)
    verified = clsm.verified_on if hasattr(clsm, "verified_on") else verified_on(clsm)
    population = clsm.population
    return {
        "communes": communes,
        "departments": departments,
        "regions": sorted({department.region for department in departments}, key=lambda region: region.name),
        "replaced_by": _successor(clsm),
        "population": population.inhabitants if population else None,
        "population_year": population.year if population else None,
        "coordinators": public_coordinators(clsm),
        "themes": clsm.theme_list,
        "verified_on": verified,
        "freshness": freshness(verified),
        "today": timezone.localdate(),
        **(parts_in_memory(clsm) if is_preview else stored_parts(clsm)),
    }


def _successor(clsm: ClsmPage) -> ClsmPage | None:
    """The CLSM that took its place, while a visitor may see it."""
    if clsm.replaced_by_id is None:
        return None
    return visible(type(clsm).objects.filter(pk=clsm.replaced_by_id)).first()


def with_links(profiles: PageQuerySet[ClsmPage]) -> PageQuerySet[ClsmPage]:
    """Read along with each profile what its page names by a foreign key, and ``verified_on``."""
    return profiles.select_related(*LINKS).annotate(verified_on=F("record__verified_on"))
