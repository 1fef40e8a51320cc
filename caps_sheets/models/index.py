"""The list of CAPS sheets."""

from wagtail.fields import RichTextField

from portal.base.models import BasePage


class SheetsIndexPage(BasePage):
    """Lists every published sheet; the sheets are its children."""

    introduction = RichTextField("introduction", blank=True, features=["bold", "italic", "link"])

    template = "pages/caps_sheets/sheets_index_page.html"
    max_count = 1
    parent_page_types = ["portal_home.HomePage"]
    subpage_types = ["caps_sheets.CapsSheetPage"]
    content_panels = [*BasePage.content_panels, "introduction"]

    class Meta:
        verbose_name = "liste des fiches CAPS"
