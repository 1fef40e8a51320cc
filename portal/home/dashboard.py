"""The staff dashboard: what is expected from me, where my texts stand, what I was told, which profiles age."""

from django.http import HttpRequest
from wagtail.admin.ui.components import Component

from network.queries import stale_profiles
from portal.moderation.models import Notice
from portal.moderation.queries import reviews_for, submissions

NOTICES_SHOWN = 10
PROFILES_SHOWN = 10


class DashboardPanel(Component):
    """A panel that is shown only when it has something to say."""

    order = 0
    name = ""

    def __init__(self, request: HttpRequest):
        self.request = request

    def items(self) -> list:
        raise NotImplementedError

    def get_context_data(self, parent_context) -> dict:
        return {"items": self.items(), "request": self.request, "csrf_token": parent_context.get("csrf_token")}


class ReviewsPanel(DashboardPanel):
    name, order = "reviews", 110
    template_name = "wagtailadmin/home/reviews.html"

    def items(self) -> list:
        return reviews_for(self.request.user)


class SubmissionsPanel(DashboardPanel):
    name, order = "submissions", 120
    template_name = "wagtailadmin/home/submissions.html"

    def items(self) -> list:
        return submissions(self.request.user)


class NoticesPanel(DashboardPanel):
    name, order = "notices", 130
    template_name = "wagtailadmin/home/notices.html"

    def items(self) -> list:
        unread = Notice.objects.filter(recipient=self.request.user, read_at=None)
        return list(unread.select_related("page")[:NOTICES_SHOWN])


class StaleProfilesPanel(DashboardPanel):
    name, order = "stale_profiles", 140
    template_name = "wagtailadmin/home/stale_profiles.html"

    def items(self) -> list:
        user = self.request.user
        sees_all = user.has_perm("network.change_clsmrecord")
        return list(stale_profiles(None if sees_all else user)[:PROFILES_SHOWN])


PANELS = (ReviewsPanel, SubmissionsPanel, NoticesPanel, StaleProfilesPanel)
