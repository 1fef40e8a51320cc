"""What the admin of every versioned grid shares: a version that has served is read, never changed."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from wagtail.admin import messages
from wagtail.admin.viewsets.model import ModelViewSet

from caps_sheets.models.grids import VersionedGrid


class UnusedVersionMixin:
    """Refuses to change a version that has served, and says why. Stands before a Wagtail view of one version.

    ``frozen``: the reason. ``refused_methods``: the other methods show the version, with the reason above it.
    """

    model: type[VersionedGrid]
    permission_policy: Any
    kwargs: dict[str, Any]
    frozen = ""
    refused_methods: tuple[str, ...] = ("GET", "HEAD", "POST")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        grid = get_object_or_404(self.model, pk=self.kwargs["pk"])
        may_change = self.permission_policy.user_has_permission(request.user, "change")
        if may_change and (reason := self.refusal(grid)):
            if request.method in self.refused_methods:
                messages.error(request, reason)
                return redirect(self.refused_url(grid))
            messages.warning(request, reason)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def refusal(self, grid: VersionedGrid) -> str:
        """Why ``grid`` does not change; empty when it may."""
        return self.frozen if grid.has_served else ""

    def refused_url(self, grid: VersionedGrid) -> str:
        raise NotImplementedError


class VersionedGridViewSet(ModelViewSet):
    """The versions of one grid: a new one is a copy, so that Wagtail's own « Copier » is not offered."""

    copy_view_enabled = False
    inspect_view_enabled = True
