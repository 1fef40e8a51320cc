"""The news of the Centre and of the network."""

from typing import Any

from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import PageQuerySet
from wagtail.search import index

from portal.base.blocks import ContentBlock
from portal.base.models.pages import BasePage, shows_help_field
from portal.base.querysets import visible

ARTICLES_PER_PAGE = 12


class NewsIndexPage(BasePage):
    """Lists the news, latest first; the articles are its children."""

    introduction = RichTextField("introduction", blank=True, features=["bold", "italic", "link"])

    template = "pages/base/news_index_page.html"
    max_count = 1
    parent_page_types = ["portal_home.HomePage"]
    subpage_types = ["portal_base.NewsPage"]
    content_panels = [*BasePage.content_panels, "introduction"]

    class Meta:
        verbose_name = "liste des actualités"
        verbose_name_plural = "listes des actualités"

    def articles(self) -> "PageQuerySet[NewsPage]":
        return visible(NewsPage.objects.child_of(self)).select_related("image").order_by("-date", "-pk")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, object]:
        """``articles`` is one page of a paginator; a page number out of range gives the nearest page."""
        context = super().get_context(request, *args, **kwargs)
        context["articles"] = Paginator(self.articles(), ARTICLES_PER_PAGE).get_page(request.GET.get("page"))
        return context


class NewsPage(BasePage):
    """A news article."""

    date = models.DateField("date", default=timezone.localdate)
    introduction = models.CharField("chapeau", max_length=300, blank=True)
    shows_help = shows_help_field()
    image = models.ForeignKey(
        "portal_medialib.PortalImage",
        verbose_name="image",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    image_alt = models.CharField(
        "texte alternatif de l’image",
        max_length=200,
        blank=True,
        help_text="Ce que l’image apprend. Laisser vide si elle ne fait qu’illustrer.",
    )
    body = StreamField(ContentBlock(), verbose_name="contenu", blank=True)

    template = "pages/base/news_page.html"
    parent_page_types = ["portal_base.NewsIndexPage"]
    subpage_types: list[str] = []
    content_panels = [
        *BasePage.content_panels,
        FieldPanel("date"),
        FieldPanel("introduction"),
        FieldPanel("shows_help"),
        MultiFieldPanel([FieldPanel("image"), FieldPanel("image_alt")], heading="Image"),
        FieldPanel("body"),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("introduction"),
        index.SearchField("body"),
    ]

    class Meta:
        verbose_name = "actualité"
        verbose_name_plural = "actualités"
