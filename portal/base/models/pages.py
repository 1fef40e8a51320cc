"""The parent of every page type, and the page that fits most texts."""

from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from wagtail.admin.panels import ObjectList, Panel
from wagtail.fields import StreamField
from wagtail.models import Page, PageQuerySet, PageViewRestriction
from wagtail.search import index
from wagtail.url_routing import RouteResult
from wagtail.utils.decorators import cached_classmethod

from portal.base.blocks import ContentBlock
from portal.base.models.concurrency import ConcurrentPage
from portal.base.panels import page_tabs
from portal.base.querysets import pages_along


class BasePage(ConcurrentPage):
    """Abstract parent of every page type: each subclass names its template, parents and children.

    A page type that may be about suicide has a ``shows_help`` (field or property): its page then shows the 3114.
    """

    #: Pages from the root of the site to this one, if it was resolved from its URL.
    line: list[Page] | None = None

    class Meta:
        abstract = True

    @cached_classmethod
    def get_edit_handler(cls) -> Panel:
        """Wagtail's, with our names for its tabs."""
        own = getattr(cls, "edit_handler", None) or page_tabs(
            ObjectList(cls.content_panels, heading="Contenu"),
            promote=cls.promote_panels,
            settings=cls.settings_panels,
        )
        return own.bind_to_model(cls)

    @classmethod
    def to_serve(cls) -> PageQuerySet:
        """Pages of this type, with the foreign keys that their template reads."""
        return cls._default_manager.all()

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Resolve the deepest page of the URL in one query, and keep the pages above it."""
        self.line = self.line or [self]
        if not path_components:
            return super().route(request, path_components)
        pages = pages_along(self, path_components)
        if not pages:
            raise Http404(f"Aucune page à l’adresse {request.path}.")
        left = path_components[pages[-1].depth - self.depth :]
        *above, last = pages
        if not issubclass(last.specific_class or Page, BasePage):
            return last.specific.route(request, left)
        page = last.specific_class.to_serve().get(pk=last.pk)
        page.line = [*self.line, *above, page]
        page._cached_parent_obj = page.line[-2]  # what get_parent() reads
        return page.route(request, left)

    def get_view_restrictions(self) -> QuerySet[PageViewRestriction]:
        """Wagtail's, without a second read of the ancestors. An alias takes the restrictions of its source, as in
        Wagtail.
        """
        if self.line is None or any(page.alias_of_id for page in self.line):
            return super().get_view_restrictions()
        paths = [self.path[:end] for end in range(self.steplen, len(self.path) + 1, self.steplen)]
        return PageViewRestriction.objects.filter(page__path__in=paths)

    def breadcrumb(self) -> list[Page]:
        """The pages above this one, home page first."""
        return self.line[:-1] if self.line else list(self.get_ancestors().filter(depth__gt=1))


def shows_help_field() -> models.BooleanField:
    """For page types without themes."""
    return models.BooleanField(
        "afficher le 3114 en tête de page",
        default=False,
        help_text="À cocher dès que la page parle de suicide ou de détresse.",
    )


class StandardPage(BasePage):
    """A text made of blocks: presentations, help, legal pages."""

    introduction = models.TextField("introduction", max_length=600, blank=True)
    shows_help = shows_help_field()
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
