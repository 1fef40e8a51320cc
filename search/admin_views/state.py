"""The page « État de la recherche » and its rebuild button."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.views.generic import PermissionCheckedMixin, WagtailAdminTemplateMixin
from wagtail.permission_policies import ModelPermissionPolicy

from search.engines.base import EngineError, IndexMissingError, WriterBusyError
from search.health import current_state, explain, limit
from search.models import IndexChange
from search.outbox import drain

TITLE = "État de la recherche"
POLICY = ModelPermissionPolicy(IndexChange)
LONGEST_WAIT = 10.0  # seconds to wait for the writer's lock


class StateView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    page_title = TITLE
    header_icon = "search"
    permission_policy = POLICY
    permission_required = "view"
    template_name = "wagtailadmin/search/state.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": TITLE}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        minutes = int(limit().total_seconds() // 60)
        may_relaunch = self.user_has_permission("change")
        return {**super().get_context_data(**kwargs), "state": current_state(), "minutes": minutes,
                "may_relaunch": may_relaunch}  # fmt: skip


class RelaunchView(PermissionCheckedMixin, View):
    """Indexes everything that waits at once, whatever the time of its next attempt."""

    permission_policy = POLICY
    permission_required = "change"
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            done = drain(LONGEST_WAIT, everything=True)
        except (WriterBusyError, IndexMissingError) as error:
            messages.warning(request, explain(str(error)))
        except EngineError as error:
            messages.error(request, f"Les changements restent en attente. {explain(str(error))}")
        else:
            left = IndexChange.objects.count()
            if left:
                messages.warning(request, f"Changements indexés : {done}. Il en reste {left}, voyez les erreurs.")
            else:
                messages.success(request, f"Changements indexés : {done}. Plus rien n’attend.")
        return redirect("search_state")


urls = [
    path("recherche/etat/", StateView.as_view(), name="search_state"),
    path("recherche/etat/relancer/", RelaunchView.as_view(), name="search_relaunch"),
]
