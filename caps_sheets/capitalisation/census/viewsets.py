"""The screens that import the answers of earlier years."""

from typing import Any

from django.urls import reverse

from caps_sheets.capitalisation.census.answer_import import AnswerImporter
from caps_sheets.capitalisation.census.modeladmin import IMPORTS
from portal.imports.viewsets import ImportViewSet


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
