"""The proof-reading rounds in the back office."""

from django.urls import URLPattern, path

from caps_sheets.capitalisation.proofreading import admin_views
from caps_sheets.capitalisation.proofreading.links import RIGHT
from portal.base.admin_views import RightViewSet


class RoundsViewSet(RightViewSet):
    name = "proofreading_rounds"
    url_prefix = "relectures"
    icon = "openquote"
    menu_label = admin_views.TITLE
    menu_name = "relectures"
    right = RIGHT

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", admin_views.RoundsView.as_view(), name="index"),
            path("<int:round_pk>/", admin_views.RoundView.as_view(), name="detail"),
            path("liens/<int:link_pk>/retirer/", admin_views.RevokeLinkView.as_view(), name="revoke"),
        ]
