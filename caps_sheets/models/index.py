"""The list of CAPS sheets."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from wagtail.fields import RichTextField
from wagtail.models import Workflow

from caps_sheets.models import cards
from caps_sheets.models.sheet import CapsSheetPage
from portal.base.models import BasePage
from portal.base.querysets import visible

PER_PAGE = 12


class SheetsIndexPage(BasePage):
    """Lists every published sheet; the sheets are its children."""

    introduction = RichTextField("introduction", blank=True, features=["bold", "italic", "link"])

    content_panels = [*BasePage.content_panels, "introduction"]
    template = "pages/caps_sheets/sheets_index_page.html"
    max_count = 1
    parent_page_types = ["portal_home.HomePage"]
    subpage_types = ["caps_sheets.CapsSheetPage"]

    class Meta:
        verbose_name = "liste des fiches CAPS"
        verbose_name_plural = "listes des fiches CAPS"

    def get_workflow(self) -> Workflow | None:
        """The workflow of the pages around it: the workflow attached here is for sheets, with their CLSM and their
        grid.
        """
        return self.get_parent().get_workflow()

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict:
        sheets = visible(CapsSheetPage.objects.child_of(self)).order_by("-first_published_at", "pk")
        page_obj = Paginator(cards.with_episodes(sheets), PER_PAGE).get_page(request.GET.get("page"))
        return {**super().get_context(request, *args, **kwargs), "page_obj": page_obj, "cards": cards.cards(page_obj)}
