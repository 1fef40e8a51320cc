"""The home page."""

from portal.base.models import BasePage


class HomePage(BasePage):
    template = "pages/home/home_page.html"
    max_count = 1
    parent_page_types = ["wagtailcore.Page"]

    class Meta:
        verbose_name = "page d’accueil"
