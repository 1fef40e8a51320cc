"""Which page titles a user of the back office may see: public pages, and pages that they have a right on.

Wagtail shows anybody who may add a page all its siblings. Its choosers show every page, and its report of page types
shows the last page that anybody edited.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.chooser import BrowseView, ChosenMultipleView
from wagtail.admin.views.pages.bulk_actions.page_bulk_action import PageBulkAction
from wagtail.admin.views.pages.move import move_confirm
from wagtail.admin.views.pages.workflow import ConfirmWorkflowCancellation
from wagtail.admin.views.reports.page_types_usage import PageTypesUsageReportView
from wagtail.models import Page, PageQuerySet
from wagtail.permission_policies.pages import PagePermissionPolicy

from portal.base.querysets import is_visible
from portal.users.models import User

ON_A_PAGE = {"change", "publish", "lock", "unlock", "bulk_delete"}

explorable_by_wagtail = PagePermissionPolicy.explorable_instances

actionable_by_wagtail = PageBulkAction.get_actionable_objects


def explorable_instances(policy: PagePermissionPolicy, user: User) -> PageQuerySet:
    """The pages of the explorer, its API, its search and its reports. A right to add pages does not show their
    siblings.

    Replaces Wagtail’s own in ``HomeConfig.ready``: no hook covers all of these.
    """
    pages = explorable_by_wagtail(policy, user)
    if user.is_superuser:
        return pages
    mine = policy.instances_user_has_any_permission_for(user, ON_A_PAGE)
    return pages.filter(Q(pk__in=mine.values("pk")) | Q(path__in=_ways_to_rights(policy, user)) | is_visible())


def _ways_to_rights(policy: PagePermissionPolicy, user: User) -> set[str]:
    """The paths of the pages on which a permission is given, and of their ancestors."""
    given = [each.page.path for each in policy.get_cached_permissions_for_user(user)]
    return {path[:end] for path in given for end in range(Page.steplen, len(path) + 1, Page.steplen)}


def nameable(pages: PageQuerySet, user: User | AnonymousUser) -> PageQuerySet:
    """Filtered by id: the search of the back office supports no other filter."""
    explorable = PagePermissionPolicy().explorable_instances(user)
    known = Page.objects.filter(is_visible() | Q(pk__in=explorable.values("pk")))
    return pages.filter(pk__in=known.values_list("pk", flat=True))


def get_actionable_objects(action: PageBulkAction) -> tuple[list[Page], dict[str, list[Page]]]:
    """The pages of a bulk action, and those that it skips, with their titles if the user may see them."""
    pages, others = actionable_by_wagtail(action)
    refused = others["items_with_no_access"]
    known = nameable(Page.objects.filter(pk__in=[page.pk for page in refused]), action.request.user)
    named = set(known.values_list("pk", flat=True))
    if not pages and not named:
        raise Http404
    return pages, others | {"items_with_no_access": [page for page in refused if page.pk in named]}


class BrowsePagesView(BrowseView):
    def get(self, request: HttpRequest, parent_page_id: int | None = None) -> HttpResponse:
        if parent_page_id and not nameable(Page.objects.filter(pk=parent_page_id), request.user).exists():
            raise Http404
        return super().get(request, parent_page_id)


class ChosenPagesView(ChosenMultipleView):
    def get(self, request: HttpRequest) -> HttpResponse:
        asked = [pk for pk in request.GET.getlist("id") if pk.isdecimal()]
        found = nameable(Page.objects.filter(pk__in=asked), request.user).values_list("pk", flat=True)
        query = request.GET.copy()
        query.setlist("id", [str(pk) for pk in found])
        request.GET = query  # type: ignore[assignment]
        return super().get(request)


class PageTypesReportView(PageTypesUsageReportView):
    def decorate_paginated_queryset(self, page_types: Any) -> Any:
        types = super().decorate_paginated_queryset(page_types)
        edited = [one.last_edited_page_id for one in types]
        known = set(nameable(Page.objects.filter(pk__in=edited), self.request.user).values_list("pk", flat=True))
        for one in types:
            if one.last_edited_page_id not in known:
                one.last_edited_page = None
        return types


def needs(right: str, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """``view``, for users with this right on the page of its URL. Wagtail shows the title of the page before its
    check.
    """

    @require_admin_access
    def checked(request: HttpRequest, **kwargs: int) -> HttpResponse:
        page = get_object_or_404(Page, pk=next(iter(kwargs.values())))
        if not getattr(page.permissions_for_user(request.user), right)():
            raise PermissionDenied
        return view(request, **kwargs)

    return checked


def no_test_page(request: HttpRequest) -> HttpResponse:
    """Wagtail’s view that fails on purpose would notify the administrators of a false error."""
    raise Http404


#: Runs before Wagtail’s own: its hook for URLs puts them after.
urlpatterns = [
    path("choose-page/", require_admin_access(BrowsePagesView.as_view())),
    path("choose-page/<int:parent_page_id>/", require_admin_access(BrowsePagesView.as_view())),
    path("choose-page/chosen-multiple/", require_admin_access(ChosenPagesView.as_view())),
    path("reports/page-types-usage/", require_admin_access(PageTypesReportView.as_view())),
    path("reports/page-types-usage/results/", require_admin_access(PageTypesReportView.as_view(results_only=True))),
    path("pages/<int:page_to_move_id>/move/<int:destination_id>/confirm/", needs("can_move", move_confirm)),
    path(
        "pages/workflow/confirm_cancellation/<int:page_id>/", needs("can_edit", ConfirmWorkflowCancellation.as_view())
    ),
    path("failwhale/", no_test_page),
]
