"""The list of CAPS sheets."""

from django.core.paginator import Paginator
from django.http import HttpRequest
from wagtail.fields import RichTextField

from caps_sheets.models.sheet import CapsSheetPage
from caps_sheets.queries import card, with_cards
from portal.base.models import BasePage

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

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        sheets = CapsSheetPage.objects.child_of(self).live().public().order_by("-first_published_at", "pk")
        page_obj = Paginator(with_cards(sheets), PER_PAGE).get_page(request.GET.get("page"))
        cards = [card(sheet) for sheet in page_obj]
        return {**super().get_context(request, *args, **kwargs), "page_obj": page_obj, "cards": cards}
