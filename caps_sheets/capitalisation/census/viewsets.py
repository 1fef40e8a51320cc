"""The campaigns of the census, and the screens that import the answers of earlier years."""

from typing import Any

from django.urls import URLPattern, path, reverse

from caps_sheets.capitalisation.census import campaign_views
from caps_sheets.capitalisation.census.answer_import import AnswerImporter
from caps_sheets.capitalisation.census.modeladmin import IMPORTS
from caps_sheets.capitalisation.census.transitions import DECIDES
from portal.base.admin_views import RightViewSet
from portal.imports.viewsets import ImportViewSet


class CampaignViewSet(RightViewSet):
    name = "census_campaigns"
    url_prefix = "recensement/campagnes"
    icon = "calendar"
    menu_label = campaign_views.TITLE
    menu_name = "campagnes-recensement"
    right = DECIDES

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", campaign_views.CampaignsView.as_view(), name="index"),
            path("ouvrir/", campaign_views.EditionFormView.as_view(), name="add"),
            path("<int:pk>/", campaign_views.CampaignView.as_view(), name="campaign"),
            path("<int:pk>/dates/", campaign_views.EditionFormView.as_view(), name="edit"),
            path("<int:pk>/clsm/", campaign_views.ClsmListView.as_view(), name="clsms"),
            path(
                "<int:pk>/clsm/resultats/",
                campaign_views.ClsmListView.as_view(results_only=True),
                name="clsm_results",
            ),
            path("<int:pk>/relancer/", campaign_views.RemindView.as_view(), name="remind"),
        ]


class AnswerImportViewSet(ImportViewSet):
    name = "census_import"
    url_prefix = "recensement/importer"
    add_to_admin_menu = False  # a button of the registry leads to it
    importer = AnswerImporter()
    right = IMPORTS
    title = "Importer des actions"
    intro = (
        "Reprenez ici les réponses des recensements antérieurs au portail, une action par ligne. Chaque ligne est "
        "traitée en entier ou pas du tout ; importer deux fois le même fichier ne change rien."
    )

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": reverse("recensement_modeladmin_index"), "label": "Actions recensées"}]
