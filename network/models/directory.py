"""The directory of CLSMs."""

from django.http import HttpRequest
from wagtail.fields import RichTextField

from network.directory import directory_context
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
        verbose_name_plural = "annuaires des CLSM"

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> dict[str, object]:
        return super().get_context(request, *args, **kwargs) | directory_context(request)
