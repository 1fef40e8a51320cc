"""The home page."""

from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from portal.base.models import BasePage
from portal.home.models import page_context


class HomePage(BasePage):
    """States the purpose of the portal, then shows recent content. Lists and figures are computed."""

    sentence = models.CharField(
        "phrase d’accueil",
        max_length=200,
        default="Ce que les territoires ont appris en agissant pour la santé mentale.",
    )
    search_examples = models.TextField(
        "exemples de recherche",
        blank=True,
        default="prévention du suicide\nlogement\nadolescents",
        help_text="Un par ligne, trois au plus sont montrés.",
    )

    template = "pages/home/home_page.html"
    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "caps_sheets.SheetsIndexPage",
        "network.DirectoryPage",
        "caps_podcasts.ShowPage",
        "portal_home.ThemesIndexPage",
        "portal_base.NewsIndexPage",
        "portal_base.StandardPage",
        "portal_base.AccessibilityPage",
        "portal_base.SiteMapPage",
    ]

    content_panels = [*BasePage.content_panels, "sentence", "search_examples"]

    class Meta:
        verbose_name = "page d’accueil"
        verbose_name_plural = "pages d’accueil"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, object]:
        context = super().get_context(request, *args, **kwargs)
        context.update(
            sentence=self.sentence,
            search_examples=[
                {"text": text, "url": f"{reverse('search')}?{urlencode({'q': text})}"}
                for text in self.search_example_list()
            ],
            sheets=page_context.latest_sheets(),
            episode=page_context.latest_episode(),
            news=page_context.latest_news(),
            figures=page_context.figures(),
            figures_date=timezone.localdate(),
            objectives=page_context.objectives_with_themes(),
        )
        return context

    def search_example_list(self) -> list[str]:
        return [line.strip() for line in self.search_examples.splitlines() if line.strip()][:3]
