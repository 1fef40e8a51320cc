"""The steering figures of the Centre, computed from the database in a fixed number of queries each.

The time that files spend at each stage comes from the history of their moves.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from statistics import median

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils import timezone

from caps_sheets.capitalisation.case_files.queries import Coverage, covered
from caps_sheets.capitalisation.case_files.transitions import OPENED
from caps_sheets.capitalisation.models import CaseFile, CaseStatus, Stage, StageMove
from caps_sheets.lifecycle.queries import age_of
from caps_sheets.models import CapsSheetPage, Reuse, ReuseState, SheetConfirmation
from portal.base.figures import Figure, FigureRow
from portal.base.querysets import visible

SECONDS_A_DAY = 86_400


def finished_stays() -> dict[int, list[float]]:
    """stage → days of every finished stay, postponements included. One query.

    The start of a file that was not opened in the portal is unknown: its first stay is left out.
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
    """stage → days so far of the current stays of ``files``."""
    now = now or timezone.now()
    stays: dict[int, list[float]] = defaultdict(list)
    for case_file in files:
        if case_file.status == CaseStatus.ACTIVE:
            stays[case_file.stage].append(_days(case_file.stage_since, now))
    return stays


def median_days(stays: list[float]) -> int | None:
    """In whole days; None if nothing has ended yet."""
    return round(median(stays)) if stays else None


def _days(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / SECONDS_A_DAY


def all_figures(today: date | None = None) -> list[Figure]:
    """Every figure of the report, in a fixed number of queries."""
    today = today or timezone.localdate()
    files = list(CaseFile.objects.order_by().only("stage", "status", "due_on", "stage_since"))
    sheets = covered()
    return [
        delays(files),
        coverage("themes", "Fiches par thème", "Thème", sheets.themes.values()),
        coverage("regions", "Fiches par région", "Région", sheets.regions.values()),
        sheet_freshness(today),
        reuses(),
    ]


def delays(files: list[CaseFile]) -> Figure:
    finished, current = finished_stays(), current_stays(files)
    return Figure(
        "delais",
        "Délais par étape",
        "Durée médiane en jours, ajournements compris. Un passage compte quand le dossier a quitté l’étape.",
        "Étape",
        ("Durée médiane (jours)", "Passages terminés", "Ancienneté médiane des dossiers en cours (jours)"),
        [
            FigureRow(
                _named(stage),
                (median_days(finished[stage]), len(finished[stage]), median_days(current[stage])),
            )
            for stage in Stage
        ],
    )


def coverage(key: str, title: str, label: str, coverages: Iterable[Coverage]) -> Figure:
    return Figure(
        key,
        title,
        "Fiches publiées. Une fiche compte une fois dans chaque ligne. Peu couvert : moins que la moyenne des lignes.",
        label,
        ("Fiches",),
        [FigureRow(value.label, (value.sheets,), "peu couvert" if value.is_low else "") for value in coverages],
    )


def sheet_freshness(today: date) -> Figure:
    latest = SheetConfirmation.objects.filter(sheet=OuterRef("pk")).order_by("-confirmed_on").values("confirmed_on")
    sheets = visible(CapsSheetPage.objects.all()).order_by().annotate(confirmed_on=Subquery(latest[:1]))
    ages = [age_of(sheet, sheet.confirmed_on, today) for sheet in sheets.only("last_published_at")]
    counts = Counter(age.label if age else "sans date" for age in ages)
    return Figure(
        "fraicheur-fiches",
        "Fraîcheur des fiches",
        "À jour : publiée de nouveau ou confirmée depuis moins de 24 mois.",
        "Fraîcheur",
        ("Fiches",),
        [FigureRow(label.capitalize(), (counts[label],)) for label in ("à jour", "à confirmer", "sans date")],
    )


def reuses() -> Figure:
    states = _states_of(Reuse.objects.all())
    return Figure(
        "reutilisations",
        "Réutilisations des fiches",
        "« J’ai adapté cette action », dit par les CLSM.",
        "État",
        ("Réutilisations",),
        [FigureRow(state.label.capitalize(), (states[state],)) for state in ReuseState],
    )


def _states_of(rows: QuerySet) -> Counter[str]:
    """State → number of ``rows``. One query."""
    return Counter(dict(rows.order_by().values_list("state").annotate(number=Count("pk"))))


def _named(stage: Stage) -> str:
    return f"{stage.value}. {stage.label}"
