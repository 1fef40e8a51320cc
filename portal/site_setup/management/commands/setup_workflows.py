"""Creates or updates the moderation workflows. Safe to run again."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.site_setup.workflows import setup_workflows


class Command(BaseCommand):
    help = "Crée les circuits de relecture et les rattache aux pages."

    def handle(self, *args: Any, **options: Any) -> None:
        for line in setup_workflows() or ["Circuits de relecture déjà en place."]:
            self.stdout.write(line)
