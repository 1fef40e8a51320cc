"""Views of the back office about pages, redirects and notices."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.views.decorators.http import require_POST
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.chooser import BrowseView, ChosenMultipleView
from wagtail.admin.views.generic import PermissionCheckedMixin
from wagtail.admin.views.reports.page_types_usage import PageTypesUsageReportView
from wagtail.contrib.redirects.permissions import permission_policy
from wagtail.models import Page

from portal.base.admin_views import ObjectView, ServiceFormView
from portal.base.numbers import posted_number
from portal.base.work_lists import COLUMNS, FilledList, WorkRow, work_lists
from portal.home.page_names import nameable
from portal.home.redirects import ImportForm, import_redirects
from portal.moderation.models import Notice


class BrowsePagesView(BrowseView):
    def get(self, request: HttpRequest, parent_page_id: int | None = None) -> HttpResponse:
        if parent_page_id and not nameable(Page.objects.filter(pk=parent_page_id), request.user).exists():
            raise Http404
        return super().get(request, parent_page_id)


class ChosenPagesView(ChosenMultipleView):
    def get(self, request: HttpRequest) -> HttpResponse:
        asked = [pk for pk in request.GET.getlist("id") if pk.isdecimal()]
        keys = nameable(Page.objects.filter(pk__in=asked), request.user).values_list("pk", flat=True)
        query = request.GET.copy()
        query.setlist("id", [str(pk) for pk in keys])
        request.GET = query  # type: ignore[assignment]
        return super().get(request)


class PageTypesReportView(PageTypesUsageReportView):
    def decorate_paginated_queryset(self, page_types: Any) -> Any:
        types = super().decorate_paginated_queryset(page_types)
        edited = [page_type.last_edited_page_id for page_type in types]
        known = set(nameable(Page.objects.filter(pk__in=edited), self.request.user).values_list("pk", flat=True))
        for page_type in types:
            if page_type.last_edited_page_id not in known:
                page_type.last_edited_page = None
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


TITLE = "Importer des redirections"

#: The number of errors shown at once.


class ImportRedirectsView(PermissionCheckedMixin, ServiceFormView):
    permission_policy, permission_required = permission_policy, "add"
    form_class = ImportForm
    template_name = "wagtailadmin/home/redirect_import.html"
    success_url = reverse_lazy("wagtailredirects:index")
    submit_label = "Importer"
    page_title = TITLE
    header_icon = "redirect"

    def carry_out(self, form: ImportForm) -> None:
        rows = form.cleaned_data["file"]
        created = import_redirects(rows, form.cleaned_data["permanent"])
        known = len(rows) - created
        said = f"Redirections importées : {created}." if created else "Cet import est déjà fait : rien ne change."
        self.done = " ".join(filter(None, (said, f"Existaient déjà : {known}." if known else "", *form.notes)))

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": reverse("wagtailredirects:index"), "label": "Redirections"}]


@require_POST
def mark_notices_read(request: HttpRequest) -> HttpResponse:
    """Mark one notice of the user as read, or all of them."""
    notices = Notice.objects.filter(recipient=request.user.pk, read_at=None)
    if pk := request.POST.get("notice"):
        notices = notices.filter(pk=posted_number(pk))
    notices.update(read_at=timezone.now())
    return redirect("wagtailadmin_home")


class WorkListView(ObjectView):
    """Every row of a list of the home that has no screen of its own."""

    template_name = "wagtailadmin/home/work_list.html"
    header_icon = "list-ul"
    per_page = 50

    def find(self) -> None:
        found = [both for both in work_lists(self.user) if both[0].key == self.kwargs["key"] and not both[0].index]
        if not found:
            raise Http404
        self.work_list, self.rows = found[0]

    def get_page_title(self) -> str:
        return self.work_list.heading

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = self.rows.order_by("work_rank").values_list(*COLUMNS[:5])
        page_obj = Paginator(rows, self.per_page).get_page(self.request.GET.get("p"))
        shown = FilledList(
            self.work_list, self.request.path, page_obj.paginator.count, [WorkRow(*row) for row in page_obj]
        )
        return super().get_context_data(**kwargs) | {"page_obj": page_obj, "items": shown.items}
