"""The repeated parts of a saved profile, all read in one query.

A profile has nine kinds of parts; one query for each would be most of the cost of its public page. Each row is a plain
mapping whose keys are those that the templates read on the objects, so that a preview may give the objects instead.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, QuerySet, Value
from django.db.models.functions import JSONObject
from django.urls import reverse

from network.models.parts import (
    ClsmBody,
    ClsmCofacilitation,
    ClsmFunder,
    ClsmQpv,
    ClsmReport,
    ClsmSector,
    ClsmWorkingGroup,
)

if TYPE_CHECKING:
    from network.models import ClsmPage

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
        {"year": "year", "title": "title", "document_id": "document", "file": "document__file"},
    ),
}
TERMS = ("objectives", "audiences")


def stored_parts(page: ClsmPage) -> dict[str, list[Part]]:
    """Every list of ``PARTS`` and ``TERMS``, in the order of the form; empty lists included."""
    queries = [
        _rows(name, model._default_manager.filter(page=page.pk), fields) for name, (_, model, fields) in PARTS.items()
    ]
    queries += [_term_rows(page, name) for name in TERMS]
    found: dict[str, list[Part]] = {name: [] for name in (*PARTS, *TERMS)}
    for name, _, data in sorted(queries[0].union(*queries[1:], all=True), key=lambda row: row[1] or 0):
        found[name].append(_complete(name, data))
    return found


def parts_in_memory(page: ClsmPage) -> dict[str, Iterable[models.Model]]:
    """The same lists as objects: what a preview shows may not be saved."""
    found = {name: list(getattr(page, relation).all()) for name, (relation, _, _) in PARTS.items()}
    return found | {name: list(getattr(page, name).all()) for name in TERMS}


def _rows(name: str, items: QuerySet, fields: dict[str, str]) -> QuerySet:
    data = JSONObject(**{key: F(field) for key, field in fields.items()})
    return items.order_by().values_list(Value(name, models.CharField()), F("sort_order"), data)


def _term_rows(page: ClsmPage, name: str) -> QuerySet:
    terms = getattr(type(page), name).through.objects.filter(clsmpage=page.pk)
    data = JSONObject(label=F("term__label"), slug=F("term__slug"))
    return terms.order_by().values_list(Value(name, models.CharField()), F("term__order"), data)


def _complete(name: str, data: Part) -> Part:
    """Give back what JSON or SQL cannot: dates, labels of choices, the address of a document."""
    if data.get("last_meeting"):
        data["last_meeting"] = date.fromisoformat(data["last_meeting"])
    if name == "working_groups":
        data["get_status_display"] = ClsmWorkingGroup.Status(data["status"]).label
    if name == "sectors":
        data["get_kind_display"] = ClsmSector.Kind(data["kind"]).label
    if name == "reports" and data["document_id"]:
        file_name = data["file"].rpartition("/")[2]
        data["document"] = {"url": reverse("wagtaildocs_serve", args=[data["document_id"], file_name])}
    return data
