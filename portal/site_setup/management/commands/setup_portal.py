"""Everything that a new portal needs before its first content, in the order of dependencies."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

STEPS = (
    "load_territories",
    "load_taxonomies",
    "load_framing_criteria",
    "load_interview_grid",
    "setup_site",
    "setup_roles",
    "setup_workflows",
)


class Command(BaseCommand):
    help = "Prépare le portail : territoires, vocabulaires, pages, rôles, circuits de relecture. Relançable."

    def handle(self, *args: Any, **options: Any) -> None:
        for step in STEPS:
            self.stdout.write(self.style.MIGRATE_HEADING(step))
            call_command(step, stdout=self.stdout, stderr=self.stderr)
