"""What every screen of the case files shares: its right, its menu crumbs, its style sheet."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.generic import TemplateView
from wagtail.admin.auth import permission_denied
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from caps_sheets.capitalisation.pipeline.rights import VIEW
from portal.users.models import User

BOARD_TITLE = "Tableau des dossiers"


class CaseScreen(WagtailAdminTemplateMixin, TemplateView):
    """A screen for those who hold ``right``; the others are sent back to their dashboard."""

    right = VIEW
    header_icon = "folder-open-1"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(self.right):
            return permission_denied(request)
        return super().dispatch(request, *args, **kwargs)

    @property
    def user(self) -> User:
        return cast(User, self.request.user)  # the back office lets nobody else in

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        board = {"url": reverse("capitalisation_board"), "label": BOARD_TITLE}
        here = {"url": "", "label": self.get_page_title()}
        above = [] if self.get_page_title() == BOARD_TITLE else [board]
        return [*self.breadcrumbs_items, *above, here]
