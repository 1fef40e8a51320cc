"""What the screens beside an episode share: the episode, who may open them, where they stand in the back office."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView, View
from wagtail.admin.auth import permission_denied
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from caps_sheets.podcasts.models import EpisodePage
from caps_sheets.podcasts.permissions import may_edit
from portal.base.admin_views import ServiceFormView
from portal.users.models import User


class EpisodeGuard(View):
    """Opens to those who may edit the episode."""

    def find(self) -> EpisodePage:
        return get_object_or_404(EpisodePage, pk=self.kwargs["page_id"])

    def is_open_to(self, user: User) -> bool:
        return may_edit(user, self.episode)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.episode = self.find()
        if not self.is_open_to(self.user):
            return permission_denied(request)
        return super().dispatch(request, *args, **kwargs)

    @property
    def user(self) -> User:
        return cast(User, self.request.user)  # the back office lets nobody else in

    @cached_property
    def draft(self) -> EpisodePage:
        """The episode as its last draft says it."""
        return cast(EpisodePage, self.episode.get_latest_revision_as_object())

    @property
    def making_url(self) -> str:
        return reverse("episode_making", args=[self.episode.pk])


class Screen(EpisodeGuard, WagtailAdminTemplateMixin, TemplateView):
    """Title and crumbs; a stricter guard may stand before it."""

    header_icon = "media"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        page = {"url": reverse("wagtailadmin_pages:edit", args=[self.episode.pk]), "label": self.draft.title}
        return [*self.breadcrumbs_items, page, *self.crumbs(), {"url": "", "label": self.get_page_title()}]

    def crumbs(self) -> list[dict[str, str]]:
        """What stands between the episode and this screen."""
        return [{"url": self.making_url, "label": "Préparation"}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "episode": self.episode, "draft": self.draft}


class FormScreen(Screen, ServiceFormView):
    template_name = "wagtailadmin/podcasts/form.html"

    def get_success_url(self) -> str:
        return self.making_url
