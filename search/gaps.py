"""Combinations without a sheet: themes × publics × régions, counted by the database in one query."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import CharField, Count, F, QuerySet, Value
from django.db.models.expressions import Combinable
from django.urls import reverse

from caps_sheets.models import CapsSheetPage
from caps_sheets.models.sheet_context import region_of_sheet
from network.territories.models import Region
from portal.base.querysets import visible
from portal.taxonomies.models import Term, Theme, Vocabulary
from search.families import SheetFamily
from search.queries import SearchQuery


class Axis(NamedTuple):
    """``name`` is the facet group of the public search; ``plural`` and ``missing`` complete sentences."""

    name: str
    label: str
    plural: str
    missing: str


AXES = {
    axis.name: axis
    for axis in (
        Axis("theme", "Thème", "Thèmes", "sans thème"),
        Axis("public", "Public", "Publics", "sans public"),
        Axis("region", "Région", "Régions", "sans région connue"),
    )
}


def value_of(name: str) -> Combinable:
    """The values of an axis on a sheet, under the names that the search uses."""
    if name == "theme":
        return F("theme_items__tag__slug")
    if name == "public":
        return F("audiences__slug")
    return region_of_sheet("slug")


@dataclass(frozen=True)
class Line:
    """One value of an axis: ``sheets`` is the number of distinct sheets that have it."""

    value: str
    label: str
    sheets: int


@dataclass(frozen=True)
class Cell:
    """One cell: its number of sheets and the search that lists them."""

    column: str
    sheets: int
    url: str


@dataclass(frozen=True)
class Gaps:
    """A cross table.

    ``cells``: (row, column) → number of sheets; ``total``: all of them; ``without``: those without a value on an axis,
    by name of axis. A sheet counts once in each of its cells and once in each total.
    """

    rows: Axis
    columns: Axis
    row_lines: list[Line]
    column_lines: list[Line]
    cells: dict[tuple[str, str], int]
    total: int
    without: dict[str, int]
    kept: dict[str, str] = field(default_factory=dict)

    @property
    def empty(self) -> int:
        """The number of cells without a sheet."""
        return len(self.row_lines) * len(self.column_lines) - len(self.cells)

    def cells_of(self, row: Line) -> Iterator[Cell]:
        for column in self.column_lines:
            sheets = self.cells.get((row.value, column.value), 0)
            chosen = {self.rows.name: row.value, self.columns.name: column.value, **self.kept}
            yield Cell(column.label, sheets, search_url(chosen) if sheets else "")


def search_url(chosen: dict[str, str]) -> str:
    """The public search of the sheets with the values ``chosen``."""
    filters = {"type": (SheetFamily.slug,), **{name: (value,) for name, value in chosen.items()}}
    return f"{reverse('search')}?{SearchQuery(filters=filters).url_params()}"


def gaps(rows: Axis, columns: Axis, kept: dict[str, str]) -> Gaps:
    """The public sheets by ``rows`` and ``columns``; ``kept`` filters by values of other axes (name → value)."""
    counts = count(rows, columns, kept)
    total = counts.pop(("", ""), 0)
    by_row = {row: number for (row, column), number in counts.items() if not column}
    by_column = {column: number for (row, column), number in counts.items() if not row}
    with_row, with_column = by_row.pop(ANY, 0), by_column.pop(ANY, 0)
    return Gaps(
        rows,
        columns,
        lines(rows.name, by_row),
        lines(columns.name, by_column),
        {(row, column): number for (row, column), number in counts.items() if row and column},
        total,
        {rows.name: total - with_row, columns.name: total - with_column},
        kept,
    )


#: Stands for any value, in totals.
ANY = "*"


def count(rows: Axis, columns: Axis, kept: dict[str, str]) -> dict[tuple[str, str], int]:
    """(row, column) → number of distinct sheets, "" for an axis left out, ANY for any of its values. One query."""
    sheets = visible(CapsSheetPage.objects.all()).order_by()
    for number, (name, value) in enumerate(kept.items()):
        sheets = sheets.annotate(**{f"kept_{number}": value_of(name)}).filter(**{f"kept_{number}": value})
    row, column = value_of(rows.name), value_of(columns.name)
    none, any_value = Value("", CharField()), Value(ANY, CharField())
    tallies = tally(sheets, row, column).union(
        tally(sheets, row, none),
        tally(sheets, none, column),
        overall(sheets, row, any_value, none),
        overall(sheets, column, none, any_value),
        overall(sheets, none, none, none),
        all=True,
    )
    return {(row_value, column_value): number for row_value, column_value, number in tallies if number}


def tally(sheets: QuerySet, row: Combinable, column: Combinable) -> QuerySet:
    """(row, column, number of sheets) of each non-empty cell."""
    crossed = sheets.annotate(row=row, column=column).filter(row__isnull=False, column__isnull=False)
    return crossed.values_list("row", "column").annotate(number=Count("pk", distinct=True))


def overall(sheets: QuerySet, value: Combinable, row: Value, column: Value) -> QuerySet:
    """(row, column, number of sheets) of all those that have a ``value``."""
    bearing = sheets.annotate(value=value).filter(value__isnull=False).annotate(row=row, column=column)
    return bearing.values_list("row", "column").annotate(number=Count("pk", distinct=True))


def lines(name: str, counts: dict[str, int]) -> list[Line]:
    """Every value of an axis in its official order; a retired one stays while a sheet has it."""
    return [
        Line(value, label, counts.get(value, 0))
        for value, label, is_active in vocabulary(name)
        if is_active or value in counts
    ]


def vocabulary(name: str) -> list[tuple[str, str, bool]]:
    """(value, label, whether it is active) of an axis, in its official order."""
    if name == "theme":
        return list(Theme.objects.values_list("slug", "name", "is_active"))
    if name == "public":
        return list(Term.objects.filter(vocabulary=Vocabulary.AUDIENCE).values_list("slug", "label", "is_active"))
    return [(slug, label, True) for slug, label in Region.objects.values_list("slug", "name")]
