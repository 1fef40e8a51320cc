"""The dashboard panels, the numbers in the menu, the notices marked as read, and the guides in the help menu."""

from copy import copy
from typing import cast

from django.http import HttpRequest
from django.urls import path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.models import PageQuerySet

from portal.base.work_lists import menu_counts
from portal.home.admin_views import WorkListView, mark_notices_read
from portal.home.dashboard import PANELS
from portal.home.guides import views as guides
from portal.home.page_names import nameable
from portal.home.takedowns import SitemapSource, ThemeSource
from portal.moderation.takedowns.addresses import AddressSource
from portal.users.models import User

#: Wagtail's panels that ours replace.
REPLACED = (
    "workflow_objects_to_moderate",
    "user_objects_in_workflow_moderation",
    "recent_edits",
    "locked_pages",  # they have their report
)


@hooks.register("construct_homepage_panels")
def dashboard_panels(request: HttpRequest, panels: list) -> None:
    panels[:] = [panel for panel in panels if panel.name not in REPLACED]
    panels.extend(panel(request) for panel in PANELS)


@hooks.register("construct_homepage_summary_items", order=1000)  # after the libraries
def no_summary(request: HttpRequest, items: list) -> None:
    """The home begins with what is to be done."""
    items.clear()


@hooks.register("construct_main_menu")
def numbered_entries(request: HttpRequest, items: list[MenuItem]) -> None:
    """The entries are shared by every request: the numbers of this one go on copies."""
    counts = menu_counts(cast(User, request.user))
    for place, item in enumerate(items):
        if count := counts.get(item.name):
            items[place] = copy(item)
            items[place].label = f"{item.label} ({count})"


@hooks.register("register_admin_urls")
def home_urls() -> list:
    return [
        path("avis/lus/", mark_notices_read, name="mark_notices_read"),
        path("a-faire/<slug:key>/", WorkListView.as_view(), name="work_list"),
    ]


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


@hooks.register("construct_help_menu")
def only_our_guides(request: HttpRequest, items: list[MenuItem]) -> None:
    """Wagtail's guide and news are in English."""
    items[:] = [item for item in items if item.name != "editor-guide" and not item.name.startswith("whats-new-in-")]


@hooks.register("construct_page_chooser_queryset")
def name_no_other_page(pages: PageQuerySet, request: HttpRequest) -> PageQuerySet:
    return nameable(pages, request.user)


@hooks.register("takedown_sources")
def sitemap_and_themes() -> list[AddressSource]:
    return [SitemapSource(), ThemeSource()]
