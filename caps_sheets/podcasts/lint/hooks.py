"""The check of a feed in the back office: URL and buttons."""

from collections.abc import Iterator

from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from caps_sheets.podcasts.lint.admin_views import CHECKED, check_feed
from portal.users.models import User


@hooks.register("register_admin_urls")
def lint_urls() -> list[URLPattern]:
    return [path("podcasts/<int:page_id>/flux/", check_feed, name="podcast_check_feed")]


@hooks.register("register_page_header_buttons")
def header_button(page: Page, user: User, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    yield from _button(page)


@hooks.register("register_page_listing_more_buttons")
def listing_button(page: Page, user: User, next_url: str | None = None) -> Iterator[Button]:
    yield from _button(page)


def _button(page: Page) -> Iterator[Button]:
    if page.specific_class in CHECKED:
        url = reverse("podcast_check_feed", args=[page.pk])
        yield Button("Vérifier le flux", url, icon_name="check", priority=49)
