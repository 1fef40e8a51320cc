"""Draw the table of the pipeline again in the documentation."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from portal.home.pipeline_table import updated

DOCUMENT = Path(settings.BASE_DIR) / "docs" / "capitalisation.md"


class Command(BaseCommand):
    help = "Réécrit dans docs/capitalisation.md le tableau des étapes, des décisions et des rôles, tiré du code."

    def handle(self, *args: Any, **options: Any) -> None:
        DOCUMENT.write_text(updated(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
        self.stdout.write(f"{DOCUMENT.name} est à jour.")
