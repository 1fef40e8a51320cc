"""``manage.py import_census fichier.csv``: see docs/import-recensement.md."""

from typing import Any

from caps_sheets.capitalisation.census.answer_import import AnswerImporter
from portal.base.tables.commands import ImportCommand


class Command(ImportCommand):
    help = "Reprend des réponses antérieures à partir d’un tableau, et dit ligne par ligne ce qui est fait."

    def importer(self, options: dict[str, Any]) -> AnswerImporter:
        return AnswerImporter()
