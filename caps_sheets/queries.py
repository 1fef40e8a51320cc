"""Reads of the sheets: what the public pages show, at a cost that does not grow with their number."""

from itertools import chain
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from caps_sheets.models.parts import SheetClsm, SheetCommune, SheetTheme
from caps_sheets.sections import written_sections
from network.models import ClsmPage
from network.territories.models import Department, Region
from portal.base.visibility import visible

if TYPE_CHECKING:
    from caps_sheets.models import CapsSheetPage


def carriers(sheet: "CapsSheetPage") -> list[ClsmPage]:
    """The CLSMs of a sheet that the public may see, in the order of the form."""
    items = sheet.clsm_items.all()
    public = visible(ClsmPage.objects.prefetch_related("departments__region"))
    pages = public.in_bulk([item.clsm_id for item in items])
    return [pages[item.clsm_id] for item in items if item.clsm_id in pages]


def departments_of(sheet: "CapsSheetPage", clsms: list[ClsmPage]) -> list[Department]:
    """Where the action took place: its own communes if it names some, else the territory of its CLSMs."""
    codes = {item.commune.department_id for item in sheet.commune_items.all()}
    if codes:
        return list(Department.objects.filter(code__in=codes).select_related("region"))
    found = {department.code: department for clsm in clsms for department in clsm.departments.all()}
    return [found[code] for code in sorted(found)]


def regions_of(departments: list[Department]) -> list[Region]:
    return list({department.region_id: department.region for department in departments}.values())


def sheet_context(sheet: "CapsSheetPage") -> dict:
    clsms = carriers(sheet)
    departments = departments_of(sheet, clsms)
    return {
        "clsms": clsms,
        "departments": departments,
        "regions": regions_of(departments),
        "sections": list(written_sections(sheet.body)),
        "themes": themes_of(sheet),
        "is_demo": sheet.is_demo,
    }


def themes_of(sheet: "CapsSheetPage") -> list:
    """The themes, the main one first."""
    return sorted(sheet.themes.all(), key=lambda theme: theme.pk != sheet.main_theme_id)


def with_cards(sheets: QuerySet) -> QuerySet:
    """Prefetch what a card shows of each sheet: the same queries whatever the number of cards."""
    carried_by = SheetClsm.objects.filter(clsm__in=visible(ClsmPage.objects.all())).select_related("clsm")
    return sheets.prefetch_related(
        Prefetch("theme_items", queryset=SheetTheme.objects.select_related("tag")),
        Prefetch("clsm_items", queryset=carried_by.prefetch_related("clsm__departments"), to_attr="public_clsm_items"),
        Prefetch("commune_items", queryset=SheetCommune.objects.select_related("commune__department")),
    ).annotate(has_episode=Exists(sheets.model.objects.filter(pk=OuterRef("pk"), episode_items__page__live=True)))


def card(sheet: "CapsSheetPage") -> dict:
    """A sheet of ``with_cards`` as ``components/card.html`` wants it."""
    clsms = [item.clsm for item in sheet.public_clsm_items]
    places = {item.commune.department_id: item.commune.department.name for item in sheet.commune_items.all()} or {
        department.code: department.name for clsm in clsms for department in clsm.departments.all()
    }
    tags = [item.tag for item in sheet.theme_items.all()]
    return {
        "kind": "fiche",
        "url": sheet.url,
        "title": sheet.title,
        "text": sheet.hook,
        "place_code": next(iter(places), ""),
        "place": " · ".join(chain((clsm.title for clsm in clsms), places.values())),
        "when": str(sheet.start_date.year) if sheet.start_date else "",
        "themes": sorted(tags, key=lambda theme: theme.pk != sheet.main_theme_id),
        "has_episode": sheet.has_episode,
        "is_demo": sheet.is_demo,
    }
