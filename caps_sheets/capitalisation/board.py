"""The board of case files: one column a stage, what is late first. Reads only, in a fixed number of queries."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.expressions import OrderBy
from django.db.models.functions import RowNumber
from django.utils import timezone

from caps_sheets.capitalisation.models import CaseFile, CaseStatus, Stage

#: Beyond that many, a column leads to the list.
CARDS_SHOWN = 25
#: What a card reads: a census answer and an account hold far more.
PERSON = ("owner__first_name", "owner__last_name", "owner__email")
SHOWN = ("stage", "stage_since", "due_on", "status", "answer__title", *PERSON)


@dataclass(frozen=True)
class Card:
    """One file as the board shows it; ``days`` at this stage, ``late_days`` past the due date (0 when it is not)."""

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
    """Files that go on and whose due date is past."""
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


def late_days(case_file: CaseFile, today: date | None = None) -> int:
    """Days past the due date; 0 for a file that is on time, or that does not go on."""
    if case_file.status != CaseStatus.ACTIVE or case_file.due_on is None:
        return 0
    return max(0, ((today or timezone.localdate()) - case_file.due_on).days)


def days_at_stage(case_file: CaseFile, now: datetime | None = None) -> int:
    return ((now or timezone.now()) - case_file.stage_since).days


def _card(case_file: CaseFile, now: datetime, today: date) -> Card:
    return Card(
        pk=case_file.pk,
        title=str(case_file.answer),
        clsm=case_file.clsm_title,  # type: ignore[attr-defined]
        owner=str(case_file.owner) if case_file.owner else "",
        days=days_at_stage(case_file, now),
        due_on=case_file.due_on,
        late_days=late_days(case_file, today),
    )
