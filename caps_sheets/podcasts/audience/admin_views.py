"""The report of listens in the back office."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView
from wagtail.admin.auth import permission_denied
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button
from wagtail.models import PageQuerySet

from caps_sheets.podcasts.audience.counter import KEPT_MONTHS
from caps_sheets.podcasts.audience.report import RULES, SMALL, Scope, all_figures, total
from caps_sheets.podcasts.models import EpisodePage, ShowPage
from portal.base.figures import HEADINGS, export_rows
from portal.base.numbers import posted_number
from portal.base.tables.writer import csv_response

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
    return pages.filter(pk=posted_number(pk)).first()


urls: list[URLPattern] = [path("podcast/ecoutes/", ListeningView.as_view(), name="podcast_listening")]
