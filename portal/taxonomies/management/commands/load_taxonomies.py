"""Load the vocabularies shipped with the portal."""

import argparse

from django.core.management.base import BaseCommand

from portal.taxonomies.services import load_all


class Command(BaseCommand):
    help = "Crée les termes et les thèmes manquants, sans toucher à ceux qui existent."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--reset",
            action="store_true",
            help="Remet aussi les termes existants au texte des fichiers (les modifications sont perdues).",
        )

    def handle(self, *args: object, reset: bool, **options: object) -> None:
        for report in load_all(reset=reset):
            self.stdout.write(f"{report.name} : {report.created} créés, {report.reset} remis, {report.kept} conservés")
