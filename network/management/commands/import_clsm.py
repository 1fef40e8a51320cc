"""``manage.py import_clsm fichier.csv``: see docs/import-clsm.md."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from network.clsm_import.importer import NO_DIRECTORY, ClsmImporter
from network.models import DirectoryPage
from portal.base.tables.commands import ImportCommand
from portal.base.tables.importer import Importer, Outcome, Result


class Command(ImportCommand):
    help = "Crée et met à jour des profils de CLSM à partir d’un tableau, et dit ligne par ligne ce qui est fait."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--publish", action="store_true", help="Publier les profils complets.")

    def importer(self, options: dict[str, Any]) -> ClsmImporter:
        if not DirectoryPage.objects.exists():
            raise CommandError(NO_DIRECTORY)
        return ClsmImporter(publish=options["publish"])

    def outcome(self, importer: Importer, result: Result) -> str:
        state = super().outcome(importer, result)
        if result.is_published:
            return f"{state}, publié"
        return f"{state} en brouillon" if result.outcome is Outcome.CREATED else state

    def totals(self, importer: Importer, results: list[Result]) -> list[str]:
        return [*super().totals(importer, results), f"publié : {sum(result.is_published for result in results)}"]
