"""What the public page of a CLSM shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils import timezone

from network.models.assignments import CoordinatorAssignment
from network.models.records import ClsmRecord
from network.perimeter import departments_of, perimeter
from network.services.freshness import freshness

if TYPE_CHECKING:
    from network.models import ClsmPage


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
    return ClsmRecord.objects.filter(clsm_id=clsm.pk).values_list("verified_on", flat=True).first()


def profile_context(clsm: ClsmPage) -> dict[str, object]:
    """Names used by the template; right for a draft too (empty lists, no date)."""
    communes = perimeter(clsm)
    departments = list(departments_of(communes).select_related("region"))
    verified = verified_on(clsm)
    return {
        "communes": list(communes.order_by("name")),
        "departments": departments,
        "regions": sorted({department.region for department in departments}, key=lambda region: region.name),
        "population": clsm.population,
        "coordinators": public_coordinators(clsm),
        "bodies": list(clsm.body_items.all()),
        "themes": list(clsm.themes.all()),
        "verified_on": verified,
        "freshness": freshness(verified),
        "today": timezone.localdate(),
    }
