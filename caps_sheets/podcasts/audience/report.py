"""The report « Écoutes » of the back office: listens by show, month, episode and source.

Small numbers are hidden, because they may identify a person.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, IntegerField, Q, QuerySet, Sum, When
from django.db.models.functions import TruncMonth
from django.utils.formats import date_format

from caps_sheets.podcasts.models import EpisodeDay, EpisodePage, ShowPage, Source
from portal.base.dates import months_ago
from portal.base.figures import Figure, FigureRow, Number

SMALL = 5

RECENT_DAYS = 30

RULES = "Selon les règles IAB 2.2, non certifié."


@dataclass(frozen=True)
class Scope:
    """The scope of the report: this month and the ``months`` − 1 before it, everywhere, in one show or for one
    episode.
    """

    today: date
    months: int
    show: ShowPage | None = None
    episode: EpisodePage | None = None

    @property
    def since(self) -> date:
        return months_ago(self.months - 1, self.today.replace(day=1)).date()

    @property
    def days(self) -> QuerySet[EpisodeDay]:
        days = EpisodeDay.objects.filter(day__gte=self.since, day__lte=self.today)
        if self.episode is not None:
            return days.filter(episode=self.episode)
        return days.filter(episode__path__startswith=self.show.path) if self.show else days


def shown(number: int) -> Number:
    """A number as shown: from 1 to 4, only that it is small."""
    return f"<\u00a0{SMALL}" if 0 < number < SMALL else number


def total(scope: Scope) -> Number:
    """All listens; those of one episode are already a detail."""
    number = scope.days.aggregate(total=Sum("count"))["total"] or 0
    return shown(number) if scope.episode else number


def all_figures(scope: Scope) -> list[Figure]:
    """The tables of the report, each in one query."""
    tables = [by_month(scope), by_source(scope)]
    return tables if scope.episode else [*tables, by_episode(scope)]


def by_month(scope: Scope) -> Figure:
    months = scope.days.annotate(month=TruncMonth("day")).values_list("month").annotate(total=Sum("count"))
    counts = dict(months.order_by())
    rows = [
        FigureRow(date_format(month, "F Y").capitalize(), (shown(counts.get(month, 0)),))
        for month in _months(scope.since, scope.today)
    ]
    return Figure("mois", "Écoutes par mois", "Mois en cours compris.", "Mois", ("Écoutes",), rows)


def by_episode(scope: Scope) -> Figure:
    since = scope.today - timedelta(days=RECENT_DAYS - 1)
    recent = Case(When(Q(day__gte=since), then="count"), default=0, output_field=IntegerField())
    counts = scope.days.values("episode_id", "episode__title").annotate(total=Sum("count"), recent=Sum(recent))
    rows = [
        FigureRow(
            line["episode__title"],
            (shown(line["total"]), shown(line["recent"])),
            url=f"?episode={line['episode_id']}&mois={scope.months}",
        )
        for line in counts.order_by("-total", "episode__title", "episode_id")
    ]
    return Figure(
        "episodes",
        "Écoutes par épisode",
        "Du plus écouté au moins écouté ; un épisode mène à son détail.",
        "Épisode",
        ("Écoutes", f"Dont les {RECENT_DAYS} derniers jours"),
        rows,
    )


def by_source(scope: Scope) -> Figure:
    counts = dict(scope.days.values_list("source").annotate(total=Sum("count")).order_by())
    rows = [FigureRow(_capitalised(source.label), (shown(counts.get(source, 0)),)) for source in Source]
    about = "L’application dit elle-même ce qu’elle est ; « Autre » : navigateur venu d’ailleurs, application inconnue."
    return Figure("origines", "Écoutes par origine", about, "Origine", ("Écoutes",), rows)


def _months(first: date, today: date) -> list[date]:
    """The first day of each month, from that of ``first`` to that of ``today``."""
    numbers = range(first.year * 12 + first.month - 1, today.year * 12 + today.month)
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]


def _capitalised(label: str) -> str:
    return label[0].upper() + label[1:]
