"""« Vérifier le flux » in the back office: what directories and apps would report, before publication."""

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from wagtail.models import Page

from caps_sheets.podcasts.lint.checker import errors, lint_episode, lint_show
from caps_sheets.podcasts.models import EpisodePage, ShowPage
from caps_sheets.podcasts.models.episode_links import feed_url

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
