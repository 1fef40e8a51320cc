"""What the public sheets already cover, by theme and by région: counted from the sheets, never typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import mean

from django.db.models import CharField, Count, F, QuerySet, Value, Window
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, RowNumber

from caps_sheets.capitalisation.models import CensusAnswer
from caps_sheets.models import CapsSheetPage
from caps_sheets.models.sheet_context import region_of_sheet
from network.territories.models import Region
from portal.base.querysets import visible
from portal.taxonomies.models import Theme

THEME, REGION = "theme", "region"
OFFICIAL_ORDER = ("objective__order", "order", "name")


@dataclass(frozen=True)
class Coverage:
    """How many public sheets bear one theme or take place in one région; ``average`` is that of all of its kind."""

    label: str
    sheets: int
    average: float

    @property
    def is_low(self) -> bool:
        """Little covered: no sheet at all, or fewer than the average."""
        return self.sheets == 0 or self.sheets < self.average


@dataclass(frozen=True)
class Covered:
    """``themes``: those still proposed, by id, in the official order; ``regions``: by code, in alphabetical order."""

    themes: dict[int, Coverage]
    regions: dict[str, Coverage]


def covered() -> Covered:
    """The public sheets by theme and by région. Two queries."""
    counts: dict[str, dict[str, int]] = {THEME: {}, REGION: {}}
    for axis, value, number in _counts():
        counts[axis][value] = number
    labels: dict[str, dict[str, str]] = {THEME: {}, REGION: {}}
    for axis, _, label, value in sorted(_labels()):
        labels[axis][value] = label
    themes = {int(key): each for key, each in _coverage(labels[THEME], counts[THEME]).items()}
    return Covered(themes, _coverage(labels[REGION], counts[REGION]))


def coverage_of(answer: CensusAnswer) -> list[Coverage]:
    """The main theme and the régions of an action, each with its number of sheets."""
    every = covered()
    found = [every.themes[answer.main_theme_id]] if answer.main_theme_id in every.themes else []
    codes = answer.clsm.departments.order_by("region__name").values_list("region_id", flat=True)
    return found + [every.regions[code] for code in dict.fromkeys(codes)]


def _counts() -> QuerySet:
    """(axis, value, number of distinct public sheets)."""
    by_region = _sheets_by(REGION, region_of_sheet("code"))
    return _sheets_by(THEME, F("theme_items__tag")).union(by_region, all=True)


def _sheets_by(axis: str, value: Combinable) -> QuerySet:
    sheets = visible(CapsSheetPage.objects.all()).order_by()
    bearing = sheets.annotate(axis=Value(axis, CharField()), value=Cast(value, CharField())).filter(value__isnull=False)
    return bearing.values_list("axis", "value").annotate(number=Count("pk", distinct=True))


def _labels() -> QuerySet:
    """(axis, rank, label, value)"""
    themes = Theme.objects.filter(is_active=True).order_by()
    ranked = themes.values_list(
        Value(THEME, CharField()), Window(RowNumber(), order_by=OFFICIAL_ORDER), "name", Cast("pk", CharField())
    )
    regions = Region.objects.order_by()
    return ranked.union(
        regions.values_list(Value(REGION, CharField()), Value(0), "name", Cast("pk", CharField())), all=True
    )


def _coverage(labels: Mapping[str, str], counts: Mapping[str, int]) -> dict[str, Coverage]:
    average = mean(counts.get(key, 0) for key in labels) if labels else 0
    return {key: Coverage(label, counts.get(key, 0), average) for key, label in labels.items()}
