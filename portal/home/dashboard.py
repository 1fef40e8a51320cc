"""The home of the back office: tasks of the user, states of their texts, notices."""

from collections.abc import Mapping
from typing import Any, cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.ui.components import Component

from caps_sheets.models import SheetsIndexPage
from caps_sheets.podcasts.permissions import VOICES
from caps_sheets.podcasts.production.services import episodes_in_making
from network.permissions import my_clsms
from portal.base.work_lists import fill, work_lists
from portal.moderation.queries import submissions, unread_notices
from portal.users.models import User
from search.health import late_since

NOTICES_SHOWN = 10
EPISODES_SHOWN = 10


class DashboardPanel(Component):
    """A panel that is hidden when it is empty."""

    order = 0
    name = ""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.user = cast(User, request.user)  # only users with access to the admin get here

    def items(self) -> list:
        raise NotImplementedError

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        return {"items": self.items(), "request": self.request, "csrf_token": parent_context.get("csrf_token")}


class TablePanel(DashboardPanel):
    """A panel with a table, whose template renders each row."""

    panel_id = ""
    heading = ""
    columns: tuple[str, ...] = ()

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        context = super().get_context_data(parent_context)
        return {**context, "panel_id": self.panel_id, "heading": self.heading, "columns": self.columns}


class MyProfilesPanel(TablePanel):
    """The profiles that a coordinator maintains: the most frequent task comes first."""

    name, order = "my_profiles", 100
    template_name = "wagtailadmin/home/my_profiles.html"
    panel_id, heading = "mes-clsm", "Mon CLSM"
    columns = ("CLSM", "État", "Dernière confirmation")

    def items(self) -> list:
        return my_clsms(self.request)


class WorkListsPanel(DashboardPanel):
    """What waits for the person, each list with its number; always shown, first."""

    name, order = "work_lists", 80
    template_name = "wagtailadmin/home/work_lists.html"

    def items(self) -> list:
        return fill(work_lists(self.user), self.user)

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        context = super().get_context_data(parent_context)
        items = context["items"]
        full, empty = [one for one in items if one.count], [one for one in items if not one.count]
        return {**context, "full": full, "empty": empty, **self._writing()}

    def _writing(self) -> dict[str, str]:
        """Where a new sheet begins; nothing for who may not write one."""
        index = SheetsIndexPage.objects.first()
        if index is None or not index.permissions_for_user(self.user).can_add_subpage():
            return {}
        add = reverse("wagtailadmin_pages:add", args=["caps_sheets", "capssheetpage", index.pk])
        return {"sheet_url": add, "document_url": reverse("sheet_document")}


class SubmissionsPanel(TablePanel):
    name, order = "submissions", 120
    template_name = "wagtailadmin/home/submissions.html"
    panel_id, heading = "mes-soumissions", "Mes textes en relecture"
    columns = ("Page", "Où en est-elle", "Chez qui", "Depuis")

    def items(self) -> list:
        return submissions(self.user)


class EpisodesPanel(TablePanel):
    """Episodes that were never public, with their remaining steps, for those who produce them."""

    name, order = "episodes", 125
    template_name = "wagtailadmin/home/episodes.html"
    panel_id, heading = "episodes-en-preparation", "Épisodes en préparation"
    columns = ("Épisode", "Étapes", "Reste à faire", "Modifié")

    def items(self) -> list:
        return episodes_in_making(timezone.localdate(), EPISODES_SHOWN) if self.user.has_perm(VOICES) else []


class NoticesPanel(DashboardPanel):
    name, order = "notices", 130
    template_name = "wagtailadmin/home/notices.html"

    def items(self) -> list:
        return list(unread_notices(self.user)[:NOTICES_SHOWN])


class SearchWaitingPanel(DashboardPanel):
    """Shown to search administrators: published changes that are not indexed yet."""

    name, order = "search_waiting", 90
    template_name = "wagtailadmin/home/search_waiting.html"

    def items(self) -> list:
        first = late_since() if self.user.has_perm("portal_search.view_indexchange") else None
        return [first] if first else []


PANELS = (
    SearchWaitingPanel,
    MyProfilesPanel,
    WorkListsPanel,
    SubmissionsPanel,
    EpisodesPanel,
    NoticesPanel,
)
