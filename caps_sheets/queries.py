"""Reads of a sheet: what its public page shows, in a number of queries that its contents do not change."""

from typing import TYPE_CHECKING

from django.db.models import CharField, F, Prefetch, QuerySet, Value
from wagtail.models import PageQuerySet

from caps_sheets.sections import written_sections
from network.models import ClsmPage
from network.territories.models import Department, Region
from portal.base.visibility import visible
from portal.taxonomies.models import Theme

if TYPE_CHECKING:
    from caps_sheets.models import CapsSheetPage

IDENTITY_TERMS = (
    "audiences",
    "settings",
    "action_types",
    "strategies",
    "key_functions",
    "funders",
    "programmes",
)


def carriers(sheet: "CapsSheetPage") -> list[ClsmPage]:
    """The CLSMs of a sheet that the public may see, in the order of the form."""
    public = visible(
        ClsmPage.objects.prefetch_related(Prefetch("departments", Department.objects.select_related("region")))
    )
    if sheet.clsm_items.is_deferring:  # a preview: what was chosen is in memory only
        ids = [item.clsm_id for item in sheet.clsm_items.all()]
        return sorted(public.filter(pk__in=ids), key=lambda page: ids.index(page.pk))
    return list(public.filter(sheet_items__page=sheet.pk).order_by("sheet_items__sort_order"))


def departments_of(sheet: "CapsSheetPage", clsms: list[ClsmPage]) -> list[Department]:
    """Where the action took place: its own communes if it names some, else the territory of its CLSMs."""
    communes = [item.commune_id for item in sheet.commune_items.all()]
    if communes:
        return list(Department.objects.filter(communes__in=communes).select_related("region").distinct())
    found = {department.code: department for clsm in clsms for department in clsm.departments.all()}
    return [found[code] for code in sorted(found)]


def regions_of(departments: list[Department]) -> list[Region]:
    """Each région once, in the order of the départements."""
    return list({department.region_id: department.region for department in departments}.values())


def sheet_context(sheet: "CapsSheetPage") -> dict:
    """What the page of a sheet shows besides the sheet itself; ``sections`` holds only those that are written."""
    clsms = carriers(sheet)
    departments = departments_of(sheet, clsms)
    themes = themes_of(sheet)
    return {
        "clsms": clsms,
        "departments": departments,
        "regions": regions_of(departments),
        "sections": list(written_sections(sheet.body)),
        "themes": themes,
        "shows_help": any(theme.shows_help for theme in themes),
        "is_demo": sheet.is_demo,
        "identity": identity(sheet),
    }


def themes_of(sheet: "CapsSheetPage") -> list[Theme]:
    """The themes, the main one first."""
    return sorted(sheet.themes.all(), key=lambda theme: theme.pk != sheet.main_theme_id)


def with_links(sheets: PageQuerySet) -> PageQuerySet:
    """Read along with each sheet what its page names by a foreign key."""
    return sheets.select_related("carrier", "scale", "licence", "image")


def identity(sheet: "CapsSheetPage") -> dict[str, list[str]]:
    """The lists of the identity card: labels by name of ``IDENTITY_TERMS``, and the ``partners``.

    Two queries for a saved sheet; a preview holds its choices in memory.
    """
    if sheet.partner_items.is_deferring:
        found = {name: [str(term) for term in getattr(sheet, name).all()] for name in IDENTITY_TERMS}
        return found | {"partners": [str(item.organisation) for item in sheet.partner_items.all()]}
    lists: dict[str, list[str]] = {name: [] for name in IDENTITY_TERMS}
    rows = _term_rows(sheet, IDENTITY_TERMS[0]).union(*(_term_rows(sheet, name) for name in IDENTITY_TERMS[1:]))
    for name, _, label in sorted(rows):
        lists[name].append(label)
    partners = sheet.partner_items.select_related("organisation")
    return lists | {"partners": [str(item.organisation) for item in partners]}


def _term_rows(sheet: "CapsSheetPage", name: str) -> QuerySet:
    chosen = getattr(type(sheet), name).through.objects.filter(capssheetpage=sheet.pk)
    return chosen.values_list(Value(name, CharField()), F("term__order"), F("term__label"))
