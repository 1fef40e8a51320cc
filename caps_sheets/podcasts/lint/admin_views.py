"""« Vérifier le flux » in the back office: what directories and apps would report, before publication."""

from collections.abc import Iterator

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_safe
from wagtail import hooks
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from caps_sheets.podcasts.lint.checker import errors, lint_episode, lint_show
from caps_sheets.podcasts.models import EpisodePage, ShowPage
from caps_sheets.podcasts.models.episode_links import feed_url
from portal.users.models import User

CHECKED = (ShowPage, EpisodePage)


@require_safe
def check_feed(request: HttpRequest, page_id: int) -> HttpResponse:
    """For users who may edit the page: its latest text, as it would be in the feed."""
    types = ContentType.objects.get_for_models(*CHECKED).values()
    page = get_object_or_404(Page.objects.filter(content_type__in=types), pk=page_id).specific
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    if not isinstance(page, CHECKED):
        raise Http404
    findings = lint_show(page) if isinstance(page, ShowPage) else lint_episode(page)
    show = page if isinstance(page, ShowPage) else page.get_parent().specific
    context = {
        "page": page,
        "findings": findings,
        "error_count": len(errors(findings)),
        "feed_url": feed_url(show),
        "is_show": isinstance(page, ShowPage),
    }
    return render(request, "wagtailadmin/podcasts/lint.html", context)


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
