"""The fragment behind the completeness panel."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from wagtail.models import Page

from portal.moderation.models import ModeratedPage


def page_completeness(request: HttpRequest, page_id: int) -> HttpResponse:
    """What the last saved draft of a page still lacks, for whoever may edit it."""
    page = get_object_or_404(Page, pk=page_id).specific
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    if not isinstance(page, ModeratedPage):
        raise Http404
    draft = page.get_latest_revision_as_object()
    context = {"missing": draft.missing_items(), "advice": draft.advice(), "advice_heading": draft.advice_heading}
    return render(request, "wagtailadmin/panels/completeness_list.html", context)
