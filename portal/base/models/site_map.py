"""The site map page for readers. The one for robots is /sitemap.xml."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count
from django.db.models.functions import Length, Substr
from django.http import HttpRequest
from wagtail.fields import RichTextField
from wagtail.models import Page, PageQuerySet, Site

from portal.base.models.pages import BasePage
from portal.base.querysets import visible

MAX_CHILDREN_SHOWN = 30
LEVELS = 3


@dataclass
class Branch:
    """A page of the map. ``hidden`` is the number of children that only the list page of this branch shows."""

    page: Page
    url: str
    children: list["Branch"] = field(default_factory=list)
    hidden: int = 0


class SiteMapPage(BasePage):
    """The tree of public pages; long lists are counted, not unrolled."""

    introduction = RichTextField("introduction", blank=True, features=["bold", "italic", "link"])

    template = "pages/base/site_map_page.html"
    max_count = 1
    parent_page_types = ["portal_home.HomePage"]
    subpage_types: list[str] = []
    content_panels = [*BasePage.content_panels, "introduction"]

    class Meta:
        verbose_name = "plan du site"
        verbose_name_plural = "plans du site"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, object]:
        context = super().get_context(request, *args, **kwargs)
        context["tree"] = self.tree(request)
        return context

    def tree(self, request: HttpRequest) -> list[Branch]:
        """Branches under the home page, in menu order, from two queries whatever the number of pages."""
        site = Site.find_for_request(request)
        home = site.root_page if site else self.get_parent()
        pages = visible(Page.objects.descendant_of(home)).filter(depth__lt=home.depth + LEVELS)
        hidden = long_lists(pages)
        hidden.pop(home.path, None)  # the map begins there
        for path in hidden:
            pages = pages.exclude(path__startswith=path, depth__gt=len(path) // Page.steplen)
        top = Branch(page=home, url="")
        branches = {home.path: top}
        for page in pages.order_by("path").only("title", "path", "depth", "url_path"):
            parent = branches.get(page.path[: -Page.steplen])
            if parent is None:
                continue  # its parent is not public
            branch = Branch(page=page, url=page.get_url(request) or "", hidden=hidden.get(page.path, 0))
            branches[page.path] = branch
            parent.children.append(branch)
        return top.children


def long_lists(pages: PageQuerySet) -> dict[str, int]:
    """path → number of children among ``pages``, for pages with too many children to show."""
    parent = Substr("path", 1, Length("path") - Page.steplen)
    counts = pages.order_by().annotate(parent=parent).values_list("parent").annotate(number=Count("pk"))
    return dict(counts.filter(number__gt=MAX_CHILDREN_SHOWN))
