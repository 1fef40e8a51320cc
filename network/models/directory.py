"""The directory of CLSMs."""

from wagtail.fields import RichTextField

from portal.base.models import BasePage


class DirectoryPage(BasePage):
    """Lists every CLSM; their profiles are its children."""

    introduction = RichTextField("introduction", blank=True, features=["bold", "italic", "link"])

    template = "pages/network/directory_page.html"
    max_count = 1
    parent_page_types = ["portal_home.HomePage"]
    subpage_types = ["network.ClsmPage"]
    content_panels = [*BasePage.content_panels, "introduction"]

    class Meta:
        verbose_name = "annuaire des CLSM"
