"""The dashboard panels, the view that marks a notice as read, and the guides in the help menu."""

from django.http import HttpRequest
from django.urls import path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.models import PageQuerySet

from portal.home.admin_views import mark_notices_read
from portal.home.dashboard import PANELS
from portal.home.guides import views as guides
from portal.home.page_names import nameable
from portal.home.takedowns import SitemapSource, ThemeSource
from portal.moderation.takedowns.addresses import AddressSource

#: Wagtail's panels that ours replace.
REPLACED = ("workflow_objects_to_moderate", "user_objects_in_workflow_moderation")


@hooks.register("construct_homepage_panels")
def dashboard_panels(request: HttpRequest, panels: list) -> None:
    panels[:] = [panel for panel in panels if panel.name not in REPLACED]
    panels.extend(panel(request) for panel in PANELS)


@hooks.register("register_admin_urls")
def notice_url() -> list:
    return [path("avis/lus/", mark_notices_read, name="mark_notices_read")]


@hooks.register("register_admin_urls")
def guide_urls() -> list:
    return [
        path("guides/", guides.first_guide, name="guides"),
        path("guides/<slug:slug>/", guides.guide, name="guide"),
        path("guides/images/<str:name>", guides.picture, name="guide_picture"),
    ]


@hooks.register("register_help_menu_item")
def guides_menu_item() -> MenuItem:
    return MenuItem("Guides du portail", reverse("guides"), icon_name="help", name="guides", order=100)


@hooks.register("construct_page_chooser_queryset")
def name_no_other_page(pages: PageQuerySet, request: HttpRequest) -> PageQuerySet:
    return nameable(pages, request.user)


@hooks.register("takedown_sources")
def sitemap_and_themes() -> list[AddressSource]:
    return [SitemapSource(), ThemeSource()]
