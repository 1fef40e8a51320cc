"""Writes again the tables of the documentation that the code generates."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from portal.site_setup import pipeline_table, rights

START, END = "<!-- début du tableau tiré du code -->", "<!-- fin du tableau tiré du code -->"
#: Document → the text between its two marks.
DOCUMENTS = {"capitalisation.md": pipeline_table.tables, "roles.md": rights.tables}
FOLDER = Path(settings.BASE_DIR) / "docs"


def updated(name: str, document: str) -> str:
    """``document`` with its generated part up to date."""
    before, _, rest = document.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}\n\n{DOCUMENTS[name]()}\n\n{END}{after}"


class Command(BaseCommand):
    help = "Réécrit les tableaux tirés du code : étapes et décisions (docs/capitalisation.md), rôles (docs/roles.md)."

    def handle(self, *args: Any, **options: Any) -> None:
        for name in DOCUMENTS:
            path = FOLDER / name
            path.write_text(updated(name, path.read_text(encoding="utf-8")), encoding="utf-8")
            self.stdout.write(f"{name} est à jour.")
