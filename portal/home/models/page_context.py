"""What the home page and the theme pages read. The number of queries does not grow with the contents."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Max, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from wagtail.models import Page, PageQuerySet

from caps_sheets.models import CapsSheetPage
from caps_sheets.models.cards import cards, with_episodes
from caps_sheets.podcasts.models import EpisodePage, ShowPage
from caps_sheets.podcasts.models.episode_links import feed_url
from network.models import ClsmPage
from network.territories.models import Department
from portal.base.context_processors import Link
from portal.base.models import NewsPage
from portal.base.querysets import visible
from portal.taxonomies.models import Term, Theme

SHEETS_SHOWN = 6
NEWS_SHOWN = 3
THEME_LIST_LENGTH = 60

Card = dict[str, object]


@dataclass(frozen=True)
class Figures:
    """The figures of the network today. ``population``: inhabitants of the covered areas of operational CLSMs."""

    operational: int
    planned: int
    population: int
    sheets: int


def latest_cards(sheets: PageQuerySet[CapsSheetPage], limit: int) -> list[Card]:
    """The latest of ``sheets``, in the form that ``components/card.html`` takes."""
    latest = visible(sheets).order_by("-first_published_at", "-pk")
    return cards(with_episodes(latest)[:limit])


def latest_sheets() -> list[Card]:
    return latest_cards(CapsSheetPage.objects.all(), SHEETS_SHOWN)


def latest_episode() -> EpisodePage | None:
    episodes = visible(EpisodePage.objects.select_related("audio", "image"))
    return episodes.order_by("-date", "-pk").first()


def latest_news() -> list[NewsPage]:
    return list(visible(NewsPage.objects.select_related("image")).order_by("-date", "-pk")[:NEWS_SHOWN])


def figures() -> Figures:
    """Computed at each read. A population typed by the CLSM takes precedence over the computed one."""
    operational = Q(clsmpage__status__slug="operationnel")
    population = Coalesce("clsmpage__declared_population", "clsmpage__computed_population")
    row = visible(Page.objects.all()).aggregate(
        operational=Count("clsmpage", filter=operational),
        planned=Count("clsmpage", filter=Q(clsmpage__status__slug="en-projet")),
        population=Sum(population, filter=operational, default=0),
        sheets=Count("capssheetpage"),
    )
    return Figures(**row)


def objectives_with_themes() -> list[Term]:
    """The objectives in order. ``shown_themes`` of each are its active themes with their ``sheet_count``."""
    shown = Q(sheet_items__content_object__in=visible(CapsSheetPage.objects.all()).values("pk"))
    themes = (
        Theme.objects.filter(is_active=True, objective__is_active=True)
        .select_related("objective")
        .annotate(sheet_count=Count("sheet_items__content_object", filter=shown, distinct=True))
        .order_by("objective__order", "objective__label", "order", "name")
    )
    objectives: dict[int, Term] = {}
    for theme in themes:
        objective = objectives.setdefault(theme.objective_id, theme.objective)
        objective.shown_themes = [*getattr(objective, "shown_themes", []), theme]
    return list(objectives.values())


def theme_and_siblings(slug: str) -> list[Theme]:
    """The theme, and those of the same objective; empty when no theme has this slug."""
    objective = Theme.objects.filter(slug=slug).values("objective")
    themes = Theme.objects.filter(objective__in=objective).select_related("objective")
    return list(themes.order_by("order", "name"))


def sheets_of_theme(theme: Theme) -> list[Card]:
    """The main theme of a published sheet is always one of its themes."""
    of_theme = CapsSheetPage.objects.filter(pk__in=theme.sheet_items.values("content_object"))
    return latest_cards(of_theme, THEME_LIST_LENGTH)


def episodes_of_theme(theme: Theme) -> list[EpisodePage]:
    episodes = EpisodePage.objects.filter(pk__in=theme.episode_items.values("content_object"))
    episodes = visible(episodes.select_related("audio", "image"))
    return list(episodes.order_by("-date", "-pk")[:THEME_LIST_LENGTH])


def podcast_feeds(theme: Theme, episodes: list[EpisodePage]) -> list[Link]:
    """The feeds of the shows of ``episodes``, limited to this theme."""
    parents = {episode.path[: -episode.steplen] for episode in episodes}
    shows = visible(ShowPage.objects.filter(path__in=parents)).order_by("title") if parents else []
    return [{"title": f"{show.title} – {theme.name}", "url": feed_url(show, theme.slug)} for show in shows]


def clsms_of_theme(theme: Theme) -> list[ClsmPage]:
    """Each with ``department_name``, the first of its départements."""
    first = Department.objects.filter(clsm_pages=OuterRef("pk")).order_by("code").values("name")[:1]
    clsms = visible(ClsmPage.objects.filter(pk__in=theme.clsm_items.values("content_object")))
    clsms = clsms.select_related("status").annotate(department_name=Subquery(first))
    return list(clsms.order_by("computed_sort_key", "title")[:THEME_LIST_LENGTH])


def theme_dates() -> list[tuple[str, datetime | None]]:
    """Slug of each proposed theme and date of the latest public sheet on it."""
    shown = Q(sheet_items__content_object__in=visible(CapsSheetPage.objects.all()).values("pk"))
    latest = Max(F("sheet_items__content_object__last_published_at"), filter=shown)
    themes = Theme.objects.filter(is_active=True).annotate(lastmod=latest)
    return list(themes.order_by("slug").values_list("slug", "lastmod"))
