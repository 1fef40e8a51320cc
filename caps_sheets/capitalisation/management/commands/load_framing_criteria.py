"""Load the framing criteria shipped with the portal."""

from typing import Any

from django.core.management.base import BaseCommand

from caps_sheets.capitalisation.case_files.queries import load_criteria


class Command(BaseCommand):
    help = "Crée les critères de cadrage manquants, sans toucher à ceux qui existent."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"critères de cadrage : {load_criteria()} créés")
