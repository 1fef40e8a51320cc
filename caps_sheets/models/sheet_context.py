"""The context of the public page of a sheet, in a fixed number of queries, and the places of a sheet for counts."""

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Case, CharField, F, Prefetch, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from wagtail.models import PageQuerySet

from caps_sheets.sections import written_sections
from network.models import ClsmPage, Organisation
from network.territories.models import Department, Region
from portal.base.querysets import is_visible, visible
from portal.taxonomies.models import Theme

if TYPE_CHECKING:
    from caps_sheets.models.sheet import CapsSheetPage


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
    """The public CLSMs of a sheet, in the order of the form."""
    public = visible(
        ClsmPage.objects.prefetch_related(Prefetch("departments", Department.objects.select_related("region")))
    )
    if sheet.clsm_items.is_deferring:  # a preview: the choices are in memory only
        ids = [item.clsm_id for item in sheet.clsm_items.all()]
        return sorted(public.filter(pk__in=ids), key=lambda page: ids.index(page.pk))
    return list(public.filter(sheet_items__page=sheet.pk).order_by("sheet_items__sort_order"))


def departments_of(sheet: "CapsSheetPage", clsms: list[ClsmPage]) -> list[Department]:
    """Where the action took place: its own communes if it has some, else the covered areas of its CLSMs."""
    communes = [item.commune_id for item in sheet.commune_items.all()]
    if communes:
        return list(Department.objects.filter(communes__in=communes).select_related("region").distinct())
    departments = {department.code: department for clsm in clsms for department in clsm.departments.all()}
    return [departments[code] for code in sorted(departments)]


def regions_of(departments: list[Department]) -> list[Region]:
    """Each région once, in the order of the départements."""
    return list({department.region_id: department.region for department in departments}.values())


def sheet_context(sheet: "CapsSheetPage") -> dict:
    """What the page of a sheet shows besides the sheet itself; ``sections`` holds only the non-empty ones."""
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
    """Read the foreign keys that the page of each sheet shows."""
    return sheets.select_related("carrier", "scale", "licence", "image")


class Choice(NamedTuple):
    """A term as the identity card shows it; ``slug`` is its value in a search, empty if it is not a term."""

    label: str
    slug: str = ""

    def __str__(self) -> str:
        return self.label


def identity(sheet: "CapsSheetPage") -> dict[str, list[Choice]]:
    """The lists of the identity card: choices by name of ``IDENTITY_TERMS``, and the ``partners``.

    One query for a saved sheet; a preview has its choices in memory.
    """
    if sheet.partner_items.is_deferring:
        choices = {
            name: [Choice(str(term), term.slug) for term in getattr(sheet, name).all()] for name in IDENTITY_TERMS
        }
        return choices | {"partners": [Choice(str(item.organisation)) for item in sheet.partner_items.all()]}
    lists: dict[str, list[Choice]] = {name: [] for name in (*IDENTITY_TERMS, "partners")}
    rows = _partner_rows(sheet).union(*(_term_rows(sheet, name) for name in IDENTITY_TERMS))
    for name, _, label, key in sorted(rows, key=lambda row: (row[0], row[1] or 0, row[2])):
        partner = str(Organisation(name=label, acronym=key)) if name == "partners" else ""
        lists[name].append(Choice(partner) if partner else Choice(label, key))
    return lists


def _term_rows(sheet: "CapsSheetPage", name: str) -> QuerySet:
    """(list, rank, label, slug)"""
    chosen = getattr(type(sheet), name).through.objects.filter(capssheetpage=sheet.pk)
    return chosen.values_list(Value(name, CharField()), F("term__order"), F("term__label"), F("term__slug"))


def _partner_rows(sheet: "CapsSheetPage") -> QuerySet:
    """("partners", rank, name, acronym)"""
    chosen = sheet.partner_items.get_live_queryset().order_by()
    organisation = F("organisation__name"), F("organisation__acronym")
    return chosen.values_list(Value("partners", CharField()), F("sort_order"), *organisation)


def region_of_sheet(name: str) -> Combinable:
    """The régions of a sheet, by their field ``name`` (« code » or « slug »): one row for each.

    They are those of its communes or, if it has none, of the public CLSMs that carried it.
    """
    region = F(f"clsm_items__clsm__departments__region__{name}")
    carriers = Case(When(is_visible("clsm_items__clsm"), then=region))
    return Coalesce(F(f"commune_items__commune__department__region__{name}"), carriers, output_field=CharField())
