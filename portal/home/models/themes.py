"""One page per theme: every content of the portal about it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.fields import RichTextField

from portal.base.context_processors import site_feeds
from portal.base.models import BasePage
from portal.home.models import page_context


class ThemesIndexPage(RoutablePageMixin, BasePage):
    """Lists the themes by objective, and serves the page of each one."""

    introduction = RichTextField("introduction", blank=True, features=["bold", "italic", "link"])

    template = "pages/home/themes_index_page.html"
    max_count = 1
    parent_page_types = ["portal_home.HomePage"]
    subpage_types: list[str] = []
    content_panels = [*BasePage.content_panels, "introduction"]

    class Meta:
        verbose_name = "liste des thèmes"
        verbose_name_plural = "listes des thèmes"

    @path("")
    def index_route(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render(request, context_overrides={"objectives": page_context.objectives_with_themes()})

    @path("<slug:slug>/", name="theme")
    def theme_page(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Sheets, episodes and CLSMs of a theme. A retired theme keeps its page, so that links stay valid."""
        themes = page_context.theme_and_siblings(slug)
        theme = next((theme for theme in themes if theme.slug == slug), None)
        if theme is None:
            raise Http404(f"Aucun thème « {slug} ».")
        episodes = page_context.episodes_of_theme(theme)
        return self.render(
            request,
            template="pages/home/theme_page.html",
            context_overrides={
                "theme": theme,
                "canonical_url": f"{self.full_url}{slug}/",
                "shows_help": theme.shows_help,
                "sheets": page_context.sheets_of_theme(theme),
                "episodes": episodes,
                "feeds": [*page_context.podcast_feeds(theme, episodes), *site_feeds()],
                "clsms": page_context.clsms_of_theme(theme),
                "sibling_themes": [sibling for sibling in themes if sibling.is_active],
            },
        )
