"""How long files stay at each stage, from the history of their moves."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from statistics import median

from django.utils import timezone

from caps_sheets.capitalisation.models import CaseFile, CaseStatus, StageMove
from caps_sheets.capitalisation.pipeline.moves import OPENED

SECONDS_A_DAY = 86_400


def finished_stays() -> dict[int, list[float]]:
    """stage → days of every stay that ended, postponements included. One query.

    A file that was not opened in the portal has no known start: its first stay is left out.
    """
    stays: dict[int, list[float]] = defaultdict(list)
    since: dict[int, datetime] = {}
    moves = StageMove.objects.order_by("case_file_id", "at", "pk")
    for case_file, action, before, after, at in moves.values_list("case_file_id", "action", "before", "after", "at"):
        if action == OPENED:
            since[case_file] = at
        elif before != after:
            if case_file in since:
                stays[before].append(_days(since[case_file], at))
            since[case_file] = at
    return stays


def current_stays(files: Iterable[CaseFile], now: datetime | None = None) -> dict[int, list[float]]:
    """stage → days so far of those of ``files`` that go on."""
    now = now or timezone.now()
    stays: dict[int, list[float]] = defaultdict(list)
    for case_file in files:
        if case_file.status == CaseStatus.ACTIVE:
            stays[case_file.stage].append(_days(case_file.stage_since, now))
    return stays


def median_days(stays: list[float]) -> int | None:
    """In whole days; None when nothing ended yet."""
    return round(median(stays)) if stays else None


def _days(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / SECONDS_A_DAY
