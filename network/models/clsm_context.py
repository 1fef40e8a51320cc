"""The context of the public page of a CLSM, with the repeated parts of its profile read in one query.

A profile has nine kinds of parts; one query for each would be most of the cost of its public page. Each row is a
plain mapping whose keys are the attributes that the templates read, so that a preview may pass model instances
instead.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, QuerySet, Value
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageQuerySet

from network.models.coordination import CoordinatorAssignment
from network.models.covered_area import covered_area, stored_covered_area
from network.models.records import ClsmRecord, freshness
from network.models.related import (
    ClsmBody,
    ClsmCofacilitation,
    ClsmFunder,
    ClsmQpv,
    ClsmReport,
    ClsmSector,
    ClsmWorkingGroup,
)
from portal.base.querysets import visible

if TYPE_CHECKING:
    from network.models.clsm import ClsmPage


Part = dict[str, Any]

#: Name in the template → relation of the page, model, {key: field}.
PARTS: dict[str, tuple[str, type[models.Model], dict[str, str]]] = {
    "bodies": (
        "body_items",
        ClsmBody,
        {
            "kind": "kind__label",
            "label": "label",
            "frequency": "frequency",
            "last_meeting": "last_meeting",
            "composition": "composition",
        },
    ),
    "working_groups": (
        "working_group_items",
        ClsmWorkingGroup,
        {"title": "title", "theme": "theme__name", "audience": "audience__label", "status": "status"},
    ),
    "cofacilitations": (
        "cofacilitation_items",
        ClsmCofacilitation,
        {"hospital": "hospital", "unit": "unit", "role": "role"},
    ),
    "sectors": ("sector_items", ClsmSector, {"kind": "kind", "code": "code", "hospital": "hospital"}),
    "qpvs": ("qpv_items", ClsmQpv, {"name": "name", "code": "code"}),
    "funders": ("funder_items", ClsmFunder, {"kind": "kind__label", "year": "year"}),
    "reports": (
        "report_items",
        ClsmReport,
        {
            "year": "year",
            "title": "title",
            "document_id": "document",
            "file": "document__file",
            "is_taken_down": "document__is_taken_down",
        },
    ),
}

TERMS = ("objectives", "audiences")


def stored_parts(page: ClsmPage) -> dict[str, list[Part]]:
    """Every list of ``PARTS`` and ``TERMS``, in the order of the form; empty lists included."""
    queries = [
        _rows(name, model._default_manager.filter(page=page.pk), fields) for name, (_, model, fields) in PARTS.items()
    ]
    queries += [_term_rows(page, name) for name in TERMS]
    parts: dict[str, list[Part]] = {name: [] for name in (*PARTS, *TERMS)}
    for name, _, data in sorted(queries[0].union(*queries[1:], all=True), key=lambda row: row[1] or 0):
        parts[name].append(_complete(name, data))
    return parts


def parts_in_memory(page: ClsmPage) -> dict[str, Iterable[models.Model]]:
    """The same lists as model instances: a preview may show unsaved ones."""
    parts = {name: list(getattr(page, relation).all()) for name, (relation, _, _) in PARTS.items()}
    return parts | {name: list(getattr(page, name).all()) for name in TERMS}


def _rows(name: str, items: QuerySet, fields: dict[str, str]) -> QuerySet:
    data = JSONObject(**{key: F(field) for key, field in fields.items()})
    return items.order_by().values_list(Value(name, models.CharField()), F("sort_order"), data)


def _term_rows(page: ClsmPage, name: str) -> QuerySet:
    terms = getattr(type(page), name).through.objects.filter(clsmpage=page.pk)
    data = JSONObject(label=F("term__label"), slug=F("term__slug"))
    return terms.order_by().values_list(Value(name, models.CharField()), F("term__order"), data)


def _complete(name: str, data: Part) -> Part:
    """Restore what JSON or SQL lose: dates, labels of choices, the URL of a document."""
    if data.get("last_meeting"):
        data["last_meeting"] = date.fromisoformat(data["last_meeting"])
    if name == "working_groups":
        data["get_status_display"] = ClsmWorkingGroup.Status(data["status"]).label
    if name == "sectors":
        data["get_kind_display"] = ClsmSector.Kind(data["kind"]).label
    if name == "reports" and data["document_id"] and not data["is_taken_down"]:
        file_name = data["file"].rpartition("/")[2]
        data["document"] = {"url": reverse("wagtaildocs_serve", args=[data["document_id"], file_name])}
    return data


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
    """A coordinator in post, limited to what they agreed to show; an empty text means « not shown »."""

    name: str
    job_title: str
    email: str
    phone: str


def public_coordinators(clsm: ClsmPage, today: date | None = None) -> list[PublicCoordinator]:
    """The coordinators in post today, with the details that each consented to. Names come first."""
    assignments = (
        CoordinatorAssignment.objects.current(today)
        .filter(clsm_id=clsm.pk, user__is_active=True)
        .select_related("user")
        .order_by("-shows_name", "start", "pk")
    )
    return [shown_to_public(assignment) for assignment in assignments]


def shown_to_public(assignment: CoordinatorAssignment) -> PublicCoordinator:
    """What the profile shows of one post, saved or not."""
    return PublicCoordinator(
        name=assignment.user.get_full_name() if assignment.shows_name else "",
        job_title=assignment.job_title,
        email=assignment.user.email if assignment.shows_email else "",
        phone=assignment.phone if assignment.shows_phone else "",
    )


def verified_on(clsm: ClsmPage) -> date | None:
    """The only public value of the internal record: when the profile was last confirmed."""
    return ClsmRecord.objects.filter(clsm_id=clsm.pk).values_list("verified_on", flat=True).order_by().first()


def profile_context(clsm: ClsmPage, *, is_preview: bool = False) -> dict[str, object]:
    """Names used by the template; valid for a draft too (empty lists, no date).

    ``communes``, ``departments``, ``regions``; ``population``, ``population_year``; ``coordinators``; ``themes``;
    ``verified_on``, ``freshness``, ``today``; and the lists of ``network.models.clsm_context``.
    """
    places = covered_area(clsm) if is_preview else stored_covered_area(clsm.pk)
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
    """The CLSM that replaces it, if it is public."""
    if clsm.replaced_by_id is None:
        return None
    return visible(type(clsm).objects.filter(pk=clsm.replaced_by_id)).first()


def with_links(profiles: PageQuerySet[ClsmPage]) -> PageQuerySet[ClsmPage]:
    """Read the foreign keys that the page of each profile shows, and ``verified_on``."""
    return profiles.select_related(*LINKS).annotate(verified_on=F("record__verified_on"))
