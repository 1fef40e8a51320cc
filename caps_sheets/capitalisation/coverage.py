"""What the public sheets already cover, by theme and by région: counted from the sheets, never typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import mean
from typing import Any

from django.db.models import Case, CharField, Count, F, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from caps_sheets.capitalisation.models import CensusAnswer
from caps_sheets.models import CapsSheetPage
from network.territories.models import Region
from portal.base.visibility import visible
from portal.taxonomies.models import Theme


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


def theme_coverage() -> dict[int, Coverage]:
    """Each theme still proposed, by its id, in the official order. Two queries."""
    counts = _sheets_by(F("theme_items__tag"))
    return _coverage(dict(Theme.objects.filter(is_active=True).values_list("pk", "name")), counts)


def region_coverage() -> dict[str, Coverage]:
    """Each région, by its code. Two queries.

    A sheet takes place in the régions of its communes or, when it names none, of the public CLSMs that carried it.
    """
    carriers = Case(When(clsm_items__clsm__live=True, then=F("clsm_items__clsm__departments__region")))
    where = Coalesce(F("commune_items__commune__department__region"), carriers, output_field=CharField())
    return _coverage(dict(Region.objects.values_list("pk", "name")), _sheets_by(where))


def coverage_of(answer: CensusAnswer) -> list[Coverage]:
    """The main theme and the régions of an action, each with its number of sheets."""
    found = []
    if theme := theme_coverage().get(answer.main_theme_id or 0):
        found.append(theme)
    regions = region_coverage()
    codes = answer.clsm.departments.order_by("region__name").values_list("region_id", flat=True).distinct()
    return found + [regions[code] for code in dict.fromkeys(codes) if code in regions]


def _sheets_by(value: Combinable) -> dict[Any, int]:
    """value → number of distinct public sheets."""
    sheets = visible(CapsSheetPage.objects.all()).order_by().annotate(value=value).filter(value__isnull=False)
    return dict(sheets.values_list("value").annotate(number=Count("pk", distinct=True)))


def _coverage(labels: Mapping[Any, str], counts: Mapping[Any, int]) -> dict[Any, Coverage]:
    average = mean(counts.get(key, 0) for key in labels) if labels else 0
    return {key: Coverage(label, counts.get(key, 0), average) for key, label in labels.items()}
