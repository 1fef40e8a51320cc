"""Reads of case files: the board, the coverage by theme and région, the framing grid, the panels of other apps.

Each read makes a fixed number of queries. The board has one column per stage, late files first. Coverage is counted
from the public sheets. The framing criteria come from ``data/framing_criteria.csv``, in display order. Other packages
declare their panel for the page of a case file by the hook ``case_file_panels``.
"""

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from statistics import mean
from typing import Any

from django.db.models import CharField, Count, F, FilteredRelation, Q, QuerySet, Value, Window
from django.db.models.expressions import Combinable, OrderBy
from django.db.models.functions import Cast, RowNumber
from django.utils import timezone
from wagtail import hooks

from caps_sheets.capitalisation.models import (
    MAX_SCORE,
    CaseFile,
    CaseStatus,
    CensusAnswer,
    FramingAnswer,
    FramingCriterion,
    Stage,
)
from caps_sheets.models import CapsSheetPage
from caps_sheets.models.sheet_context import region_of_sheet
from network.territories.models import Region
from portal.base.querysets import visible
from portal.taxonomies.models import Theme
from portal.users.models import User

#: Above this number of files, a column links to the list.
CARDS_SHOWN = 25

#: The fields of a card: a census answer and an account hold far more.
PERSON = ("owner__first_name", "owner__last_name", "owner__email")

SHOWN = ("stage", "stage_since", "due_on", "status", "answer__title", *PERSON)


@dataclass(frozen=True)
class Card:
    """One file on the board; ``days`` at this stage, ``late_days`` past the due date (0 if it is not late)."""

    pk: int
    title: str
    clsm: str
    owner: str
    days: int
    due_on: date | None
    late_days: int


@dataclass(frozen=True)
class BoardColumn:
    stage: Stage
    count: int
    late: int
    cards: list[Card]

    @property
    def more(self) -> int:
        """How many files of this stage the column does not show."""
        return self.count - len(self.cards)


def late_on(day: date) -> Q:
    """Active files whose due date is past."""
    return Q(status=CaseStatus.ACTIVE, due_on__lt=day)


def columns(files: QuerySet[CaseFile], now: datetime | None = None) -> list[BoardColumn]:
    """The active ones of ``files`` by stage, the latest due first. Two queries."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    active = files.filter(status=CaseStatus.ACTIVE).order_by()
    counts = {
        stage: (count, late)
        for stage, count, late in active.values_list("stage").annotate(
            count=Count("pk"), late=Count("pk", filter=late_on(today))
        )
    }
    cards: dict[int, list[Card]] = {}
    for case_file in _first_ones(active):
        cards.setdefault(case_file.stage, []).append(_card(case_file, now, today))
    return [BoardColumn(stage, *counts.get(stage, (0, 0)), cards.get(stage, [])) for stage in Stage]


def _first_ones(active: QuerySet[CaseFile]) -> QuerySet[CaseFile]:
    urgency: list[str | OrderBy] = [F("due_on").asc(nulls_last=True), "stage_since", "pk"]
    ranked = active.annotate(
        rank=Window(RowNumber(), partition_by="stage", order_by=urgency), clsm_title=F("answer__clsm__title")
    )
    return (
        ranked.filter(rank__lte=CARDS_SHOWN)
        .select_related("owner", "answer")
        .only(
            "stage",
            "stage_since",
            "due_on",
            "status",
            "answer__title",
            "owner__first_name",
            "owner__last_name",
            "owner__email",
        )
        .order_by("stage", "rank")
    )


def _card(case_file: CaseFile, now: datetime, today: date) -> Card:
    return Card(
        pk=case_file.pk,
        title=str(case_file.answer),
        clsm=case_file.clsm_title,  # type: ignore[attr-defined]
        owner=str(case_file.owner) if case_file.owner else "",
        days=case_file.days_at_stage(now),
        due_on=case_file.due_on,
        late_days=case_file.late_days(today),
    )


THEME, REGION = "theme", "region"

OFFICIAL_ORDER = ("objective__order", "order", "name")


@dataclass(frozen=True)
class Coverage:
    """The number of public sheets on one theme or in one région; ``average`` is the mean of its axis."""

    label: str
    sheets: int
    average: float

    @property
    def is_low(self) -> bool:
        """Little covered: no sheet at all, or fewer than the average."""
        return self.sheets == 0 or self.sheets < self.average


@dataclass(frozen=True)
class Covered:
    """``themes``: the active ones, by id, in the official order; ``regions``: by code, in alphabetical order."""

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
    themes = {int(key): coverage for key, coverage in _coverage(labels[THEME], counts[THEME]).items()}
    return Covered(themes, _coverage(labels[REGION], counts[REGION]))


def coverage_of(answer: CensusAnswer) -> list[Coverage]:
    """The main theme and the régions of an action, each with its number of sheets."""
    every = covered()
    by_theme = [every.themes[answer.main_theme_id]] if answer.main_theme_id in every.themes else []
    codes = answer.clsm.departments.order_by("region__name").values_list("region_id", flat=True)
    return by_theme + [every.regions[code] for code in dict.fromkeys(codes)]


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


@dataclass(frozen=True)
class FramingLine:
    """An active criterion, and its answer if there is one."""

    criterion: FramingCriterion
    answer: FramingAnswer | None


@dataclass(frozen=True)
class Score:
    """``points`` out of ``maximum``, weights applied; ``unscored`` criteria do not count yet."""

    points: int
    maximum: int
    unscored: int

    @property
    def percent(self) -> int:
        return round(100 * self.points / self.maximum) if self.maximum else 0


def grid_of(case_file: CaseFile) -> list[FramingLine]:
    """The current grid, in its order. One query for each time that the file was read."""
    known = case_file.__dict__.get("_grid")
    if known is not None:
        return known
    own = FilteredRelation("answers", condition=Q(answers__case_file=case_file.pk))
    criteria = FramingCriterion.objects.filter(is_active=True).annotate(own=own).select_related("own")  # type: ignore[misc]
    lines = [FramingLine(criterion, getattr(criterion, "own", None)) for criterion in criteria]
    case_file.__dict__["_grid"] = lines
    return lines


def score_of(lines: list[FramingLine]) -> Score:
    """The weighted sum of the non-blocking criteria."""
    weighted = [line for line in lines if not line.criterion.is_blocking]
    scored = [(line.criterion.weight, line.answer.score) for line in weighted if line.answer]
    return Score(
        points=sum(weight * score for weight, score in scored if score is not None),
        maximum=sum(MAX_SCORE * line.criterion.weight for line in weighted),
        unscored=len(weighted) - sum(score is not None for _, score in scored),
    )


CRITERIA = Path(__file__).parents[1] / "data" / "framing_criteria.csv"


def load_criteria() -> int:
    """Create the missing criteria and return their number; edits of the Centre are never changed."""
    created = 0
    with CRITERIA.open(encoding="utf-8", newline="") as file:
        for order, row in enumerate(csv.DictReader(file), start=1):
            values = {
                "label": row["label"],
                "help": row["help"],
                "is_blocking": bool(row["is_blocking"]),
                "weight": int(row["weight"]),
                "order": order,
            }
            created += FramingCriterion.objects.get_or_create(slug=row["slug"], defaults=values)[1]
    return created


@dataclass(frozen=True)
class CasePanel:
    """``read`` returns the ``content`` of ``template``, beside ``case_file``; None to show nothing."""

    key: str
    heading: str
    order: int
    template: str
    read: Callable[[CaseFile, User], dict[str, Any] | None]


def panels_for(case_file: CaseFile, user: User) -> list[tuple[CasePanel, dict[str, Any]]]:
    """The non-empty panels for ``user``, with their content, in their order."""
    panels = sorted((declare() for declare in hooks.get_hooks("case_file_panels")), key=lambda panel: panel.order)
    contents = ((panel, panel.read(case_file, user)) for panel in panels)
    return [(panel, context) for panel, context in contents if context is not None]
