"""The directory of CLSMs."""

from django.http import HttpRequest
from wagtail.fields import RichTextField
from wagtail.url_routing import RouteResult

from network.directory import directory_context
from network.models.clsm import ClsmPage
from network.profile import with_links
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

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Find a profile with all that its page links to in one query, where Wagtail's way takes a dozen."""
        if len(path_components) == 1:
            clsm = with_links(ClsmPage.objects.child_of(self)).filter(slug=path_components[0]).first()
            if clsm is not None:
                return clsm.route(request, [])
        return super().route(request, path_components)

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> dict[str, object]:
        return super().get_context(request, *args, **kwargs) | directory_context(request)
