"""The report « Écoutes » of the back office: listens by show, month, episode and source.

Small numbers are hidden, because they may identify a person.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Sum, When
from django.db.models.functions import TruncMonth
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin.auth import permission_denied
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button
from wagtail.models import PageQuerySet

from caps_sheets.podcasts.audience.counter import KEPT_MONTHS
from caps_sheets.podcasts.models import EpisodeDay, EpisodePage, ShowPage, Source
from portal.base.dates import months_ago
from portal.base.figures import HEADINGS, Figure, FigureRow, Number, export_rows
from portal.base.table_writer import csv_response

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
        found = EpisodeDay.objects.filter(day__gte=self.since, day__lte=self.today)
        if self.episode is not None:
            return found.filter(episode=self.episode)
        return found.filter(episode__path__startswith=self.show.path) if self.show else found


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


TITLE = "Écoutes"

RIGHT = "caps_podcasts.view_episodeday"

PERIODS = {1: "ce mois-ci", 3: "3 derniers mois", 12: "12 derniers mois", KEPT_MONTHS: f"{KEPT_MONTHS} derniers mois"}

PERIOD = 12

SHOWN_ROWS = 50  # more than the months or sources: only the table of episodes may be longer


class ListeningView(WagtailAdminTemplateMixin, TemplateView):
    """``?mois=12&emission=4`` or ``?episode=9``: unknown values are ignored. ``export=csv``: all tables in one file."""

    page_title = TITLE
    header_icon = "media"
    template_name = "wagtailadmin/podcasts/listening.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(RIGHT):
            return permission_denied(request)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        figures = all_figures(self.scope)
        if request.GET.get("export") == "csv":
            name = f"ecoutes-{self.scope.months}-mois-{self.scope.today:%Y-%m-%d}"
            about = ("À propos", f"Depuis le {self.scope.since:%d/%m/%Y}", "Écoutes", total(self.scope), RULES)
            return csv_response(name, HEADINGS, [about, *export_rows(figures)])  # type: ignore[return-value]
        longest = max(figures, key=lambda figure: len(figure.rows))
        hidden = len(longest.rows) - SHOWN_ROWS
        del longest.rows[SHOWN_ROWS:]
        return self.render_to_response(self.get_context_data(figures=figures, hidden=hidden))

    @cached_property
    def scope(self) -> Scope:
        asked = self.request.GET
        episode = chosen(EpisodePage.objects.all(), asked.get("episode", ""))
        show = chosen(ShowPage.objects.all(), asked.get("emission", ""))
        months = asked.get("mois", "")
        known = {str(number): number for number in PERIODS}
        return Scope(timezone.localdate(), known.get(months, PERIOD), show, episode)

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        params = self.request.GET.copy()
        params["export"] = "csv"
        return [Button("Télécharger CSV", url=f"{self.request.path}?{params.urlencode()}", icon_name="download")]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        episode = self.scope.episode
        items = [*self.breadcrumbs_items, {"url": reverse("podcast_listening") if episode else "", "label": TITLE}]
        return [*items, {"url": "", "label": episode.title}] if episode else items

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "scope": self.scope,
            "total": total(self.scope),
            "shows": ShowPage.objects.order_by("title"),
            "periods": PERIODS,
            "rules": RULES,
            "small": SMALL,
            "kept_months": KEPT_MONTHS,
            "shown_rows": SHOWN_ROWS,
        }


def chosen(pages: PageQuerySet, pk: str) -> Any:
    """The page named by a parameter, None for any other value."""
    return pages.filter(pk=pk).first() if pk.isascii() and pk.isdigit() and len(pk) < 10 else None


urls: list[URLPattern] = [path("podcast/ecoutes/", ListeningView.as_view(), name="podcast_listening")]
