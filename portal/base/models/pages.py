"""The parent of every page type, and the page that fits most texts."""

from django.db import models
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from portal.base.blocks import ContentBlock


class BasePage(Page):
    """Abstract parent of every page type: each subclass names its template, parents and children."""

    #: True when the 3114 help block must be shown inside the page.
    shows_help = False

    class Meta:
        abstract = True


class StandardPage(BasePage):
    """A text made of blocks: presentations, help, legal pages."""

    introduction = models.TextField("introduction", max_length=600, blank=True)
    shows_help = models.BooleanField(
        "afficher le 3114 en tête de page",
        default=False,
        help_text="À cocher dès que la page parle de suicide ou de détresse.",
    )
    body = StreamField(ContentBlock(), verbose_name="contenu", blank=True)

    template = "pages/base/standard_page.html"
    parent_page_types = ["portal_home.HomePage", "portal_base.StandardPage"]
    subpage_types = ["portal_base.StandardPage"]
    content_panels = [*BasePage.content_panels, "introduction", "shows_help", "body"]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("introduction"),
        index.SearchField("body"),
    ]

    class Meta:
        verbose_name = "page de texte"
        verbose_name_plural = "pages de texte"
