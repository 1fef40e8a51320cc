"""The screens of one kind of import. Each app registers its own, for its importer."""

from functools import partial
from time import monotonic
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import URLPattern, path, re_path
from django.utils.functional import cached_property
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from portal.base.tables.importer import Importer
from portal.imports import admin_views
from portal.imports.services import Clock
from portal.users.models import User


class ImportMenuItem(MenuItem):
    """For those who may import."""

    def __init__(self, *args: Any, viewset: "ImportViewSet", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewset = viewset

    def is_shown(self, request: HttpRequest) -> bool:
        """Asked for the entry, and for the group that holds it: read once per request."""
        known = request.__dict__.setdefault("_shown_imports", {})
        if self.name not in known:
            known[self.name] = self.viewset.allows(request.user)
        return known[self.name]


class ImportViewSet(ViewSet):
    """``right``: « app.codename »; ``title``: « Importer des actions »; ``intro``: what the import does.

    ``clock`` gives seconds, which bound the work of one request.
    """

    icon = "upload"
    importer: Importer
    right = ""
    title = ""
    intro = ""
    clock: Clock = staticmethod(monotonic)

    def allows(self, user: User | AnonymousUser) -> bool:
        return user.has_perm(self.right)

    def crumbs(self) -> list[dict[str, Any]]:
        """The screens between the dashboard and this one."""
        return []

    @cached_property
    def menu_label(self) -> str:
        return self.title

    @cached_property
    def menu_item_class(self) -> partial[ImportMenuItem]:
        return partial(ImportMenuItem, viewset=self)

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_common_view_kwargs(viewset=self, **kwargs)

    def get_urlpatterns(self) -> list[URLPattern]:
        view = self.construct_view
        return [
            path("", view(admin_views.IndexView), name="index"),
            re_path(r"^modele\.(?P<extension>csv|xlsx)$", view(admin_views.BlankTableView), name="blank"),
            re_path(r"^exporter\.(?P<extension>csv|xlsx)$", view(admin_views.TableExportView), name="export"),
            path("titres/<int:heading>/oublier/", view(admin_views.ForgetHeadingView), name="forget_heading"),
            path("<int:pk>/", view(admin_views.TableView), name="table"),
            path("<int:pk>/titres/", view(admin_views.HeadingsView), name="headings"),
            path("<int:pk>/avancer/", view(admin_views.AdvanceView), name="advance"),
            path("<int:pk>/corriger/", view(admin_views.CorrectView), name="correct"),
            path("<int:pk>/importer/", view(admin_views.BeginView), name="begin"),
            path("<int:pk>/supprimer/", view(admin_views.DiscardView), name="discard"),
            path("<int:pk>/lignes/<int:number>/", view(admin_views.LineView), name="line"),
            re_path(
                r"^(?P<pk>[0-9]+)/(?P<what>compte-rendu|lignes-a-corriger)\.csv$",
                view(admin_views.DownloadView),
                name="download",
            ),
        ]
