"""The screens of the back office, below ``/admin/reseau/coordination/``."""

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from network.coordination import views
from network.coordination.listing import RIGHT, TITLE, CoordinationIndexView


class CoordinationMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(RIGHT)


class CoordinationViewSet(ViewSet):
    name = "network_coordination"
    url_prefix = "reseau/coordination"
    icon = "mail"
    menu_label = TITLE
    menu_item_class = CoordinationMenuItem

    @property
    def menu_url(self) -> str:
        return reverse("network_coordination:index")

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", CoordinationIndexView.as_view(), name="index"),
            path("resultats/", CoordinationIndexView.as_view(results_only=True), name="index_results"),
            path("<int:clsm_pk>/", views.detail, name="detail"),
            path("<int:clsm_pk>/inviter/", views.invite_view, name="invite"),
            path("postes/<int:pk>/fin/", views.end_view, name="end"),
            path("invitations/<int:pk>/renvoyer/", views.resend_view, name="resend"),
            path("invitations/<int:pk>/annuler/", views.revoke_view, name="revoke"),
            path("demandes/<int:pk>/accepter/", views.accept_claim, name="accept_claim"),
            path("demandes/<int:pk>/refuser/", views.refuse_claim, name="refuse_claim"),
        ]
